"""What people do to refunds: finance decides, the bench finds goods good."""

from typing import Any
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.pay_otherwise import pay_otherwise as pay_refund_otherwise
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.refusals import Refusal
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.send_to_bench import send_to_bench
from returns_engine.workflow.undo_inspection import undo_inspection
from tests.faults.drawn.world import World
from tests.workflow.shop import BENCH, FINANCE, good

CLAUSE = "refund.original_payment"
SECOND = Actor(kind=ActorKind.STAFF, id="23", person=23)
FINANCE_TEAM = (FINANCE, SECOND)

_ALL = """
SELECT r.id, r.state, r.proposed, r.amount, r.first_by, r.first_amount, v.number,
       r.state = 'approved' AND (p.provider = 'external' OR r.manual_reason IS NOT NULL) AS by_hand,
       r.held_at IS NOT NULL OR r.state = 'approved' AND r.last_error = 'dispute_lost'
       AND r.manual_reason IS NULL AS waits,
       r.state = 'proposed' AND r.held_at IS NULL AND p.disputed > p.disputed_lost AS contested
FROM refunds r JOIN payments p ON p.id = r.payment JOIN returns v ON v.id = r.return_id
ORDER BY r.proposed_at, r.return_id, p.reference, r.taken_back DESC
"""
_AT_BENCH = """
SELECT v.number, l.received - l.accepted - l.rejected AS units
FROM return_lines l JOIN returns v ON v.id = l.return_id
WHERE l.received > l.accepted + l.rejected ORDER BY v.id
"""


async def all_refunds() -> list[dict[str, Any]]:
    """Return the refunds of this history, in an order that does not change."""
    return [dict(row) for row in await the_engine().fetch_rows(_ALL)]


async def approve(refund_id: UUID, amount: int, who: Actor, world: World) -> str:
    """Approve an amount, or confirm it; finance says why where it is less than proposed."""
    await approve_refund(
        refund_id,
        amount=amount,
        note="Less, as agreed.",
        clause=CLAUSE,
        external_reference=None,
        policy=world.policy,
        actor=who,
        now=world.clock(),
    )
    return "approved"


async def refuse(refund_id: UUID, world: World) -> str:
    await refuse_refund(refund_id, reason="No.", actor=FINANCE, now=world.clock())
    return "refused"


async def retry(refund_id: UUID, world: World) -> str:
    await retry_refund(refund_id, actor=FINANCE, now=world.clock())
    return "tried again"


async def pay_otherwise(refund_id: UUID, world: World) -> str:
    await pay_refund_otherwise(
        refund_id, reason="The card is closed.", actor=FINANCE, now=world.clock()
    )
    return "to be paid by hand"


async def record(refund_id: UUID, world: World) -> str:
    """Pay by hand, and record the reference: another person than who chose to pay it otherwise."""
    await record_refund(
        refund_id,
        external_reference=f"transfer {refund_id}",
        policy=world.policy,
        actor=SECOND,
        now=world.clock(),
    )
    return "paid by hand"


async def hold(refund_id: UUID, until_dispute_ends: bool, world: World) -> str:  # noqa: FBT001 - its words
    await hold_refund(
        refund_id,
        reason="It may be the same item.",
        until_dispute_ends=until_dispute_ends,
        actor=FINANCE,
        now=world.clock(),
    )
    return "on hold"


async def release(refund_id: UUID, world: World) -> str:
    await release_refund(refund_id, actor=FINANCE, now=world.clock())
    return "let go"


async def come_back(number: str, world: World) -> str:
    """Take the last unit in, and find it good: a further refund is proposed."""
    unit = ReceivedUnits(line_id="L1", quantity=1)
    now = world.clock()
    await receive_parcel(number, lines=[unit], parcel_reference=None, actor=BENCH, now=now)
    await inspect_lines(number, lines=[good()], policy=world.policy, actor=BENCH, now=now)
    return "proposed"


async def units_at_bench() -> list[dict[str, Any]]:
    """Return the returns of which units wait for a verdict, and how many of each."""
    return [dict(row) for row in await the_engine().fetch_rows(_AT_BENCH)]


async def send_back_to_bench(refund_id: UUID, world: World) -> str:
    await send_to_bench(refund_id, reason="Look again.", actor=FINANCE, now=world.clock())
    return "at the bench again"


async def take_verdict_back(number: str, world: World) -> str:
    await undo_inspection(number, actor=BENCH, now=world.clock())
    return "at the bench again"


async def inspect_again(number: str, units: int, world: World) -> str:
    """Find the units good that wait at the bench: a refund is proposed anew."""
    lines = [good(quantity=units)]
    await inspect_lines(number, lines=lines, policy=world.policy, actor=BENCH, now=world.clock())
    return "proposed"


def said_no(error: BaseException) -> str | None:
    """Return a refusal in the words of the trade; None for what is no refusal."""
    if isinstance(error, TransitionNotAllowed):
        return "not in this state"
    if isinstance(error, Refusal):
        return error.code
    return None
