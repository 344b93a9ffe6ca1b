"""The bodies of calls about parcels nobody announced."""

from typing import Annotated

from msgspec import Meta, Struct

from returns_engine.documents.order import Id
from returns_engine.documents.request import PhotoIds
from returns_engine.web.api.bodies import Carrier, Note, TrackingNumber, UnitsBody

Number = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")]


class FoundParcelBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What can be said of the parcel: at least one of it."""

    tracking_number: Annotated[str, Meta(max_length=128)] | None = None
    sender: Note | None = None
    contents: Note | None = None
    note: Note | None = None
    photo_ids: PhotoIds | None = None
    came_with: Annotated[str, Meta(max_length=64)] | None = None


class MatchBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The return it belongs to; with `lines` its units are counted in at once."""

    return_number: Number
    lines: list[UnitsBody] | None = None


class ParcelBackBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How it leaves, and whose it is, where that is known."""

    carrier: Carrier
    tracking_number: TrackingNumber
    order_number: Id | None = None


class AskBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The order whose customer is asked to request a return."""

    order_number: Id
