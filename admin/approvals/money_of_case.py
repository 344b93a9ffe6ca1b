"""Where the money of a case goes, and what approving it takes of whoever looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from returns_engine.rules.approval import ApprovalTerms, limit_of, needs_second
from returns_engine.rules.value_given import ValueGiven
from returns_engine.rules.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """Where a payment's money goes, in minor units: paid, already given, this, left.

    `outside` went back without us: refunds made in the provider's dashboard. `spoken_for` says that
    this refund is reserved or paid, and no mere proposal.
    """

    paid: int
    disputed: int
    given: int
    this: int
    outside: int = 0
    spoken_for: bool = False

    @property
    def left(self) -> int:
        """Return what stays with the merchant after this refund."""
        return self.paid - self.disputed - self.outside - self.given - self.this

    @property
    def overdrawn(self) -> bool:
        """Say whether more is gone, or promised, than was paid; a mere proposal aside."""
        return self.left + (0 if self.spoken_for else self.this) < 0

    def share(self, amount: int) -> int:
        """Return how long the bar of `amount` is, in thousandths of what was paid."""
        return max(0, min(1000, amount * 1000 // self.paid)) if self.paid else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """What approving this refund takes of whoever looks at it; amounts in minor units.

    `two_for_amount` and `two_for_value` say why two people must; `together` is the whole proposal,
    `limit` the most that the person may approve; `approved_first` that they are the first of two.
    `takes_two` says that what was approved is for two to pay otherwise, and `chose_otherwise` that
    the person chose that.
    """

    two_for_amount: bool
    two_for_value: bool
    together: int
    alone: int
    limit: int
    approved_first: bool
    takes_two: bool
    chose_otherwise: bool

    @property
    def for_another_to_record(self) -> bool:
        """Say whether another person must record how it was paid."""
        return self.takes_two and self.chose_otherwise

    @property
    def above_limit(self) -> bool:
        """Say whether this person may not approve as much."""
        return self.together > self.limit


def approving_of(
    refund: Mapping[str, Any], money: Mapping[str, Any], sums: ValueGiven, terms: ApprovalTerms
) -> Approving:
    """Return what approving `refund` takes of who `money` was read for."""
    currency, amount = refund["currency"], refund["amount"] or refund["proposed"]
    together = refund["maximum"] + money["beside"]
    value = sums.goes_above(refunded=refund["maximum"])
    return Approving(
        two_for_amount=needs_second(together, currency, terms),
        two_for_value=value and refund["state"] == "proposed",
        together=together,
        alone=terms.minor(terms.second_above, currency),
        limit=limit_of([Role(role) for role in (money["roles"] or "").split()], currency, terms),
        approved_first=money["approved_first"],
        takes_two=money["needs_second"] or needs_second(amount, currency, terms),
        chose_otherwise=money["chose_otherwise"],
    )
