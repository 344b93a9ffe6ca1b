"""Make a label void that no parcel was sent under yet: another one follows at once."""

from datetime import datetime

from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.engine import transaction
from returns_engine.tables.returns import Label
from returns_engine.workflow.call_off_label_mails import call_off_label_mails
from returns_engine.workflow.parcel_file import PARCEL_IS_HERE, parcel_is_here
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.review_return import label_job


async def void_label(
    number: str, *, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Take a return's label away and let a new one be made; colleagues read the `reason`.

    The customer holds the old one in hand as soon as it is made, so they are told;
    of its own mails none goes out any more. Raises TransitionNotAllowed where there is no label,
    or a parcel moves already.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.VOID_LABEL)
        if await parcel_is_here(case.id):
            raise TransitionNotAllowed(case.headline, Action.VOID_LABEL, instead=PARCEL_IS_HERE)
        which = Label.return_ == case.id
        # The row goes, to leave room for the next; the record keeps which one it was.
        (gone,) = await Label.delete().where(which).returning(Label.carrier, Label.issued_at)
        await call_off_label_mails(case.id, because="the label was made void", now=now)
        case.label_issued = False
        case.values["label_issued_at"] = None
        data = {"carrier": gone["carrier"], "issued_at": utc_text(gone["issued_at"])}
        case.record(NewEvent(type="label.voided", data=data, text=reason))
        case.tell("label_voided", {}, now)
        case.jobs.append(label_job(number))
        await save_case(case, actor=actor, now=now)
