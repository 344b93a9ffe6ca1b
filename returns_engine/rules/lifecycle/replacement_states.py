"""The same thing again, for the customer: our duty until it has arrived.

planned ──await_stock──▶ awaiting_stock ──order──▶ ordered ──ship──▶ shipped ──▶ delivered
   └──────────────────────order───────────────────────▲

planned, awaiting_stock, ordered ──cancel──▶ cancelled  (then a refund is proposed)
awaiting_stock ──await_stock──▶ awaiting_stock, shipped ──ship──▶ shipped  (another day, or number)
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import advance


class ReplacementState(StrEnum):
    """Where a replacement stands."""

    PLANNED = "planned"
    AWAITING_STOCK = "awaiting_stock"
    ORDERED = "ordered"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class ReplacementEvent(StrEnum):
    """What may happen to a replacement."""

    AWAIT_STOCK = "await_stock"
    ORDER = "order"
    SHIP = "ship"
    DELIVER = "deliver"
    CANCEL = "cancel"


INITIAL = ReplacementState.PLANNED

SETTLED = frozenset({ReplacementState.DELIVERED, ReplacementState.CANCELLED})
"""States that let a return close."""

OPEN = frozenset(ReplacementState) - SETTLED
"""States in which we still owe the goods."""

_S, _E = ReplacementState, ReplacementEvent

TABLE: Mapping[tuple[ReplacementState, ReplacementEvent], ReplacementState] = {
    (_S.PLANNED, _E.AWAIT_STOCK): _S.AWAITING_STOCK,
    (_S.AWAITING_STOCK, _E.AWAIT_STOCK): _S.AWAITING_STOCK,
    (_S.PLANNED, _E.ORDER): _S.ORDERED,
    (_S.AWAITING_STOCK, _E.ORDER): _S.ORDERED,
    (_S.ORDERED, _E.SHIP): _S.SHIPPED,
    (_S.SHIPPED, _E.SHIP): _S.SHIPPED,
    (_S.SHIPPED, _E.DELIVER): _S.DELIVERED,
    (_S.PLANNED, _E.CANCEL): _S.CANCELLED,
    (_S.AWAITING_STOCK, _E.CANCEL): _S.CANCELLED,
    (_S.ORDERED, _E.CANCEL): _S.CANCELLED,
}


def next_replacement(state: ReplacementState, event: ReplacementEvent) -> ReplacementState:
    """Return the state of a replacement after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
