"""Find returns, orders and parcels by whatever is known of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from admin.search.asked import Asked
from admin.search.refunds_by_number import refunds_called
from returns_engine.queries.rows import rows

MOST = 20
"""How many of each kind are shown."""

# Each branch has an index of its own. `itself`: that very thing was named, not somebody it is of.
_EXACT = """
SELECT 'return' AS kind, id, true AS itself FROM returns WHERE number = {}
UNION SELECT 'return', id, true FROM returns WHERE own_tracking_number = ANY({})
UNION SELECT 'return', return_id, true FROM labels WHERE tracking_number = ANY({})
UNION SELECT 'return', return_id, true FROM replacements WHERE tracking_number = ANY({})
UNION SELECT 'return', return_id, true FROM replacements
      WHERE lower(external_order) = lower({}) AND external_order IS NOT NULL
UNION SELECT 'return', return_id, true FROM messages
      WHERE template = 'goods_sent_back' AND upper(context ->> 'tracking_number') = ANY({})
UNION SELECT 'order', id, true FROM orders WHERE lower(number) = (
      SELECT lower(o.number) FROM orders o WHERE lower(o.number) = ANY({})
      ORDER BY array_position({}::text[], lower(o.number)) LIMIT 1)
UNION SELECT 'order', "order", true FROM shipments WHERE tracking_number = ANY({})
UNION SELECT 'order', "order", true FROM payments
      WHERE provider IN ('stripe', 'external') AND reference = {}
UNION SELECT 'order', p."order", true FROM outside_refunds x JOIN payments p ON p.id = x.payment
      WHERE x.provider_refund_id = {}
UNION (SELECT 'order', "order", false FROM order_contacts WHERE email = {}
       ORDER BY "order" DESC LIMIT {})
UNION (SELECT 'order', "order", false FROM order_contacts WHERE phone = {}
       ORDER BY "order" DESC LIMIT {})
UNION (SELECT 'order', "order", false FROM order_lines WHERE sku = ANY({})
       ORDER BY "order" DESC LIMIT {})
"""
_PARTS = """
(SELECT 'order' AS kind, c."order" AS id, false AS itself FROM order_contacts c
 WHERE c.email ILIKE ALL({}) OR c.name ILIKE ALL({}) OR c.ship_to_name ILIKE ALL({})
    OR c.plain_name LIKE ALL({}) OR c.plain_ship_to_name LIKE ALL({}) OR c.phone LIKE {}
 ORDER BY c."order" DESC LIMIT {})
UNION (SELECT 'order', id, false FROM orders WHERE number ILIKE {} ORDER BY id DESC LIMIT {})
UNION (SELECT 'return', id, false FROM returns WHERE number ILIKE {} ORDER BY id DESC LIMIT {})
"""
_PARCELS = """
SELECT id, number, state, tracking_number, sender, quarantined_at
FROM (SELECT * FROM parcels WHERE number = {}
      UNION (SELECT * FROM parcels WHERE tracking_number = ANY({})
             ORDER BY quarantined_at DESC LIMIT {})) AS parcels
ORDER BY quarantined_at DESC LIMIT {}
"""
_RETURNS = """
SELECT r.id, r.number, r.state, r.requested_at, o.number AS order_number, c.name AS customer,
  (SELECT string_agg(l.requested || ' × ' || ol.title, ', ' ORDER BY l.position, l.id)
   FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line
   WHERE l.return_id = r.id) AS items
FROM (SELECT * FROM returns WHERE id = ANY({})
      UNION SELECT * FROM returns WHERE "order" = ANY({})) AS r
JOIN orders o ON o.id = r."order" LEFT JOIN order_contacts c ON c."order" = o.id
ORDER BY r.id DESC LIMIT {}
"""
_ORDERS = """
SELECT o.id, o.number, o.placed_at, c.name AS customer, c.email,
  (SELECT string_agg(l.quantity || ' × ' || l.title, ', ' ORDER BY l.position, l.id)
   FROM order_lines l WHERE l."order" = o.id) AS items
