"""Labels nobody used: their returns expire, and revive when the parcel comes after all (B-19)."""

from datetime import datetime

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case

# A parcel that was matched to a return is here, whatever became of the label.
_UNUSED = """
SELECT r.number FROM returns r JOIN labels l ON l.return_id = r.id
WHERE r.state = 'label_issued' AND l.expires_at <= $1
  AND NOT EXISTS (SELECT FROM parcels p WHERE p.return_id = r.id AND p.counted_at IS NULL)
ORDER BY r.id LIMIT 500
"""


async def expire_labels(*, now: datetime) -> int:
    """Expire the returns whose label was not used in time, and return how many there were."""
    numbers = [row["number"] for row in await the_engine().fetch_rows(_UNUSED, now)]
    for number in numbers:
        async with transaction():
            case = await load_case(number)
            if case.headline is Headline.LABEL_ISSUED:
                event = NewEvent(type="return.expired", reason="label_unused")
                case.permit(PermissionEvent.EXPIRE, event)
                case.tell("label_expired", {}, now)
                await save_case(case, actor=SYSTEM, now=now)
    return len(numbers)
