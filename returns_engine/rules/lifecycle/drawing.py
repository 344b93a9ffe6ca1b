"""Draw the lifecycles from their tables: `python -m returns_engine.rules.lifecycle.drawing`.

What it prints is docs/lifecycle.md; a test fails when that file is no longer what the tables say.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from itertools import groupby
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from returns_engine.rules import lifecycle
from returns_engine.rules.lifecycle.actions import ALLOWED_IN
from returns_engine.rules.lifecycle.headline import Headline

# By (state, event); each lifecycle has words of its own for both.
Table = Mapping[Any, StrEnum]

INTRODUCTION = """# The lifecycles

Drawn from the tables in `returns_engine/rules/lifecycle/`; after a change of one run

    .venv/bin/python -m returns_engine.rules.lifecycle.drawing > docs/lifecycle.md

Every move that is not drawn is refused (409 `transition_not_allowed`), in the use cases and by the
database. The one word that a return shows, its `state`, is derived from all of them and from the
counts of its lines; nobody sets it.
"""
_ACTIONS = """
## What each state of a return allows

The counts decide too: what is not there cannot be received, inspected or sent back.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One lifecycle: its name, its sentence, its first state and its table of moves."""

    name: str
    says: str
    initial: StrEnum
    table: Table


def machines() -> list[Machine]:
    """Return every lifecycle of this folder: each module that has a table of moves."""
    modules = [
        import_module(f"{lifecycle.__name__}.{found.name}")
        for found in iter_modules(lifecycle.__path__)
    ]
    return [_read(module) for module in modules if hasattr(module, "TABLE")]


def _read(module: ModuleType) -> Machine:
    name = module.__name__.rpartition(".")[2].removesuffix("_states")
    says = (module.__doc__ or "").splitlines()[0]
    return Machine(
        name=name.replace("_", " ").capitalize(),
        says=says,
        initial=module.INITIAL,
        table=module.TABLE,
    )


def drawing() -> str:
    """Return all lifecycles as Markdown with Mermaid diagrams."""
    parts = [INTRODUCTION, *(_machine(one) for one in machines()), _ACTIONS, *_actions()]
    return "\n".join(parts)


def _machine(machine: Machine) -> str:
    return "\n".join(
        [
            f"## {machine.name}\n",
            f"{machine.says}\n",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {machine.initial}",
            *_moves(machine.table),
            *(f"    {state} --> [*]" for state in _last(machine)),
            "```\n",
        ]
    )


def _moves(table: Table) -> Iterator[str]:
    """Give an arrow for each pair of states, with all the moves that lead along it."""
    moves = sorted((str(a), str(b), str(event)) for (a, event), b in table.items())
    for (before, after), along in groupby(moves, key=lambda move: move[:2]):
        yield f"    {before} --> {after}: {', '.join(move[2] for move in along)}"


def _last(machine: Machine) -> list[str]:
    """Return the states that nothing leads out of."""
    left = {str(state) for state, _ in machine.table}
    return sorted({str(state) for state in machine.table.values()} - left)


def _actions() -> Iterator[str]:
    yield "| state | allows |"
    yield "|---|---|"
    for state in Headline:
        allowed = [f"`{action}`" for action, states in ALLOWED_IN.items() if state in states]
        yield f"| `{state}` | {', '.join(allowed)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(drawing())
