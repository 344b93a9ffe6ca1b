"""What is answered to whoever stands at the dock: parcels, photos, codes."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.parcel_states import ParcelState
from returns_engine.rules.parcel_suggestions import Clue
from returns_engine.web.api.shapes.words import (
    Moment,
    OrderNumber,
    ParcelNumber,
    ReturnNumber,
    Version,
)


class ClueSaid(Struct, kw_only=True):
    """Why a parcel may belong there."""

    code: Clue
    says: str


class Suggestion(Struct, kw_only=True):
    """Whose a parcel may be; no customer is named in it."""

    return_number: ReturnNumber | None
    order_number: OrderNumber
    state: Headline | None
    takes_parcels: bool
    likely: bool
    items: list[str]
    reasons: list[ClueSaid]


class SentBack(Struct, kw_only=True):
    """How a parcel left again."""

    at: Moment
    carrier: str | None
    tracking_number: str | None


class Parcel(Struct, kw_only=True):
    """A parcel nobody announced; while it waits, with whose it may be."""

    id: UUID
    number: ParcelNumber
    state: ParcelState
    tracking_number: str | None
    sender: str | None
    contents: str | None
    note: str | None
    warehouse: str | None
    came_with: Annotated[str | None, Meta(description="The return in whose parcel it lay.")]
    order_number: OrderNumber | None
    return_number: ReturnNumber | None
    label_ready: bool
    photo_ids: list[str]
    quarantined_at: Moment
    asked_at: Moment | None
    matched_at: Moment | None
    counted_at: Moment | None
    sent_back: SentBack | None
    suggestions: (
        Annotated[list[Suggestion], Meta(description="The likeliest first; not in a list.")]
        | UnsetType
    ) = UNSET
    version: Version


class ParcelList(Struct, kw_only=True):
    """A page of parcels, oldest first, without their suggestions."""

    items: list[Parcel]
    next_cursor: str | None


class ScannedReturn(Struct, kw_only=True, tag_field="kind", tag="return"):
    """The code is a return's number."""

    number: ReturnNumber
    return_number: ReturnNumber
    order_number: OrderNumber
    state: Headline


class ScannedOrder(Struct, kw_only=True, tag_field="kind", tag="order"):
    """The code is an order's number."""

    order_number: OrderNumber


class ScannedTracking(Struct, kw_only=True, tag_field="kind", tag="tracking"):
    """The code is a carrier's number of a parcel we know."""

    tracking_number: str | None
    return_number: ReturnNumber | None
    order_number: OrderNumber


class ScannedParcel(Struct, kw_only=True, tag_field="kind", tag="parcel"):
    """The code is of a parcel nobody announced."""

    number: ParcelNumber
    parcel_id: UUID
    state: ParcelState
    return_number: ReturnNumber | None
    tracking_number: str | None


class ScannedUnknown(Struct, kw_only=True, tag_field="kind", tag="unknown"):
    """Nothing that we know has this code."""

    code: str


Scanned = ScannedReturn | ScannedOrder | ScannedTracking | ScannedParcel | ScannedUnknown
"""What a scanned code is, told by its `kind`."""


class UploadedPhoto(Struct, kw_only=True):
    """By which a photo is named in later calls."""

    photo_id: str
