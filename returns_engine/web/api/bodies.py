"""The bodies of calls, strictly shaped: a field that is not here cannot be smuggled in."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from returns_engine.documents.order import Id, Moment, OrderDocument
from returns_engine.documents.request import PhotoIds, RequestDocument
from returns_engine.rules.words import Disposition, FoundCause, Grade, InspectionVerdict

Words = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]
Note = Annotated[str, Meta(max_length=2000)]
Carrier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")]
TrackingNumber = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"\S")]
Reference = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
OrderReference = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class Nothing(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A call that takes nothing: `{}`."""


class MessageBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Words to somebody."""

    message: Words


class NoteBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Words among colleagues."""

    note: Words


class ReasonBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Why something is done."""

    reason: Words


class HoldBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Why a proposal is held, and whether only until no dispute of its payment is open."""

    reason: Words
    until_dispute_ends: bool = False


class InquiryBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the carrier was asked, as the customer reads it."""

    note: Words


class AnswerBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the customer answers, with photos."""

    message: Words
    photo_ids: PhotoIds = []


class TrackingBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The parcel the customer sent by themselves."""

    carrier: Carrier
    tracking_number: TrackingNumber


class AwaitStockBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When a replacement is to be in stock again, if that is known."""

    expected_on: date | None = None


class ExternalOrderBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The shop's own order under which a replacement is sent."""

    external_order: OrderReference


class UnitsBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Units of one line."""

    line_id: Id
    quantity: int


class ReceiptBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a parcel held."""

    lines: list[UnitsBody]
    parcel_reference: Annotated[str, Meta(max_length=128, pattern=r"\S")] | None = None


class InspectedBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the bench found of some units."""

    line_id: Id
    quantity: int
    checks: Annotated[
        dict[str, bool],
        Meta(
            description="What was looked at, by the names of the policy's checks: `as_received`,"
            " `unused`, `tags_attached`, `original_packaging`. What nobody looked at is left out."
        ),
    ]
    grade: Grade
    verdict: InspectionVerdict
    disposition: Disposition
    found_cause: FoundCause | None = None
    note: Note | None = None
    clause: Annotated[str, Meta(max_length=64)] | None = None
    photo_ids: PhotoIds = []


class InspectionBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One sitting at the bench."""

    lines: list[InspectedBody]


class SendBackBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Rejected units on their way to the customer."""

    lines: list[UnitsBody]
    carrier: Carrier
    tracking_number: TrackingNumber


class ConsentBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What may become of rejected units here."""

    lines: list[UnitsBody]
    disposition: Disposition


class DecisionBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A request to be judged, against an order we hold or one that is sent along."""

    request: RequestDocument
    order_number: Id | None = None
    order: OrderDocument | None = None
    as_of: Moment | None = None


class LookupBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who looks for which order; `contact` is an e-mail address or a phone number."""

    order_number: Id
    contact: Annotated[str, Meta(min_length=1, max_length=320)]


class VerifyBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The code that came to the contact."""

    order_number: Id
    contact: Annotated[str, Meta(min_length=1, max_length=320)]
    code: Annotated[str, Meta(min_length=1, max_length=32)]


class ApprovalBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How much goes back, in minor units; below the proposal with note and clause.

    `for_several` says of a reference that stands at another refund that one payment was for both.
    """

    amount: int
    note: Note | None = None
    clause: Annotated[str, Meta(max_length=64)] | None = None
    external_reference: Reference | None = None
    for_several: bool = False


class RecordBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where an external payment was given back.

    `for_several` says of a reference that stands at another refund that one payment was for both.
    """

    external_reference: Reference
    for_several: bool = False


class GivenBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The coupon's code, or how the gift was sent."""

    reference: Reference


class ScanBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a scanner read."""

    code: Annotated[str, Meta(min_length=1, max_length=512)]


class DeliveryEvidenceBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When a customer says that a parcel arrived, and how we come to know."""

    shipment_id: Id
    delivered_at: Moment
    reason: Words
