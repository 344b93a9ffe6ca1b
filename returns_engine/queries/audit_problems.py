"""What can be wrong with the record, each with a sentence that says what and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: Mapping[str, str] = {
    "edited": "Event {sequence} of {chain} was edited: its hash is not that of its content.",
    "gap": "Event {sequence} of {chain} was deleted: the numbers go on without it.",
    "order": "Event {sequence} of {chain} stands out of order.",
    "broken_link": (
        "Event {sequence} of {chain} does not follow the one before it: events were put between,"
        " taken out or moved, or the one before was rewritten."
    ),
    "cut_tail": "The end of {chain} was cut off: nothing is left after event {sequence}.",
    "inserted": "Event {sequence} of {chain} was put behind the last event we wrote.",
    "rewritten": "{chain} was written anew: event {sequence} is not the one we wrote.",
    "no_owner": "The return or order that {chain} is about was deleted; its events are still here.",
    "missing_return": (
        "Return {chain} was deleted with all its events: {witness} tells that it was there."
    ),
    "missing_chain": "All of {chain} was deleted: {witness} tells that it was there.",
    "cut_since_anchor": "{chain} was cut off: {witness} tells of event {sequence}, which is gone.",
    "rewritten_since_anchor": (
        "{chain} was written anew since {witness}: its event {sequence} was another one then."
    ),
    "text_edited": "The words of event {sequence} of {chain} are not those that were written.",
    "text_missing": (
        "The words of event {sequence} of {chain} were deleted, and nobody's erasure tells of it."
    ),
    "headline": "The state of {chain} does not follow from its case: somebody changed it by hand.",
    "misbooked": (
        "The books of {chain} do not add up to where it stands: one of the two was changed"
        " by hand, or a process of an older version moved it (returns-engine journal catch-up)."
    ),
    "unbalanced": "Movement {sequence} of {chain} does not balance: it was changed by hand.",
    "anchor_unreadable": "{chain} is no anchor that can be read: {witness}.",
    "anchor_edited": "{chain} was edited: its seal is not that of its content.",
    "anchor_forged": "{chain} was not signed with our key.",
    "anchor_missing": "{witness} is missing: {chain} does not follow the anchor kept before it.",
    "anchor_cut": "{chain} is the newest anchor kept, but the record tells of {witness}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditProblem:
    """What is wrong, and where: `sequence` is None where it is about a whole chain.

    `chain` names a chain, or the file of an anchor; `fault` is a key of `SENTENCES`.
    """

    chain: str
    sequence: int | None
    fault: str
    says: str


def audit_problem(
    fault: str, chain: str, sequence: int | None = None, *, witness: str = ""
) -> AuditProblem:
    """Return the problem with its sentence; `witness` is what gives it away."""
    says = SENTENCES[fault].format(chain=chain, sequence=sequence, witness=witness)
    return AuditProblem(chain=chain, sequence=sequence, fault=fault, says=says)


@dataclass(slots=True, kw_only=True)
class AuditReport:
    """How much was checked, and what was found."""

    chains: int = 0
    events: int = 0
    returns: int = 0
    anchors: int = 0
    signatures_checked: bool = False
    problems: list[AuditProblem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems
