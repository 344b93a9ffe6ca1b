"""When a rejection needs a second opinion, and when two opinions agree.

A rejection costs the customer what was paid for the goods, and one person's eye is not enough for a
large one. What counts is the worth of all that one sitting rejects, in minor units of the order's
currency. Two opinions agree where their verdicts do: grades that differ settle nothing.
"""

from returns_engine.rules.approval import ApprovalTerms
from returns_engine.rules.lifecycle.opinion_states import OpinionEvent
from returns_engine.rules.words import InspectionVerdict


def needs_opinion(worth: int, currency: str, terms: ApprovalTerms) -> bool:
    """Say whether goods of `worth`, in minor units, are not rejected by one person alone."""
    return worth > terms.minor(terms.opinion_above, currency)


def compared(second: InspectionVerdict) -> OpinionEvent:
    """Return what a second verdict does beside the first, which is always a rejection."""
    agrees = second is InspectionVerdict.REJECTED
    return OpinionEvent.AGREE if agrees else OpinionEvent.DISAGREE
