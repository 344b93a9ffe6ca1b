"""The one appeal of a return, as its case holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import loaded
from returns_engine.rules.lifecycle.appeal import Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAppeal:
    """Whether the appeal was used and was right, against what, and who refused that."""

    used: bool = False
    upheld: bool = False
    against: tuple[str, ...] = ()
    refusers: frozenset[int] = frozenset()

    @classmethod
    def held(cls, row: Mapping[str, Any]) -> "CaseAppeal":
        """Return the appeal of a stored return."""
        return cls(
            used=row["appealed"],
            upheld=row["appeal_outcome"] == Heard.UPHELD,
            against=tuple(loaded(row["appealed_against"])),
            refusers=frozenset(loaded(row["refusers"])),
        )
