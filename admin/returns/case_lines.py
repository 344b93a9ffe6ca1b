"""The lines of a return as the bench and the case page show them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import loaded, rows

_LINES = """
SELECT rl.id, ol.line_id, ol.title, ol.sku, ol.kind, ol.vehicle, ol.image_url, rl.reason, rl.cause,
       rl.resolution, rl.declared_condition, rl.photo_ids, c.text AS comment, rl.goods_expected,
       rl.requested, rl.received, rl.accepted, rl.rejected, rl.in_opinion, rl.given_up,
       rl.sent_back, rl.disposed, rl.refunded, rl.replaced
FROM returns r
JOIN return_lines rl ON rl.return_id = r.id
JOIN order_lines ol ON ol.id = rl.order_line
LEFT JOIN line_comments c ON c.return_line = rl.id
WHERE r.number = {}
ORDER BY rl.position, rl.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """Units of one order line in a return, with the customer's claim about them."""

    id: int
    line_id: str
    title: str
    sku: str
    kind: str
    vehicle: dict[str, Any] | None
    image_url: str | None
    reason: str | None
    cause: str | None
    resolution: str
    declared_condition: dict[str, bool] | None
    photo_ids: list[str]
    comment: str | None
    goods_expected: bool
    requested: int
    received: int
    accepted: int
    rejected: int
    in_opinion: int
    given_up: int
    sent_back: int
    disposed: int
    refunded: int
    replaced: int

    @property
    def outstanding(self) -> int:
        """Return the units that may still come."""
        return self.requested - self.given_up - self.received if self.goods_expected else 0

    @property
    def waiting(self) -> int:
        """Return the units that are here to be judged; a second opinion is not the bench's."""
        return self.received - self.accepted - self.rejected - self.in_opinion

    @property
    def at_the_bench(self) -> int:
        """Return the units that can be judged now: those that wait, and those that may come."""
        return self.waiting + self.outstanding

    @property
    def car(self) -> str:
        """Return the vehicle the item was made for, in one line, or ""."""
        vehicle = self.vehicle or {}
        parts = (vehicle.get("year"), vehicle.get("make"), vehicle.get("model"))
        return " ".join(str(part) for part in parts if part)


def titled(says: str, lines: Iterable[LineShown]) -> str:
    """Return a refusal that names items by their titles, where it named lines by their ids."""
    for line in lines:
        named = re.split(rf"\b[Ll]ine {re.escape(line.line_id)}(?!\w)", says)
        says = f"“{line.title}”".join(named)
    return says


async def read_lines(number: str) -> list[LineShown]:
    """Return the lines of return `number`, in the order of the request."""
    return [_line(row) for row in await rows(_LINES, number)]


def _line(row: dict[str, Any]) -> LineShown:
    json_columns = ("vehicle", "declared_condition", "photo_ids")
    values = {name: loaded(row[name]) if name in json_columns else row[name] for name in row}
    return LineShown(**{**values, "photo_ids": values["photo_ids"] or []})
