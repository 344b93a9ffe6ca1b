"""All that was given for an order, beside what was paid for it.

A unit becomes money or the same thing again, never both; a dispute, or a refund made elsewhere, can
still give a second time. Gifts and coupons go on top of what was paid, up to the policy's cap for
an order (63, B-30): only what goes beyond that cap counts here.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueGiven:
    """What an order was paid with, and what was given for it; all in minor units.

    `refunded` was approved, sent or not; `outside` was refunded in the provider's dashboard;
    `disputed` the bank took back; `replaced` is the worth of what was ordered again; `on_top` are
    gifts and coupons, of which `on_top_free` need not be paid for. `charged` is what the parts of
    the order come to, where less than that was paid.
    """

    paid: int
    charged: int
    refunded: int
    outside: int
    disputed: int
    replaced: int
    on_top: int
    on_top_free: int

    @property
    def counted(self) -> int:
        """Return what stands against what was paid."""
        on_top = max(0, self.on_top - self.on_top_free)
        return self.refunded + self.outside + self.disputed + self.replaced + on_top

    @property
    def total(self) -> int:
        """Return all that was given, with every gift and coupon."""
        return self.refunded + self.outside + self.disputed + self.replaced + self.on_top

    @property
    def limit(self) -> int:
        """Return what may be given without a second person."""
        return max(self.paid, self.charged)

    def goes_above(self, *, refunded: int = 0, replaced: int = 0, on_top: int = 0) -> bool:
        """Say whether this much more takes what is given above what was paid."""
        after = replace(
            self,
            refunded=self.refunded + refunded,
            replaced=self.replaced + replaced,
            on_top=self.on_top + on_top,
        ).counted
        return after > self.limit and after > self.counted
