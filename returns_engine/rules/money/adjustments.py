"""Amounts that stand beside a refund: a bonus, a threshold discount, an earlier price cut."""

from dataclasses import dataclass

from returns_engine.rules.money.money import basis_points


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCredit:
    """Credit instead of money; the bonus is promotional and never refundable to a card (R9)."""

    credit: int
    bonus: int

    @property
    def total(self) -> int:
        """Return what the customer can spend."""
        return self.credit + self.bonus


def store_credit(refund: int, bonus_bps: int, quantum: int = 1) -> StoreCredit:
    """Turn a refund into store credit with a bonus in basis points, half up (R9)."""
    return StoreCredit(credit=refund, bonus=basis_points(refund, bonus_bps, quantum))


def recomputed_refund(paid_for_items: int, price_of_kept: int) -> int:
    """Return the refund where a threshold discount is lost: paid less the kept items' price (R10).

    Never below 0. Only for a policy that says `recompute`; by default the discount is kept.
    """
    return max(paid_for_items - price_of_kept, 0)


def less_given_before(entitlement: int, given_before: int) -> int:
    """Return what is left of an entitlement after a price adjustment, never below 0."""
    return max(entitlement - given_before, 0)
