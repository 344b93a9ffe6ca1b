"""Which word about a delivery stands: the stronger one, and never to the customer's loss (B-1)."""

from dataclasses import dataclass
from datetime import datetime

from returns_engine.rules.words import Evidence

_STRONGEST_FIRST = list(Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDelivery:
    """When something was delivered, and how we know; without evidence it counts as estimated."""

    at: datetime
    evidence: Evidence | None

    @property
    def rank(self) -> int:
        """Return how strong the evidence is, 0 the strongest."""
        return _STRONGEST_FIRST.index(self.evidence or Evidence.ESTIMATE)


def replaces(new: KnownDelivery | None, old: KnownDelivery | None) -> bool:
    """Tell whether `new` may take the place of `old`.

    A stronger evidence may, and a customer's statement that is later; never to an earlier moment,
    which would take days from the customer's window. What is known is never forgotten.
    """
    if new is None:
        return False
    if old is None:
        return True
    if new.at < old.at:
        return False
    later_statement = new.evidence is Evidence.CUSTOMER_STATEMENT and new.at > old.at
    return new.rank < old.rank or later_statement
