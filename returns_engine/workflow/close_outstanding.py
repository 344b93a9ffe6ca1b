"""Give up what never came, so that the rest can be settled."""

from datetime import datetime, timedelta

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.call_off_label_mails import call_off_label_mails
from returns_engine.workflow.parcel_file import PARCEL_IS_HERE, parcel_is_here
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case


async def close_outstanding(
    number: str, *, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Give up the units that did not come; they can be asked for again.

    Where nothing came at all, the return is closed, and no mail brings its label any more. Raises
    TransitionNotAllowed while a parcel of it is here and not opened.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.CLOSE_OUTSTANDING)
        if await parcel_is_here(case.id):
            raise TransitionNotAllowed(
                case.headline, Action.CLOSE_OUTSTANDING, instead=PARCEL_IS_HERE
            )
        if not case.facts().arrived:
            await call_off_label_mails(case.id, because="the parcel was given up", now=now)
        lines = _give_up(case)
        case.record(NewEvent(type="outstanding.given_up", data={"lines": lines}, text=reason))
        await save_case(case, actor=actor, now=now)


_OVERDUE = """
SELECT number FROM returns WHERE state = 'partially_received' AND last_received_at <= $1
ORDER BY id LIMIT 500
"""


async def close_overdue(*, policy: Policy, now: datetime) -> int:
    """Give up what did not come in the policy's days after the last receipt; return how many."""
    last = now - timedelta(days=policy.refund.outstanding_days)
    numbers = [row["number"] for row in await the_engine().fetch_rows(_OVERDUE, last)]
    for number in numbers:
        async with transaction():
            case = await load_case(number)
            if case.headline is Headline.PARTIALLY_RECEIVED:
                data = {"lines": _give_up(case)}
                event = NewEvent(type="outstanding.given_up", reason="overdue", data=data)
                case.record(event)
                await save_case(case, actor=SYSTEM, now=now)
    return len(numbers)


def _give_up(case: ReturnCase) -> list[dict[str, object]]:
    given_up: list[dict[str, object]] = []
    for line in case.lines:
        if line.outstanding:
            given_up.append({"line_id": line.line_id, "quantity": line.outstanding})
            line.add("given_up", line.outstanding)
    return given_up
