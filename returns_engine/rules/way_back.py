"""How money goes back: by the provider it came from, or by a person's hand where that cannot be."""

from datetime import datetime
from enum import StrEnum

EXTERNAL = "external"
GIFT_CARD = "gift_card"


class ManualReason(StrEnum):
    """Why a refund to a provider's payment is paid by hand.

    Some ways to pay take money back for a limited time alone; and what a provider could not carry
    out is still owed (payments.md 2.3, 2.8 step 6).
    """

    REFUNDABLE_UNTIL_PASSED = "refundable_until_passed"
    PAID_OTHERWISE = "paid_otherwise"


class WayBack(StrEnum):
    """How the customer gets the money: as they paid, or in another way."""

    PROVIDER = "provider"
    GIFT_CARD = "gift_card"
    ELSEWHERE = "elsewhere"
    ANOTHER_WAY = "another_way"


def way_back(*, provider: str, method: str, manual_reason: str | None) -> WayBack:
    """Return how a refund to this payment reaches the customer."""
    if manual_reason is not None:
        return WayBack.ANOTHER_WAY
    if provider != EXTERNAL:
        return WayBack.PROVIDER
    return WayBack.GIFT_CARD if method == GIFT_CARD else WayBack.ELSEWHERE


def too_late_for_provider(
    *, provider: str, refundable_until: datetime | None, now: datetime
) -> bool:
    """Say whether the provider takes nothing back of this payment any more."""
    return provider != EXTERNAL and refundable_until is not None and refundable_until <= now
