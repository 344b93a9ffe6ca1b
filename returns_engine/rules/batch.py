"""Which proposals may be approved together: plain ones of one kind, with nothing to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.approval import ApprovalTerms, needs_second
from returns_engine.rules.words import ReturnKind

KINDS = frozenset({ReturnKind.RETURN, ReturnKind.CANCELLATION})
"""What may be plain at all: warranty claims are sent again, delivery problems are looked at."""


class LookAt(StrEnum):
    """Why a proposal is not approved with others."""

    KIND = "kind"
    AMOUNT = "amount"
    TWO_PEOPLE = "two_people"
    NOT_ALL_OF_IT = "not_all_of_it"
    PAID_BY_HAND = "paid_by_hand"
    DISPUTE = "dispute"
    MISMATCH = "payment_mismatch"
    HOLD = "on_hold"
    LATE = "late"
    OVERRIDE = "overridden"
    APPEAL = "appeal"
    REJECTED = "rejected_units"
    KEPT = "kept_item"
    FAULT_TURNS = "found_otherwise"
    VALUE = "above_what_was_paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A refund that waits, with all that could want a look; amounts in minor units.

    `together` is its whole proposal, over all payments; `flags` are what is known to be the matter.
    """

    kind: ReturnKind
    currency: str
    proposed: int
    maximum: int
    together: int
    flags: frozenset[LookAt] = frozenset()

    @property
    def group(self) -> str:
        """Return the name of those that are like it."""
        return f"{self.kind}-{self.currency}"


def what_to_look_at(proposal: Proposal, terms: ApprovalTerms) -> frozenset[LookAt]:
    """Return why a proposal wants a look of its own; nothing where it may go with others."""
    found = set(proposal.flags)
    if proposal.kind not in KINDS:
        found.add(LookAt.KIND)
    if proposal.maximum < proposal.proposed or proposal.proposed < 1:
        found.add(LookAt.NOT_ALL_OF_IT)
    if proposal.together > terms.minor(terms.batch_up_to, proposal.currency):
        found.add(LookAt.AMOUNT)
    if needs_second(proposal.together, proposal.currency, terms):
        found.add(LookAt.TWO_PEOPLE)
    return frozenset(found)


def alike(proposals: Iterable[Proposal]) -> bool:
    """Say whether all of `proposals` are of one kind and in one currency."""
    return len({proposal.group for proposal in proposals}) <= 1
