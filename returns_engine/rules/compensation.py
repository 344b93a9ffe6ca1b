"""Something extra where the fault was ours: what the policy gives on top, for which cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from returns_engine.rules.policy import CompensationTerms
from returns_engine.rules.words import (
    HUMAN_FOUND,
    CompensationKind,
    FoundCause,
    Reason,
    Resolution,
)

_FOUND: Mapping[FoundCause, Reason] = {
    FoundCause.MATERIAL: Reason.DEFECTIVE,
    FoundCause.SEWING: Reason.DEFECTIVE,
    FoundCause.SEAM_FAILURE: Reason.DEFECTIVE,
    FoundCause.MATERIAL_FAILURE: Reason.DEFECTIVE,
    FoundCause.FADING: Reason.DEFECTIVE,
    FoundCause.FASTENER_FAILURE: Reason.DEFECTIVE,
    FoundCause.TRANSIT: Reason.DAMAGED_IN_TRANSIT,
    FoundCause.PACKING_ERROR: Reason.WRONG_ITEM,
    FoundCause.WRONG_LABEL: Reason.WRONG_ITEM,
    FoundCause.DESCRIPTION: Reason.NOT_AS_DESCRIBED,
}
"""What the bench found, in the customer's words for the same fault of ours."""

_NOT_OURS = HUMAN_FOUND | {FoundCause.NONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is given on top: `what` in the policy's words, `value` in minor units."""

    kind: CompensationKind
    what: str
    value: int
    cause: Reason
    clause: str


def cause_of(declared: Reason | None, found: FoundCause | None) -> Reason | None:
    """Return what units came back for: what the bench found, else what the customer said.

    None where the bench found nothing wrong, or damage by people (B-7). What stays unclear leaves
    the customer the benefit of the doubt.
    """
    if found is None or found is FoundCause.UNCLEAR:
        return declared
    return None if found in _NOT_OURS else _FOUND[found]


def suggest(
    causes: Iterable[Reason | None], resolution: Resolution, terms: CompensationTerms
) -> Suggestion | None:
    """Return what the policy gives for the first of `causes` that it gives anything for.

    With a replacement for `resolution` it is what goes with the same thing again, else what goes
    with the money (63, 67, 76). A change of mind is in no table, and gets nothing.
    """
    again = resolution is Resolution.REPLACEMENT
    table = terms.with_replacement if again else terms.with_refund
    for cause in causes:
        if cause is not None and cause in table:
            return _suggestion(table[cause], cause, terms)
    return None


def left_of_caps(*, on_order: int, in_month: int, terms: CompensationTerms) -> int:
    """Return how much more needs nobody's approval; all in minor units (B-30).

    `on_order` and `in_month` are what was approved or given before. Below zero where that is more
    than the caps.
    """
    return min(terms.cap_per_order - on_order, terms.cap_per_month - in_month)


def _suggestion(kind: CompensationKind, cause: Reason, terms: CompensationTerms) -> Suggestion:
    gift = kind is CompensationKind.GIFT
    return Suggestion(
        kind=kind,
        what=terms.gift if gift else terms.coupon,
        value=terms.gift_value if gift else terms.coupon_value,
        cause=cause,
        clause=_clause(kind, cause),
    )


def _clause(kind: CompensationKind, cause: Reason) -> str:
    if kind is CompensationKind.GIFT and cause is Reason.WRONG_ITEM:
        return "fault.wrong_item"
    return "delivery.choice" if cause is Reason.UNDELIVERABLE else "fault.compensation"
