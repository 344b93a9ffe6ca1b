"""Find the returns a scanned code can mean."""

from dataclasses import dataclass

from admin.bench.scanned_code import CodeKind, ScannedCode
from returns_engine.queries.rows import first_row, rows
from returns_engine.queries.scan import tracking_spellings
from returns_engine.rules.lifecycle.actions import ALLOWED_IN, Action
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.order_number import spellings
from returns_engine.rules.rma_number import normalize_rma_number

MOST = 20
AT_THE_BENCH = frozenset(
    str(state) for state in ALLOWED_IN[Action.RECEIVE] | ALLOWED_IN[Action.INSPECT]
)

_BY_NUMBER = """
SELECT r.number, r.state, o.number AS order_number, r.requested_at
FROM returns r JOIN orders o ON o.id = r."order" WHERE r.number = {}
"""
# Each branch has an index of its own; one WHERE with OR would read the whole table.
_BY_OTHER = """
WITH found AS (
    SELECT return_id AS id FROM labels WHERE tracking_number = ANY({})
    UNION SELECT id FROM returns WHERE own_tracking_number = ANY({})
    UNION SELECT r.id FROM orders o JOIN returns r ON r."order" = o.id
          WHERE lower(o.number) = ANY({})
    UNION SELECT r.id FROM shipments s JOIN returns r ON r."order" = s."order"
          WHERE s.tracking_number = ANY({})
)
SELECT r.number, r.state, o.number AS order_number, r.requested_at
FROM found JOIN returns r ON r.id = found.id JOIN orders o ON o.id = r."order"
ORDER BY r.requested_at DESC LIMIT {}
"""
_ORDER = """
SELECT number FROM (
    SELECT o.number, 1 AS rank FROM orders o WHERE lower(o.number) = ANY({})
    UNION ALL
    SELECT o.number, 2 FROM shipments s JOIN orders o ON o.id = s."order"
    WHERE s.tracking_number = ANY({})
) AS found ORDER BY rank, number = {} DESC, number LIMIT 1
"""
# An item without its papers: whose returns wait for one like it, those that have come in first.
_BY_SKU = """
SELECT DISTINCT r.number, r.state, o.number AS order_number, r.requested_at,
       r.state IN ('received', 'partially_received') AS here
FROM order_lines l JOIN return_lines n ON n.order_line = l.id JOIN returns r ON r.id = n.return_id
JOIN orders o ON o.id = r."order"
WHERE l.sku = ANY({}) AND r.state = ANY({}) ORDER BY here DESC, r.requested_at DESC LIMIT {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReturn:
    """A return that a code may mean."""

    number: str
    state: str
    order_number: str
    requested_at: object

    @property
    def for_the_bench(self) -> bool:
        """Say whether the bench has anything to do with it now."""
        return self.state in AT_THE_BENCH


async def find_returns(code: ScannedCode) -> list[FoundReturn]:
    """Return the returns that `code` can mean; where some wait for the bench, those alone."""
    if code.kind is CodeKind.NOTHING:
        return []
    if code.kind is CodeKind.RETURN:
        found = await rows(_BY_NUMBER, code.value)
    else:
        tracking = tracking_spellings([code.text, code.value])
        orders = [*spellings(code.text), code.value.lower()]
        found = await rows(_BY_OTHER, tracking, tracking, orders, tracking, MOST)
    returns = [FoundReturn(**row) for row in found]
    returns = [one for one in returns if one.for_the_bench] or returns or await _by_sku(code)
    return returns or await _by_bare_number(code)


async def _by_bare_number(code: ScannedCode) -> list[FoundReturn]:
    """Return the return whose RMA number somebody typed without `RMA-`.

    Comes last: a SKU, or a number of the shop, may look like one.
    """
    number = normalize_rma_number(f"RMA-{code.text}")
    return [FoundReturn(**row) for row in await rows(_BY_NUMBER, number)] if number else []


async def order_without_return(code: ScannedCode) -> str | None:
    """Return the order that `code` means by its number or our parcel's: ask where no return is."""
    tracking = tracking_spellings([code.text, code.value])
    orders = spellings(code.text)
    found = await first_row(_ORDER, orders, tracking, code.text) if code.value else None
    return None if found is None else str(found["number"])


async def is_an_items(code: ScannedCode) -> bool:
    """Say whether `code` is the SKU of something that was ordered: ask where no return waits."""
    spellings = sorted({code.text, code.text.upper()})
    return (
        await first_row("SELECT FROM order_lines WHERE sku = ANY({}) LIMIT 1", spellings)
        is not None
    )


async def _by_sku(code: ScannedCode) -> list[FoundReturn]:
    """Return the returns that wait for an item of this SKU, 20 at most."""
    if code.kind is not CodeKind.TRACKING_OR_ORDER:
        return []
    spellings = sorted({code.text, code.text.upper()})
    found = await rows(_BY_SKU, spellings, sorted(AT_THE_BENCH), MOST)
    names = ("number", "state", "order_number", "requested_at")
    return [FoundReturn(**{name: row[name] for name in names}) for row in found]


def takes_parcels(state: str) -> bool:
    """Say whether a return in `state` takes a parcel in."""
    return Headline(state) in ALLOWED_IN[Action.RECEIVE]


def takes_verdicts(state: str) -> bool:
    """Say whether a return in `state` waits for a verdict."""
    return Headline(state) in ALLOWED_IN[Action.INSPECT]
