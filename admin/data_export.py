"""The export form of the data browser: a list of a period as a CSV file, in pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar.response import Stream

from admin.lists.download import Row, download
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Scope
from returns_engine.web.who import Caller

AT_ONCE = 500
_RETURNS = """
SELECT r.id AS place, r.number AS return_number, o.number AS order_number, r.kind, r.state,
       r.requested_at, r.approved_at, r.closed_at
FROM returns r JOIN orders o ON o.id = r."order"
WHERE r.requested_at >= {} AND r.requested_at < {} AND r.id > {} ORDER BY r.id LIMIT {}
"""
_REFUNDS = """
SELECT f.id::text AS place, f.id AS refund_id, r.number AS return_number, f.state, f.proposed,
       f.amount, f.currency, f.proposed_at, f.succeeded_at
FROM refunds f LEFT JOIN returns r ON r.id = f.return_id
WHERE f.proposed_at >= {} AND f.proposed_at < {} AND f.id > {}::uuid ORDER BY f.id LIMIT {}
"""
_INSPECTIONS = """
SELECT l.id AS place, r.number AS return_number, i.inspected_at, i.undone_at, o.sku, l.quantity,
       l.grade, l.verdict, l.disposition, l.found_cause, l.clause
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
JOIN returns r ON r.id = i.return_id JOIN return_lines n ON n.id = l.return_line
JOIN order_lines o ON o.id = n.order_line
WHERE i.inspected_at >= {} AND i.inspected_at < {} AND l.id > {} ORDER BY l.id LIMIT {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A list that can be exported: who may, what is read, and where it begins."""

    needs: Scope
    sql: str
    columns: Sequence[str]
    begins: int | str = 0


EXPORTS: Mapping[str, Export] = {
    "returns": Export(
        needs=Scope.RETURNS_READ,
        sql=_RETURNS,
        columns=(
            *("return_number", "order_number", "kind", "state"),
            *("requested_at", "approved_at", "closed_at"),
        ),
    ),
    "refunds": Export(
        needs=Scope.REFUNDS_READ,
        sql=_REFUNDS,
        columns=(
            *("refund_id", "return_number", "state", "proposed", "amount", "currency"),
            *("proposed_at", "succeeded_at"),
        ),
        begins="00000000-0000-0000-0000-000000000000",
    ),
    "inspections": Export(
        needs=Scope.RETURNS_READ,
        sql=_INSPECTIONS,
        columns=(
            *("return_number", "inspected_at", "undone_at", "sku", "quantity", "grade", "verdict"),
            *("disposition", "found_cause", "clause"),
        ),
    ),
}


def export_of(sent: Mapping[str, Any], *, caller: Caller, zone: ZoneInfo) -> Stream:
    """Answer with the file that the form asks for; raises ValueError in words for the form."""
    name = str(sent.get("list", "")).strip().lower()
    export = EXPORTS.get(name)
    if export is None:
        raise ValueError(f"List: there is no such list; write {' or '.join(EXPORTS)}.")
    if not caller.may(export.needs):
        raise ValueError(f"List: your role does not read {name}.")
    first, last = _day(sent, "first_day"), _day(sent, "last_day")
    if last < first:
        raise ValueError("Last day: it comes before the first day.")
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    return _file(f"{name}-{first}-{last}", export, begins, ends)


def _file(name: str, export: Export, begins: datetime, ends: datetime) -> Stream:
    async def read(place: Any | None) -> tuple[Sequence[Row], Any | None]:  # noqa: ANN401 - a key
        after = export.begins if place is None else place
        found = await rows(export.sql, begins, ends, after, AT_ONCE)
        return found, found[-1]["place"] if len(found) == AT_ONCE else None

    def cells(row: Row) -> list[object]:
        return [row[column] for column in export.columns]

    return download(name, export.columns, read, cells)


def _day(sent: Mapping[str, Any], name: str) -> date:
    try:
        day = date.fromisoformat(str(sent.get(name, "")))
    except ValueError:
        day = date.min
    # The day after the last one must exist too, in every zone.
    if not date(1970, 1, 1) <= day <= date(9000, 1, 1):
        raise ValueError(f"{name.replace('_', ' ').capitalize()}: choose a day.")
    return day
