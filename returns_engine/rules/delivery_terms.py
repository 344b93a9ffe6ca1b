"""How long an order usually takes, by the kind of its items: estimates, never promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from returns_engine.rules.words import ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long one kind takes, each span (from, to).

    `ready_days` counts days from when it is paid and confirmed until it is shipped (15, 19);
    `transit_business_days` from there to the customer (17, 21, B-17).
    """

    ready_days: tuple[int, int]
    transit_business_days: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """The pace of each kind; of one that is not named nothing is estimated.

    `remote_business_days` is what a remote place adds at most (17). Abroad nothing is estimated:
    the merchant published no days for it (71); after `abroad_days` on its way a parcel is looked
    for all the same. A payment may be in process for `payment_hours` (9). None: never noticed.
    """

    pace: Mapping[ItemKind, Pace] = field(default_factory=dict)
    remote_business_days: int = 0
    abroad_days: int | None = None
    payment_hours: int | None = None