FROM orders o LEFT JOIN order_contacts c ON c."order" = o.id
WHERE o.id = ANY({}) ORDER BY o.id DESC LIMIT {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, the newest first, at most `MOST` and one of each kind."""

    returns: Sequence[Mapping[str, Any]] = ()
    orders: Sequence[Mapping[str, Any]] = ()
    parcels: Sequence[Mapping[str, Any]] = ()
    refunds: Sequence[Mapping[str, Any]] = ()
    straight: str | None = None
    """The address of the one thing that was named; None where there is none, or several."""

    @property
    def nothing(self) -> bool:
        """Say whether nothing was found."""
        return not (self.returns or self.orders or self.parcels or self.refunds)


async def find_anything(asked: Asked, *, parcels: bool, refunds: bool) -> Found:
    """Return what is called so, or else what holds it as a part, by six statements at most.

    Without `parcels` those nobody announced are not looked for; without `refunds` nothing is by
    the numbers of refunds and payments.
    """
    if not asked.text:
        return Found()
    lying = await _parcels(asked) if parcels else []
    money = await refunds_called(asked.text, most=MOST + 1) if refunds else []
    hits = await rows(_EXACT, *_exact(asked, asked.text if refunds else None))
    exact = bool(hits or lying or money)
    if not exact and asked.has_parts:
        hits = await rows(_PARTS, *_parts(asked))
    of_returns, of_orders = _ids(hits, "return"), _ids(hits, "order")
    orders = await rows(_ORDERS, of_orders, MOST + 1) if of_orders else []
    returns = await rows(_RETURNS, of_returns, of_orders, MOST + 1) if hits else []
    others = [f"/admin/parcels/{one['id']}" for one in lying]
    others += [f"/admin/approvals/{one['id']}" for one in money]
    paths = _paths(hits, returns, orders, others) if exact else []
    return Found(
        returns=returns,
        orders=orders,
        parcels=lying,
        refunds=money,
        straight=paths[0] if len(paths) == 1 else None,
    )


def _paths(
    hits: Iterable[Mapping[str, Any]],
    returns: Iterable[Mapping[str, Any]],
    orders: Iterable[Mapping[str, Any]],
    others: list[str],
) -> list[str]:
    """Return the addresses of what was named itself; where nothing was, of all that is found."""
    named = {(hit["kind"], hit["id"]) for hit in hits if hit["itself"]}
    by_kind = [("return", one["id"], _return(one)) for one in returns]
    by_kind += [("order", one["id"], _order(one)) for one in orders]
    every = not named and not others
    return others + [path for kind, key, path in by_kind if every or (kind, key) in named]


def _exact(asked: Asked, of_money: str | None) -> list[object]:
    most, spellings = MOST + 1, asked.tracking
    return [
        *(asked.rma_number, spellings, spellings, spellings, asked.text, spellings),
        *(asked.orders, asked.orders, spellings, of_money, of_money),
        *(asked.email, most, asked.phone, most, asked.skus, most),
    ]


def _parts(asked: Asked) -> list[object]:
    most = MOST + 1
    names = (*[asked.words] * 3, *[asked.plain_words] * 2, asked.digits, most)
    return [*names, asked.part, most, asked.part, most]


async def _parcels(asked: Asked) -> list[dict[str, Any]]:
    number, most = asked.quarantine_number, MOST + 1
    return await rows(_PARCELS, number, asked.tracking, most, most)


def _ids(hits: Iterable[Mapping[str, Any]], kind: str) -> list[int]:
    return sorted({hit["id"] for hit in hits if hit["kind"] == kind})


def _return(one: Mapping[str, Any]) -> str:
    return f"/admin/returns/{one['number']}"


def _order(one: Mapping[str, Any]) -> str:
    return f"/admin/orders/{quote(one['number'], safe='')}"
