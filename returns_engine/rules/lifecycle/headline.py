"""The one word for where a return stands, derived from its four lifecycles and its counters."""

from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.lifecycle import refund_states, replacement_states
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState


class Headline(StrEnum):
    """The `state` of a return in the API, the database and on every screen."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    APPROVED = "approved"
    LABEL_ISSUED = "label_issued"
    IN_TRANSIT = "in_transit"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    INSPECTED = "inspected"
    SETTLING = "settling"
    CLOSED = "closed"


_BEING_HEARD = frozenset({PermissionState.IN_REVIEW, PermissionState.NEEDS_INFO})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """How many units of one return line have come how far.

    No parcel brings units where `goods_expected` is false: the customer keeps them, or they never
    came. `sent_back_or_disposed` counts rejected units that left for the customer, or that the
    customer let us keep, `disposed` the latter alone; `refunded` those whose refund succeeded, or
    was worth nothing; `in_opinion` those whose rejection waits for a second opinion.
    """

    requested: int
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    in_opinion: int = 0
    given_up: int = 0
    sent_back_or_disposed: int = 0
    disposed: int = 0
    refunded: int = 0
    replaced: int = 0
    goods_expected: bool = True

    @property
    def outstanding(self) -> int:
        """Return the units that may still come."""
        return self.requested - self.given_up - self.received if self.goods_expected else 0

    @property
    def without_verdict(self) -> int:
        """Return the units that wait for the bench, or for a second opinion."""
        return self.received - self.accepted - self.rejected

    @property
    def at_the_bench(self) -> int:
        """Return the units that can be judged: those that wait for a second opinion cannot."""
        return self.without_verdict - self.in_opinion

    @property
    def rejected_waiting(self) -> int:
        """Return the customer's units that are still with us."""
        return self.rejected - self.sent_back_or_disposed

    @property
    def owed(self) -> int:
        """Return the units that are due to the customer and neither refunded nor replaced."""
        due = self.accepted if self.goods_expected else self.requested - self.given_up
        return due - self.refunded - self.replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """All that the headline is made from.

    `appealed` says that the one appeal was used, `upheld` that it was right; `lowered` that a
    refund was approved below its proposal, or refused, which the customer may appeal;
    `customer_chooses` that a choice about this return was put to the customer and is open;
    `carrier_asked` that a carrier looks for the parcel; `on_gift_cards` that all that was refunded
    went back onto gift cards, so that no bank takes its time.
    """

    permission: PermissionState
    label_issued: bool
    in_transit: bool
    goods_expected: bool
    lines: tuple[LineCounts, ...]
    refunds: tuple[RefundState, ...] = ()
    replacements: tuple[ReplacementState, ...] = ()
    appealed: bool = False
    upheld: bool = False
    lowered: bool = False
    customer_chooses: bool = False
    carrier_asked: bool = False
    on_gift_cards: bool = False

    @property
    def arrived(self) -> bool:
        """Say whether anything has arrived."""
        return any(line.received > 0 for line in self.lines)

    @property
    def appeal_open(self) -> bool:
        """Say whether an appeal is being heard: it is over once the permission is decided."""
        return self.appealed and self.permission in _BEING_HEARD

    @property
    def outstanding(self) -> bool:
        """Say whether anything may still come."""
        return any(line.outstanding > 0 for line in self.lines)

    @property
    def rejected_waiting(self) -> bool:
        """Say whether rejected units are still with us."""
        return any(line.rejected_waiting > 0 for line in self.lines)

    @property
    def without_verdict(self) -> bool:
        """Say whether units wait for the bench, or for a second opinion."""
        return any(line.without_verdict > 0 for line in self.lines)

    @property
    def at_the_bench(self) -> bool:
        """Say whether units can be judged at the bench."""
        return any(line.at_the_bench > 0 for line in self.lines)


def headline(case: CaseFacts) -> Headline:
    """Return the one word for `case`; while the permission is not given, it is the permission."""
    if case.permission is not PermissionState.APPROVED:
        return Headline(case.permission.value)
    if not case.goods_expected:
        began = _anything_proposed(case) or _worth_nothing(case)
        return _while_settling(case) if began else Headline.APPROVED
    if case.outstanding:
        return Headline.PARTIALLY_RECEIVED if case.arrived else _on_the_way(case)
    if case.without_verdict:
        return Headline.RECEIVED
    return _after_the_bench(case)


def _on_the_way(case: CaseFacts) -> Headline:
    if case.in_transit:
        return Headline.IN_TRANSIT
    return Headline.LABEL_ISSUED if case.label_issued else Headline.APPROVED


def _after_the_bench(case: CaseFacts) -> Headline:
    if not _anything_proposed(case) and any(line.owed > 0 for line in case.lines):
        return Headline.INSPECTED
    settled = _while_settling(case)
    if settled is Headline.CLOSED and case.rejected_waiting:
        return Headline.INSPECTED
    return settled


def _while_settling(case: CaseFacts) -> Headline:
    refund_open = any(state in refund_states.OPEN for state in case.refunds)
    replacement_open = any(state in replacement_states.OPEN for state in case.replacements)
    return Headline.SETTLING if refund_open or replacement_open else Headline.CLOSED


def _anything_proposed(case: CaseFacts) -> bool:
    return bool(case.refunds or case.replacements)


def _worth_nothing(case: CaseFacts) -> bool:
    """Say whether all units are settled without any refund: nothing was paid for them (R11)."""
    return bool(case.lines) and all(
        line.refunded == line.requested - line.given_up for line in case.lines
    )
