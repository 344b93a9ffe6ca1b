"""Who may what, as docs/who-may-what.md says it: the tests hold the application to its tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from litestar import Litestar
from litestar.routes import HTTPRoute

from returns_engine.rules.words import Role, Scope

DOCS = Path(__file__).parents[1] / "docs" / "who-may-what.md"
ANYONE = "anyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: a call with its cells by the heading of their column."""

    method: str
    path: str
    cells: dict[str, str]

    @property
    def call(self) -> tuple[str, str]:
        return self.method, self.path

    @property
    def open(self) -> bool:
        """Tell whether nobody is asked who they are."""
        return ANYONE in self.cells.values()

    @property
    def scopes(self) -> set[str]:
        """The scopes that let in, one of them being enough."""
        return set(re.findall(r"`([a-z]+:[a-z]+)`", self.cells["one of these scopes"]))

    @property
    def roles(self) -> set[Role]:
        """The roles that let in."""
        return {role for role in Role if self.cells[role] == "yes"}

    @property
    def for_customers(self) -> bool:
        """Tell whether a customer is let in, to what is theirs."""
        return self.cells["customer"] == "own"


def table(heading: str) -> list[dict[str, str]]:
    """Return the rows of the table below a heading, by the words of its first line."""
    text = DOCS.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    first, _, *rest = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == len(first) for row in rest), heading
    return [dict(zip(first, row, strict=True)) for row in rest]


def rows(heading: str) -> list[Row]:
    """Return the calls of the table below a heading."""
    found = []
    for cells in table(heading):
        call = next(iter(cells.values()))
        method, path = call.strip("`").split(" ")
        found.append(Row(method=method, path=path, cells=cells))
    assert len({row.call for row in found}) == len(found), "a call is written twice"
    return found


def scopes_of_roles_written() -> dict[Role, set[Scope]]:
    """Return what the table of scopes grants each role."""
    written = table("Scopes and roles")
    return {
        role: {Scope(row["scope"].split("`")[1]) for row in written if row[role] == "yes"}
        for role in Role
    }


def calls_of(app: Litestar) -> Iterator[tuple[str, str]]:
    """Give every address of the application with each method it takes, as it is routed."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                    yield str(method), route.path_format
