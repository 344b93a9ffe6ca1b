"""What we hold about a person: which orders are theirs, and every row that hangs on one."""

from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import loaded
from returns_engine.tables.engine import the_engine
from returns_engine.tables.personal_data.holding import Holding
from returns_engine.tables.personal_data.holdings import HOLDINGS

_ORDERS = """
SELECT o.id, o.number, o.erased_at FROM orders o
WHERE o.number = $1
   OR o.id = ANY(ARRAY(
       SELECT c."order" FROM order_contacts c WHERE c.email = $2 OR c.phone = ANY($3)))
   OR o.id = ANY(ARRAY(SELECT m."order" FROM messages m WHERE m.recipient = $2))
ORDER BY o.id
"""
_LABELS = """
SELECT r.number, d.pdf FROM label_documents d JOIN labels l ON l.id = d.label
JOIN returns r ON r.id = l.return_id WHERE r."order" = $1 ORDER BY r.id
"""
_CERTIFICATES = """
SELECT r.number, d.pdf FROM certificate_documents d JOIN certificates c ON c.id = d.certificate
JOIN returns r ON r.id = c.return_id WHERE r."order" = $1 ORDER BY r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirOrder:
    """An order that is a person's."""

    id: int
    number: str
    erased: bool


async def orders_of(
    *, order_number: str | None = None, email: str | None = None, phones: tuple[str, ...] = ()
) -> list[TheirOrder]:
    """Return the orders with this number, or of this e-mail address or phone as they are kept."""
    found = await the_engine().fetch_rows(_ORDERS, order_number, email, list(phones))
    return [
        TheirOrder(id=row["id"], number=row["number"], erased=row["erased_at"] is not None)
        for row in found
    ]


async def held_about(order_id: int) -> dict[str, Any]:
    """Return every row we hold of an order by its table, with what the table is kept for.

    Digests, salts and the bytes of documents are left out.
    """
    return {
        holding.table: {"why": holding.why, "rows": found}
        for holding in HOLDINGS
        if (found := await _rows(holding, order_id))
    }


async def _rows(holding: Holding, order_id: int) -> list[dict[str, Any]]:
    # The bytes of a file would be written out as text twice their size.
    unshown = sorted(holding.unshown)
    found = await the_engine().fetch_rows(
        f"SELECT to_jsonb(t) - $2::text[] AS row FROM {holding.table} t"  # noqa: S608 - names of our own
        f" WHERE {holding.of_order} ORDER BY t.id",
        order_id,
        unshown,
    )
    return [loaded(row["row"]) for row in found]


async def stray_mails_of(email: str) -> list[dict[str, Any]]:
    """Return the mails that came from an address and were put to no case."""
    found = await the_engine().fetch_rows(
        'SELECT to_jsonb(m) AS row FROM messages m WHERE m."order" IS NULL AND m.sender = $1'
        " ORDER BY m.created_at, m.id",
        email,
    )
    return [loaded(row["row"]) for row in found]


async def labels_of(order_id: int) -> list[tuple[str, bytes]]:
    """Return the label of each return of an order, by RMA number, as PDF."""
    return [
        (row["number"], bytes(row["pdf"]))
        for row in await the_engine().fetch_rows(_LABELS, order_id)
    ]


async def certificates_of(order_id: int) -> list[tuple[str, bytes]]:
    """Return the refund certificate of each return of an order, by RMA number, as PDF."""
    return [
        (row["number"], bytes(row["pdf"]))
        for row in await the_engine().fetch_rows(_CERTIFICATES, order_id)
    ]


async def photos_of(order_id: int) -> list[str]:
    """Return the ids of the photos that are of this order alone."""
    photos = next(holding for holding in HOLDINGS if holding.table == "photos")
    found = await the_engine().fetch_rows(
        f"SELECT t.id::text AS id FROM photos t WHERE {photos.of_order} ORDER BY t.id",  # noqa: S608 - ours
        order_id,
    )
    return [row["id"] for row in found]


async def would_be_erased(order_id: int) -> dict[str, int]:
    """Return how many rows of each table would be deleted, or lose words."""
    counts = {}
    for holding in HOLDINGS:
        if holding.goes or holding.erased:
            rows = await the_engine().fetch_rows(
                f"SELECT count(*) AS rows FROM {holding.table} t WHERE {to_erase(holding)}",  # noqa: S608 - ours
                order_id,
            )
            counts[holding.table] = rows[0]["rows"]
    return {table: rows for table, rows in counts.items() if rows}


def to_erase(holding: Holding) -> str:
    """Return the condition on the rows that still hold something to erase."""
    if holding.goes:
        return holding.of_order
    changed = " OR ".join(
        f"t.{column} IS DISTINCT FROM ({new})" for column, new in holding.erased.items()
    )
    return f"{holding.of_order} AND ({changed})"


_OPEN = """
SELECT 'return ' || r.number || ' is ' || replace(r.state, '_', ' ') AS says
FROM returns r WHERE r."order" = $1
 AND r.state NOT IN ('closed', 'declined', 'withdrawn', 'expired')
UNION ALL
SELECT 'a refund of ' || COALESCE(f.amount, f.proposed) || ' (minor units) is '
       || replace(f.state, '_', ' ')
FROM refunds f WHERE f."order" = $1 AND f.state NOT IN ('succeeded', 'refused', 'canceled')
UNION ALL
SELECT 'a replacement is ' || replace(p.state, '_', ' ')
FROM replacements p JOIN returns r ON r.id = p.return_id
WHERE r."order" = $1 AND p.state NOT IN ('delivered', 'cancelled')
UNION ALL
SELECT 'parcel ' || p.number || ' lies in quarantine' FROM parcels p
WHERE p."order" = $1 AND p.state = 'quarantined'
UNION ALL
SELECT 'a choice is not carried out' FROM choices c WHERE c."order" = $1
 AND (c.state = 'open' OR c.chosen_option IN ('wait', 'swap') AND c.done_at IS NULL)
UNION ALL
SELECT 'a ' || c.kind || ' is ' || c.state FROM compensations c
WHERE c."order" = $1 AND c.state IN ('proposed', 'approved')
"""
_DISPUTED = """
SELECT 'payment ' || p.payment_id || ' is or was disputed at the bank' AS says
FROM payments p WHERE p."order" = $1 AND p.disputed > 0
"""


async def open_matters(order_id: int) -> list[str]:
    """Say what of an order is not over: what we still need the person for."""
    return [row["says"] for row in await the_engine().fetch_rows(_OPEN, order_id)]


async def disputes(order_id: int) -> list[str]:
    """Say which payments the bank was or is asked to take back; nobody tells us when it ends."""
    return [row["says"] for row in await the_engine().fetch_rows(_DISPUTED, order_id)]
