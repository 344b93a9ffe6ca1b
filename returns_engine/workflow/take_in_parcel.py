"""A parcel nobody announced has come: it gets a number and a label, and waits in quarantine."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.queries.scan import plain_tracking_number
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.parcel_states import INITIAL
from returns_engine.rules.quarantine_number import RANDOM_BITS, new_quarantine_number
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.parcels import Parcel
from returns_engine.tables.reference import Warehouse
from returns_engine.tables.returns import Return
from returns_engine.workflow.known_photos import require_staff_photos
from returns_engine.workflow.parcel_file import parcel_chain
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import Unprocessable, refuse_field


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParcel:
    """What can be said of a parcel; each may be left out, all of it may not.

    `came_with` is the RMA number on it, or of the return in whose parcel it lay.
    """

    tracking_number: str | None = None
    sender: str | None = None
    contents: str | None = None
    note: str | None = None
    photo_ids: Sequence[str] = ()
    came_with: str | None = None


async def take_in_parcel(
    found: FoundParcel, *, actor: Actor, now: datetime, parcel_id: UUID | None = None
) -> UUID:
    """Put a parcel into quarantine and return its id; its label is printed next (46).

    With a `parcel_id` that is known already nothing happens: a form that is sent twice makes one
    parcel. Raises Unprocessable `nothing_said`, `unknown_photo` or `unknown_return`.
    """
    said = _Said.of(found)
    new_id = parcel_id or uuid4()
    async with transaction():
        if parcel_id is not None and await _is_known(parcel_id):
            return parcel_id
        await require_staff_photos(found.photo_ids, pointer="/photo_ids")
        came_with = await _return_named(found.came_with)
        number = await _free_number()
        parcel = Parcel(
            id=new_id,
            number=number,
            tracking_number=said.tracking_number,
            sender=said.sender,
            contents=said.contents,
            note=said.note,
            photo_ids=list(found.photo_ids),
            warehouse=await _warehouse(),
            came_with=None if came_with is None else came_with[0],
            quarantined_at=now,
            quarantined_by=actor.person,
        )
        await Parcel.insert(parcel)
        data = {"photos": len(found.photo_ids), "came_with": came_with[1] if came_with else None}
        event = NewEvent(type="parcel.quarantined", to_state=str(INITIAL), data=data)
        await record_in_chain(parcel_chain(number), event, actor=actor, now=now)
        await defer_jobs(connection(), [quarantine_label_job(new_id)])
    return new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The words about a parcel as they are kept: nothing for blanks."""

    tracking_number: str | None
    sender: str | None
    contents: str | None
    note: str | None

    @classmethod
    def of(cls, found: FoundParcel) -> "_Said":
        """Return what was said; raises Unprocessable `nothing_said` where nothing was."""
        code = _kept(found.tracking_number)
        said = cls(
            tracking_number=plain_tracking_number(code) if code else None,
            sender=_kept(found.sender),
            contents=_kept(found.contents),
            note=_kept(found.note),
        )
        words = (said.tracking_number, said.sender, said.contents, said.note)
        if not any(words) and not found.photo_ids and not found.came_with:
            raise Unprocessable("nothing_said", _NOTHING_SAID)
        return said


def _kept(words: str | None) -> str | None:
    return (words or "").strip() or None


_NOTHING_SAID = "Say at least one thing about the parcel: its number, sender, contents, or a photo."


def quarantine_label_job(parcel_id: UUID) -> Job:
    """Return the job that prints a parcel's quarantine label."""
    return Job(task="print_quarantine_label", args={"parcel_id": str(parcel_id)})


async def _is_known(parcel_id: UUID) -> bool:
    # Two forms at once: the second waits here until the first is committed.
    await connection().execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", str(parcel_id)
    )
    return bool(await Parcel.exists().where(Parcel.id == parcel_id))


async def _return_named(number: str | None) -> tuple[int, str] | None:
    if not number:
        return None
    known = normalize_rma_number(number)
    row = await Return.select(Return.id).where(Return.number == (known or number)).first()
    if row is None:
        raise refuse_field("unknown_return", "There is no such return.", "/came_with")
    return row["id"], known or number


async def _warehouse() -> int | None:
    row = (
        await Warehouse.select(Warehouse.id)
        .where(Warehouse.takes_returns.eq(value=True))
        .order_by(Warehouse.id)
        .first()
    )
    return None if row is None else row["id"]


async def _free_number() -> str:
    while True:
        number = new_quarantine_number(secrets.randbits(RANDOM_BITS))
        if not await Parcel.exists().where(Parcel.number == number):
            return number
