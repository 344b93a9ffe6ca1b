"""Remind customers of a label they have not used yet: no right is lost by it (B-19, B-33)."""

from datetime import datetime, timedelta

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.returns import Label
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case

# How many reminders are due for each unused label, and were not sent; one that is over expires.
# Nobody is reminded of a parcel that is here already, matched and not yet opened.
_UNUSED = """
SELECT r.number FROM returns r JOIN labels l ON l.return_id = r.id
WHERE r.state = 'label_issued' AND l.expires_at > $1
  AND (SELECT count(*) FROM unnest($2::timestamptz[]) AS before WHERE l.issued_at <= before)
      > l.reminded
  AND NOT EXISTS (SELECT FROM parcels p WHERE p.return_id = r.id AND p.counted_at IS NULL)
ORDER BY r.id LIMIT 500
"""


async def remind_of_labels(*, policy: Policy, now: datetime) -> int:
    """Write to those whose label waits, twice at most, and return how many there were.

    Where both reminders are due at once, because nothing ran for days, one mail is sent.
    """
    before = [now - timedelta(days=days) for days in policy.label.remind_after_days]
    numbers = [row["number"] for row in await the_engine().fetch_rows(_UNUSED, now, before)]
    for number in numbers:
        async with transaction():
            case = await load_case(number)
            if case.headline is Headline.LABEL_ISSUED:
                await _remind(case, before, now)
    return len(numbers)


async def _remind(case: ReturnCase, before: list[datetime], now: datetime) -> None:
    label = await Label.select().where(Label.return_ == case.id).first()
    if label is None:
        return
    due = sum(label["issued_at"] <= moment for moment in before)
    if due <= label["reminded"]:
        return
    await Label.update({Label.reminded: due}).where(Label.id == label["id"])
    case.record(NewEvent(type="label.reminded", data={"reminder": due}))
    case.tell("label_reminder", {}, now)
    await save_case(case, actor=SYSTEM, now=now)
