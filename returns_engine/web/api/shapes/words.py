"""The small types that answers are made of, with what they mean."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

Amount = Annotated[int, Meta(ge=0, description="Minor units of the `currency` beside it.")]
Difference = Annotated[int, Meta(description="Minor units; below zero where less was paid.")]
Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217, such as USD.", examples=["USD"])
]
Count = Annotated[int, Meta(ge=0, description="Units.")]
Version = Annotated[
    int, Meta(ge=1, description='Rises with every change; send it as `If-Match: "3"`.')
]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, in UTC.")]
ReturnNumber = Annotated[
    str,
    Meta(
        pattern="^RMA-[0-9A-HJKMNP-TV-Z]{8}$",
        description="The RMA number: eight Crockford base-32 characters, the last one a check.",
    ),
]
ParcelNumber = Annotated[str, Meta(description="The quarantine number on the parcel's label.")]
OrderNumber = Annotated[str, Meta(description="The order's number in the shop.")]
LineId = Annotated[str, Meta(description="The order line, by the id it was sent in with.")]
Name = Annotated[str, Meta(description="Of a member of staff, or what stands in its place.")]
ClauseId = Annotated[str, Meta(description="The policy's clause that this rests on.")]
Code = Annotated[str, Meta(description="Stable, for programs.")]


class PaidBy(StrEnum):
    """Who pays for the way back."""

    MERCHANT = "merchant"
    CUSTOMER = "customer"


class PaymentProvider(StrEnum):
    """Where the payment was made."""

    STRIPE = "stripe"
    EXTERNAL = "external"


class EvidenceSource(StrEnum):
    """Who brought a word about a delivery."""

    IMPORT = "import"
    STAFF = "staff"


class MessageDirection(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


class MessageState(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    RECEIVED = "received"


class ChosenBy(StrEnum):
    """Who chose."""

    CUSTOMER = "customer"
    SYSTEM = "system"
