"""Make a new label for a return whose label ran out: no limit was published, no right is lost."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.tables.engine import transaction
from returns_engine.tables.orders import OrderContact
from returns_engine.tables.returns import Label
from returns_engine.workflow.free_units import require_free
from returns_engine.workflow.parcel_file import PARCEL_IS_HERE, parcel_is_here
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.review_return import label_job

_ERASED = "the customer's data was erased, so no label can be made"


async def renew_label(
    number: str, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Let an expired return go on under a new label (B-19, B-33); it counts as late.

    Raises TransitionNotAllowed where no label ran out, a parcel is here already, or the customer's
    data was erased; Unprocessable `exceeds_returnable` where another return took the units since.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.RENEW_LABEL)
        if await parcel_is_here(case.id):
            raise TransitionNotAllowed(case.headline, Action.RENEW_LABEL, instead=PARCEL_IS_HERE)
        if not await OrderContact.exists().where(OrderContact.order == case.order):
            raise TransitionNotAllowed(case.headline, Action.RENEW_LABEL, instead=_ERASED)
        await require_free(case, instead="send them under that one")
        case.permit(PermissionEvent.REVIVE, NewEvent(type="label.renewed"))
        # The bench looks at what comes late, and refuses nothing for it.
        case.values["late"] = True
        await Label.delete().where(Label.return_ == case.id)
        case.label_issued = False
        case.values["label_issued_at"] = None
        case.jobs.append(label_job(number))
        await save_case(case, actor=actor, now=now)
