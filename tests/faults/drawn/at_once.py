"""Two steps at once, always the same way: one moves at a time, and the other stands still."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tests.faults.drawn.crash_points import Crash, Moment, Watch, watched

LOOK_AGAIN = 0.001

Step = Coroutine[Any, Any, str]


async def one(step: Step, *, dies: Moment | None = None) -> str:
    """Run a step, which may die at a moment; raises Crash where it did."""
    watch = None if dies is None else Watch(moment=dies, dies=True)
    done: str = await watched(step, watch)
    return done


async def caught(step: Step) -> str | BaseException:
    """Return how a step ended, an error too."""
    try:
        return await one(step)
    except (Crash, Exception) as error:  # noqa: BLE001 - read by the caller
        return error


async def both(
    first: Step,
    second: Step,
    *,
    held: Moment,
    dies: bool,
    somebody_waits_for: Callable[[int], Awaitable[bool]],
) -> tuple[str | BaseException, str | BaseException]:
    """Hold the first step up at a moment, let the second run as far as it can, then go on.

    Turns change where the step that moves has ended, or waits for a lock of the one that stands
    still, and the first may die at its moment. No clock decides, so that it comes out the same each
    time.
    """
    held_up, at_will = Watch(moment=held, holds=True, dies=dies), Watch()
    slow = watched(first, held_up)
    there = asyncio.create_task(held_up.reached.wait())
    await asyncio.wait({slow, there}, return_when=asyncio.FIRST_COMPLETED)
    there.cancel()
    quick = watched(second, at_will)
    moves, stands = (quick, at_will), (slow, held_up)
    while not (quick.done() and slow.done()):
        (moving, watch), (_, other) = moves, stands
        await asyncio.wait({moving}, timeout=LOOK_AGAIN)
        blocked = other.backend is not None and await somebody_waits_for(other.backend)
        if moving.done() or blocked:
            watch.may_go.clear()
            other.may_go.set()
            moves, stands = stands, moves
    outcome = await asyncio.gather(slow, quick, return_exceptions=True)
    return outcome[0], outcome[1]
