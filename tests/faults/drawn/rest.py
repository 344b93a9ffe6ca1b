"""The end of a history: the faults are over, time passes, jobs run until nothing moves any more."""

from contextlib import suppress
from datetime import timedelta

from returns_engine.workflow.refusals import Refusal
from tests.faults.drawn import people, queue
from tests.faults.drawn.history import History, is_lossy
from tests.faults.drawn.invariants import AT_REST, Broken, books, check_end

# What nobody knows yet is asked about soon, and is known for certain the day after.
ROUNDS = (timedelta(minutes=3), *[timedelta(hours=26)] * 3)
# A refund that was sent is asked about at least every three days, and a payment every day.
ENOUGH = timedelta(hours=78)


async def come_to_rest(history: History) -> None:
    """Let everything come to its end, and check all that must hold then; raises Broken."""
    if history.loses:
        history.story.append("lose the webhooks that are left")
    history.peer.faults.disarm()
    await queue.rescue()
    history.peer.settle()
    await _deliver_all(history)
    await history.work_all()
    await _settle_down(history)
    if history.peer.agenda.is_open or not await _all_is_known(history):
        await _let_pass(history, ENOUGH)
        await _settle_down(history)
    history.story.append("everything comes to rest")
    await check_end(await books(), history.peer)


async def _settle_down(history: History) -> None:
    for time in ROUNDS:
        if not history.peer.under_way and await _is_at_rest():
            return
        await _let_pass(history, time)


async def _let_pass(history: History, time: timedelta) -> None:
    history.world.wait(time)
    await _deliver_all(history)
    await history.swept()
    await history.work_all()
    await _pay_by_hand(history)
    history.peer.settle()


async def _all_is_known(history: History) -> bool:
    """Say whether there is nothing left that only asking can tell."""
    try:
        await check_end(await books(), history.peer)
    except Broken:
        return False
    return True


async def _pay_by_hand(history: History) -> None:
    """Let finance pay what it may pay by now; what the provider did not clear yet waits."""
    for refund in await people.all_refunds():
        if refund["by_hand"]:
            with suppress(Refusal):
                await people.record(refund["id"], history.world)


async def _is_at_rest() -> bool:
    return {refund["state"] for refund in await people.all_refunds()} <= AT_REST


async def _deliver_all(history: History) -> None:
    while history.peer.under_way:
        event = history.peer.under_way.pop(0)
        if not (history.loses and is_lossy(event)):
            await history.take(event)
