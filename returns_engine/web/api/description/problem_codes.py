"""The codes of problems: what each means, from the one table in `problem_codes.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCode:
    """One code: the HTTP statuses it comes with, and a sentence on what it means."""

    statuses: tuple[int, ...]
    says: str


def _problem(row: list[Any]) -> ProblemCode:
    *statuses, says = row
    return ProblemCode(statuses=tuple(statuses), says=says)


PROBLEMS: Mapping[str, ProblemCode] = {
    code: _problem(row) for code, row in _TABLE["problems"].items()
}
"""What a problem's `code` may be, apart from the policy's refusals."""

REFUSALS: Mapping[str, ProblemCode] = {
    code: ProblemCode(statuses=(_UNPROCESSABLE,), says=says)
    for code, says in _TABLE["refusals"].items()
}
"""What a rule of the policy refuses with: the `code` of a problem and of a finding."""

FINDINGS: Mapping[str, str] = _TABLE["findings"]
"""What else a rule may answer with."""

FIELDS: Mapping[str, str] = _TABLE["fields"]
"""What is wrong with one field, where no problem as a whole has the same code."""

ALL_PROBLEMS: Mapping[str, ProblemCode] = {**PROBLEMS, **REFUSALS}
"""Everything that may be a problem's `code`."""


def at_status(codes: Mapping[str, ProblemCode], status: int) -> dict[str, str]:
    """Return those of `codes` that come with `status`, with what they mean."""
    return {code: one.says for code, one in codes.items() if status in one.statuses}
