"""What benchmarks find, and how it is printed for docs/performance.md."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One result; `goal` says what it should be."""

    name: str
    value: str
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Results side by side: a title, the names of the columns, and rows of as many cells."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


Finding = Figure | Sheet


def as_markdown(findings: Sequence[Finding]) -> str:
    """Return all of it as tables."""
    figures = [[one.name, one.value, one.goal] for one in findings if isinstance(one, Figure)]
    parts = [_table(["what", "figure", "goal"], figures)]
    parts += [
        f"{one.title}\n\n{_table(one.columns, one.rows)}"
        for one in findings
        if isinstance(one, Sheet)
    ]
    return "\n\n".join(parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def write(findings: Sequence[Finding], *, on: str, folder: Path) -> None:
    """Write `bench-result.md` and `bench-result.json` into `folder`."""
    (folder / "bench-result.md").write_text(f"{as_markdown(findings)}\n\n{on}\n")
    told = {"on": on, "findings": [asdict(one) for one in findings]}
    (folder / "bench-result.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))
