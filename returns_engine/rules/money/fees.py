"""What a policy lets the merchant keep back from a refund (R6)."""

from dataclasses import dataclass

from returns_engine.rules.money.money import basis_points, floor_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Fees as the policy sets them, and what they leave; what the refund cannot carry is waived."""

    restocking: int
    label: int
    refund: int
    waived: int

    @property
    def charged(self) -> int:
        """Return what was really kept back."""
        return self.restocking + self.label - self.waived


def deduct_fees(
    *, items: int, shipping: int, restocking_bps: int, label_fee: int, quantum: int = 1
) -> Fees:
    """Take the fees from a refund, never below 0 (R6).

    `items` includes its tax, and alone bears the restocking fee, half up to the quantum. A label
    fee finer than the quantum is rounded down, in the customer's favor.
    """
    restocking = basis_points(items, restocking_bps, quantum)
    label = floor_to(label_fee, quantum)
    left = items + shipping - restocking - label
    return Fees(restocking=restocking, label=label, refund=max(left, 0), waived=max(-left, 0))
