"""The clauses on the sheet of a label: those that the decision rests on, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any

from returns_engine.rules.words import Outcome, Reason, Resolution, ReturnKind, RuleName

AS_RECEIVED = "return.condition"
MONEY = ("refund.original_payment", "refund.time")

# Each check of the bench has its clause (43); a policy that does not make it does not print it.
_CHECKED: Mapping[str, str] = {
    "as_received": AS_RECEIVED,
    "unused": "return.condition.unused",
    "tags_attached": "return.condition.tags",
    "original_packaging": "return.condition.packaging",
}
_ORDER = (
    "return.ask_first",
    *_CHECKED.values(),
    "fault.ours",
    "fault.wrong_item",
    "warranty.seat_cover",
    "warranty.causes",
    "return.label.reminder",
    *MONEY,
)


def line_clauses(
    kind: ReturnKind,
    reason: Reason | None,
    resolution: Resolution,
    rules: Sequence[Mapping[str, Any]],
    checks: Sequence[str],
) -> tuple[str, ...]:
    """Return the clauses that hold for one line that comes back, in the order they are printed.

    `rules` are the findings of its decision, `checks` those of the policy's bench. The condition is
    asked for only where it decided (43): never for a fault of ours or on the warranty (47, 48), nor
    where a person accepted what was declared otherwise. Money is spoken of only where it goes back.
    """
    found = {rule["rule"]: (rule["outcome"], rule["clause"]) for rule in rules}
    clauses = {"return.ask_first", "return.label.reminder"}
    match found.get(RuleName.CONDITION):
        case (Outcome.PASS, "return.condition"):
            clauses |= {_CHECKED[check] for check in checks}
        case (Outcome.PASS, "fault.ours"):
            clauses.add("fault.wrong_item" if reason is Reason.WRONG_ITEM else "fault.ours")
    if kind is ReturnKind.WARRANTY:
        clauses.add("warranty.causes")
    if found.get(RuleName.WARRANTY) == (Outcome.PASS, "warranty.seat_cover"):
        clauses.add("warranty.seat_cover")
    if resolution is not Resolution.REPLACEMENT:
        clauses.update(MONEY)
    return tuple(clause for clause in _ORDER if clause in clauses)


def by_lines(
    lines: Sequence[Sequence[str]],
) -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
    """Return each clause with the places of the lines it holds for.

    What holds for some lines alone stands together, so that they need be named once.
    """
    told: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    for clause in _ORDER:
        places = tuple(place for place, clauses in enumerate(lines) if clause in clauses)
        if not places:
            continue
        if told and told[-1][1] == places and len(places) < len(lines):
            told[-1] = ((*told[-1][0], clause), places)
        else:
            told.append(((clause,), places))
    return tuple(told)
