"""The clauses of a policy by the subject they speak of, for somebody who reads them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.policy import Clause, Policy


class Subject(StrEnum):
    """What a clause speaks of, in the order of reading."""

    WHAT = "what"
    CONDITION = "condition"
    SENDING = "sending"
    FAULT = "fault"
    WARRANTY = "warranty"
    CHANGES = "changes"
    MONEY = "money"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The clauses of one subject, in the order of the policy."""

    subject: Subject
    clauses: tuple[Clause, ...]


_BEGINNINGS: Mapping[str, Subject] = {
    # These speak of one case alone, and make sense in an answer first of all.
    "return.window.unknown": Subject.ANSWERS,
    "return.not_excluded": Subject.ANSWERS,
    "warranty.unclear": Subject.ANSWERS,
    "order": Subject.WHAT,
    "return.window": Subject.WHAT,
    "return.excluded": Subject.WHAT,
    "return.condition": Subject.CONDITION,
    "return.proof": Subject.CONDITION,
    "return": Subject.SENDING,
    "destination": Subject.SENDING,
    "fault": Subject.FAULT,
    "warranty": Subject.WARRANTY,
    "cancellation": Subject.CHANGES,
    "stock": Subject.CHANGES,
    "delivery": Subject.CHANGES,
    "exchange": Subject.MONEY,
    "refund": Subject.MONEY,
    "settlement": Subject.MONEY,
}


def subject_of(clause_id: str) -> Subject:
    """Return what a clause speaks of, by how its id begins; one of no subject is an answer."""
    parts = clause_id.split(".")
    for length in range(len(parts), 0, -1):
        subject = _BEGINNINGS.get(".".join(parts[:length]))
        if subject is not None:
            return subject
    return Subject.ANSWERS


def chapters(policy: Policy) -> list[Chapter]:
    """Return every clause of the policy once, by subject; a subject without any is left out."""
    found: dict[Subject, list[Clause]] = {subject: [] for subject in Subject}
    for clause in policy.clauses.values():
        found[subject_of(clause.clause_id)].append(clause)
    return [
        Chapter(subject=subject, clauses=tuple(clauses))
        for subject, clauses in found.items()
        if clauses
    ]
