"""Two steps at once, always the same way: the first is held up where it was named to be."""

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
    somebody_waits: Callable[[], Awaitable[bool]],
) -> tuple[str | BaseException, str | BaseException]:
    """Hold the first step up at a moment, let the second run as far as it can, then go on.

    The second ends, or stands before a lock that the first holds: in either case the first goes on,
    or dies. No clock decides, so that it comes out the same each time.
    """
    watch = Watch(moment=held, holds=True, dies=dies)
    slow = watched(first, watch)
    there = asyncio.create_task(watch.reached.wait())
    await asyncio.wait({slow, there}, return_when=asyncio.FIRST_COMPLETED)
    there.cancel()
    quick = watched(second, None)
    while not (await asyncio.wait({quick}, timeout=LOOK_AGAIN))[0]:
        if await somebody_waits():
            break
    watch.go_on.set()
    outcome = await asyncio.gather(slow, quick, return_exceptions=True)
    return outcome[0], outcome[1]
