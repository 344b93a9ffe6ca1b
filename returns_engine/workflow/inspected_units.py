"""What the bench found of some units, and the entries of the return that they fall on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns_engine.workflow.case_line import CaseLine


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedUnits:
    """A verdict on units of one order line, with the policy's four checks (43)."""

    line_id: str
    quantity: int
    checks: Mapping[str, bool]
    grade: str
    found_cause: str | None
    verdict: str
    disposition: str
    note: str | None
    photo_ids: Sequence[str]
    clause: str | None = None


Spread = list[tuple[CaseLine, int, InspectedUnits]]
"""Verdicts spread over the entries of a return: an entry, how many units of it, what was found."""
