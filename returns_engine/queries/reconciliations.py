"""The comparisons with the provider's account: the last ones, and the lines of one."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from returns_engine.documents.spreadsheet import csv_text
from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.money.money import decimal_text

LINE_COLUMNS = (
    "kind",
    "currency",
    "at_provider",
    "in_books",
    "status_at_provider",
    "status_in_books",
    "provider_refund_id",
    "payment_reference",
    "made_at",
    "order_number",
    "return_number",
    "refund_id",
)
INFORMATION = ("outside", "another_system")
"""Kinds of lines that call for nobody: booked as made outside, or another system's."""

_PAGE = 1000
_RUNS = "SELECT * FROM reconciliations "
_LINES = """
SELECT l.*, o.number AS order_number, t.number AS return_number
FROM reconciliation_lines l LEFT JOIN orders o ON o.id = l."order"
LEFT JOIN refunds f ON f.id = l.refund LEFT JOIN returns t ON t.id = f.return_id
WHERE l.reconciliation = {} AND l.id > {}"""
_ORDER = " ORDER BY l.id LIMIT {}"
_DONE = "WHERE state = 'done' ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What moved in one currency, in minor units; `another_system` stands apart."""

    currency: str
    at_provider: int
    in_books: int
    another_system: int

    @property
    def difference(self) -> int:
        """Return what the provider moved for us beyond what our books say."""
        return self.at_provider - self.in_books


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One comparison; `differing` lines call for a person, once it is `done`."""

    id: int
    day: date | None
    since: datetime
    before: datetime
    state: str
    started_at: datetime
    finished_at: datetime | None
    refunds: int
    mended: int
    differing: int
    totals: tuple[Total, ...]
    error: str | None

    @property
    def agrees(self) -> bool:
        """Say whether the provider answered and nothing differs, neither a line nor a sum."""
        return self.state == "done" and self.differing == 0 and not self.sums_differ

    @property
    def sums_differ(self) -> bool:
        """Say whether what moved in some currency is another sum at the provider than here."""
        return any(total.difference for total in self.totals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that did not agree, or is another's; amounts are what moved, in minor units."""

    id: int
    kind: str
    currency: str
    at_provider: int
    in_books: int
    status_at_provider: str | None
    status_in_books: str | None
    provider_refund_id: str | None
    payment_reference: str | None
    made_at: datetime | None
    order_number: str | None
    return_number: str | None
    refund_id: UUID | None

    @property
    def difference(self) -> int:
        """Return what the provider moved beyond what our books say."""
        return self.at_provider - self.in_books


async def latest_runs(*, limit: int = 30) -> list[Run]:
    """Return the last comparisons, newest first."""
    return [_run(row) for row in await rows(_RUNS + "ORDER BY id DESC LIMIT {}", limit)]


async def read_run(run_id: int) -> Run | None:
    """Return one comparison, or None."""
    row = await first_row(_RUNS + "WHERE id = {}", run_id)
    return None if row is None else _run(row)


async def count_differing() -> int:
    """Return how many lines of the last comparison that was answered call for a person."""
    run = await last_answered()
    return 0 if run is None else run.differing


async def last_answered() -> Run | None:
    """Return the last comparison that the provider answered; None where there is none."""
    row = await first_row(_RUNS + _DONE)
    return None if row is None else _run(row)


async def lines_of(
    run_id: int, *, after: int = 0, limit: int = _PAGE, differing: bool = False
) -> list[Line]:
    """Return lines of a comparison in their order, those behind the line `after`.

    `differing` leaves out those that call for nobody.
    """
    values: list[object] = [run_id, after]
    if differing:
        values.append(list(INFORMATION))
    only = " AND l.kind <> ALL({})" if differing else ""
    return [_line(row) for row in await rows(_LINES + only + _ORDER, *values, limit)]


async def lines_csv(run_id: int) -> AsyncIterator[str]:
    """Give the lines of a comparison as CSV, header first, in pieces."""
    yield csv_text([LINE_COLUMNS])
    after = 0
    while page := await lines_of(run_id, after=after):
        yield csv_text(_cells(line) for line in page)
        after = page[-1].id


def _run(row: Mapping[str, Any]) -> Run:
    totals = tuple(Total(**total) for total in loaded(row["totals"]))
    return Run(**{**row, "totals": totals})


def _line(row: Mapping[str, Any]) -> Line:
    fields = {name: row[name] for name in LINE_COLUMNS if name != "refund_id"}
    return Line(id=row["id"], refund_id=row["refund"], **fields)


def _cells(line: Line) -> list[str]:
    return [
        line.kind,
        line.currency,
        decimal_text(line.at_provider, line.currency),
        decimal_text(line.in_books, line.currency),
        line.status_at_provider or "",
        line.status_in_books or "",
        line.provider_refund_id or "",
        line.payment_reference or "",
        utc_text(line.made_at) or "",
        line.order_number or "",
        line.return_number or "",
        str(line.refund_id or ""),
    ]
