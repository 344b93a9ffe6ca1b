"""Orders as CSV: the rows of one order stand together, and are taken all or none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from returns_engine.documents.order_file.assembling import assembled
from returns_engine.documents.order_file.given_order import GivenOrder
from returns_engine.documents.order_file.rows import Row

MOST_ROWS = 1_000
"""Of one order; what is beyond is not kept, and the order refused."""

Earlier = Callable[[str, int], int | None]
"""Notes that an order begins at a row, and tells at which row it began before, if it did."""


@dataclass(slots=True)
class _Block:
    """Rows that stand together and name the same order."""

    number: str | None
    faults: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    whole: bool = True

    def add(self, row: Row) -> None:
        if len(self.rows) < MOST_ROWS:
            self.rows.append(row)
        elif self.whole:
            self.whole = False
            self.faults.append(f"row {row.number}: An order has up to {MOST_ROWS:,} rows.")
        if row.order_number is None and not row.torn:
            self.faults.append(f"row {row.number}, column order_number: The cell is empty.")

    def order(self, earlier: Earlier) -> GivenOrder:
        first = self.rows[0].number
        before = earlier(self.number, first) if self.number is not None else None
        if before is not None:
            self.whole = False
            self.faults.append(
                f"row {first}: {self.number} began at row {before} already. The rows of an order"
                " stand together: sort the file by order_number, and import it again."
            )
        return assembled(self.rows, faults=self.faults, whole=self.whole)


def orders_in_csv(rows: Iterable[Row], earlier: Earlier) -> Iterator[GivenOrder]:
    """Give the orders of a file, readable or not.

    A row that belongs nowhere for sure costs the orders before and after it, which may lack it.
    """
    block: _Block | None = None
    doubt: list[str] = []
    for row in rows:
        if block is None or row.order_number not in {None, block.number}:
            if block is not None:
                yield block.order(earlier)
            block, doubt = _Block(row.order_number, faults=doubt), []
        block.add(row)
        if row.spilled or (row.torn and row.order_number is None):
            block.whole = False
            doubt = [f"row {row.number} before it is torn, and may have held a part of it."]
        elif row.torn:
            block.whole = False
    if block is not None:
        yield block.order(earlier)
