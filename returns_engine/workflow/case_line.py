"""Units of one order line in a return, counted through every step."""

from dataclasses import dataclass
from typing import Any

from returns_engine.rules.lifecycle.headline import LineCounts
from returns_engine.tables.one_statement import OneStatement

COUNTERS = (
    "received",
    "accepted",
    "rejected",
    "in_opinion",
    "given_up",
    "sent_back",
    "disposed",
    "proposed",
    "refunded",
    "replaced",
)


@dataclass(slots=True, kw_only=True)
class CaseLine:
    """Units of one order line in the return, and how far they have come."""

    id: int
    order_line: int
    line_id: str
    kind: str
    reason: str | None
    cause: str | None
    resolution: str
    goods_expected: bool
    shipping_back: bool
    requested: int
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    in_opinion: int = 0
    given_up: int = 0
    sent_back: int = 0
    disposed: int = 0
    proposed: int = 0
    refunded: int = 0
    replaced: int = 0
    changed: bool = False

    @classmethod
    def held(cls, row: dict[str, Any]) -> "CaseLine":
        """Return the line of a stored row, with its order line's id and kind."""
        return cls(
            id=row["id"],
            order_line=row["order_line"],
            line_id=row["line_id"],
            kind=row["kind"],
            reason=row["reason"],
            cause=row["cause"],
            resolution=row["resolution"],
            goods_expected=row["goods_expected"],
            shipping_back=row["shipping_back"],
            requested=row["requested"],
            **{counter: row[counter] for counter in COUNTERS},
        )

    def add(self, counter: str, units: int) -> None:
        """Count `units` more."""
        setattr(self, counter, getattr(self, counter) + units)
        self.changed = True

    def put(self, counter: str, units: int) -> None:
        """Set a counter that is recomputed."""
        if getattr(self, counter) != units:
            setattr(self, counter, units)
            self.changed = True

    def reopen(self) -> tuple[int, int]:
        """Take the rejection of units back; return how many are here and how many were sent back.

        Those here wait for a verdict, those sent back may come in again; what the customer let us
        keep stays as it is.
        """
        here, sent = self.rejected_waiting, self.sent_back
        if here or sent:
            self.add("rejected", -(here + sent))
            self.add("received", -sent)
            self.add("sent_back", -sent)
        return here, sent

    @property
    def outstanding(self) -> int:
        """Return the units that may still come."""
        return self.requested - self.given_up - self.received if self.goods_expected else 0

    @property
    def without_verdict(self) -> int:
        """Return the units that wait for the bench, or for a second opinion."""
        return self.received - self.accepted - self.rejected

    @property
    def at_the_bench(self) -> int:
        """Return the units that can be judged: those that wait for a second opinion cannot."""
        return self.without_verdict - self.in_opinion

    @property
    def rejected_waiting(self) -> int:
        """Return the customer's units that are still with us."""
        return self.rejected - self.sent_back - self.disposed

    @property
    def to_settle(self) -> int:
        """Return the units that nothing was proposed for yet."""
        settled_on = self.accepted if self.goods_expected else self.requested - self.given_up
        return settled_on - self.proposed

    def counts(self) -> LineCounts:
        """Return the counters for the rules."""
        return LineCounts(
            requested=self.requested,
            received=self.received,
            accepted=self.accepted,
            rejected=self.rejected,
            in_opinion=self.in_opinion,
            given_up=self.given_up,
            sent_back_or_disposed=self.sent_back + self.disposed,
            disposed=self.disposed,
            refunded=self.refunded,
            replaced=self.replaced,
            goods_expected=self.goods_expected,
        )


def write_lines(statement: OneStatement, lines: list[CaseLine]) -> None:
    """Add the counters of the lines that changed to a statement.

    Each by itself: of an array PostgreSQL reckons with ten rows, and would plan for one each time.
    """
    for line in lines:
        if line.changed:
            counters = {name: getattr(line, name) for name in COUNTERS}
            statement.update("return_lines", line.id, counters)
