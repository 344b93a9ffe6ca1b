"""An unannounced parcel in hand: locked, moved, and its move put on record in its own chain.

A return is always locked before a parcel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.parcel_states import ParcelEvent, ParcelState, next_parcel
from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.tables.parcels import Parcel
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import NotFound, StaleVersion, refuse_field

PARCEL_IS_HERE = "a parcel of this return is here and about to be opened"
"""Why a return is neither taken back nor given up, nor its label made void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFile:
    """What the use cases need to know of a parcel that they hold locked."""

    id: UUID
    number: str
    state: ParcelState
    order: int | None
    return_id: int | None
    photo_ids: list[str]
    asked_at: datetime | None
    told_at: datetime | None
    counted_at: datetime | None
    version: int

    def after(self, event: ParcelEvent) -> ParcelState:
        """Return the state that `event` leads to, or raise TransitionNotAllowed."""
        return next_parcel(self.state, event)

    def require_quarantined(self, action: str) -> None:
        """Raise TransitionNotAllowed unless the parcel waits for somebody to say whose it is."""
        if self.state is not ParcelState.QUARANTINED:
            raise TransitionNotAllowed(self.state, action)


def parcel_chain(number: str) -> str:
    """Return the name of the chain that holds what happened to a parcel."""
    return f"parcel:{number}"


async def require_parcel(parcel_id: UUID) -> int | None:
    """Return the row id of the return a parcel is matched to, without a lock; raises NotFound."""
    matched = Parcel.return_.as_alias("return_id")
    row = await Parcel.select(matched).where(Parcel.id == parcel_id).first()
    if row is None:
        raise NotFound("parcel")
    return_id: int | None = row["return_id"]
    return return_id


async def load_parcel(parcel_id: UUID, *, expected_version: int | None = None) -> ParcelFile:
    """Lock a parcel and load it; raises NotFound, or StaleVersion against `expected_version`."""
    found = await _locked(Parcel.id == parcel_id)
    if found is None:
        raise NotFound("parcel")
    if expected_version is not None and found.version != expected_version:
        raise StaleVersion(found.version)
    return found


async def parcel_named(reference: str | None, *, return_id: int) -> ParcelFile | None:
    """Lock the parcel whose number a receipt names; None where it names none of ours.

    Raises Unprocessable `parcel_not_matched` unless it was matched to the return: what lies in
    quarantine is counted in nowhere.
    """
    number = normalize_quarantine_number(reference or "")
    found = None if number is None else await _locked(Parcel.number == number)
    if found is not None and found.return_id != return_id:
        raise refuse_field(
            "parcel_not_matched",
            f"The parcel {found.number} is not matched to this return; match it first.",
            "/parcel_reference",
        )
    return found


async def parcel_is_here(return_id: int) -> bool:
    """Say whether a parcel that was matched to a return waits to be opened."""
    here = Parcel.return_ == return_id
    return bool(await Parcel.exists().where(here, Parcel.counted_at.is_null()))


async def _locked(which: Any) -> ParcelFile | None:  # noqa: ANN401 - Piccolo's condition
    row = (
        await Parcel.select(
            Parcel.id,
            Parcel.number,
            Parcel.state,
            Parcel.order,
            Parcel.return_.as_alias("return_id"),
            Parcel.photo_ids,
            Parcel.asked_at,
            Parcel.told_at,
            Parcel.counted_at,
            Parcel.version,
        )
        .where(which)
        .first()
        .lock_rows("UPDATE")
        .output(load_json=True)
    )
    if row is None:
        return None
    return ParcelFile(**{**row, "state": ParcelState(row["state"])})


async def save_parcel(
    parcel: ParcelFile,
    values: Mapping[Any, Any],
    event: NewEvent,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write what changed, and put `event` on record; inside the transaction that loaded it."""
    changed: dict[Any, Any] = {**values, "version": parcel.version + 1}
    await Parcel.update(changed).where(Parcel.id == parcel.id)
    await record_in_chain(parcel_chain(parcel.number), event, actor=actor, now=now)
