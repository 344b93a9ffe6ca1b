"""How many units of a return line have become money or goods, from all that was made for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from returns_engine.rules.lifecycle import refund_states
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedUnits:
    """Units of a line that one proposal is for, and where each of its refunds stands."""

    quantity: int
    refunds: tuple[RefundState, ...]

    @property
    def refunded(self) -> bool:
        """Say whether some refund of the proposal has succeeded and none is open."""
        return RefundState.SUCCEEDED in self.refunds and not refund_states.OPEN & set(self.refunds)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsSentAgain:
    """Units of a line that are replaced, and how far that is."""

    quantity: int
    state: ReplacementState


def refunded_units(
    proposed: int, proposals: Iterable[ProposedUnits], replacements: Iterable[UnitsSentAgain]
) -> int:
    """Return how many of a line's `proposed` units have had their money.

    Each of them is in a proposal, in a replacement that stands, or was worth nothing (R11) and
    counts as refunded. The units of a cancelled replacement are in the proposal that followed it.
    """
    unpaid = sum(one.quantity for one in proposals if not one.refunded)
    goods = sum(one.quantity for one in replacements if one.state is not ReplacementState.CANCELLED)
    return proposed - unpaid - goods


def replaced_units(replacements: Iterable[UnitsSentAgain]) -> int:
    """Return how many units of a line have arrived again."""
    return sum(one.quantity for one in replacements if one.state is ReplacementState.DELIVERED)
