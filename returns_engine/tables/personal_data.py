"""What each table holds about the person behind an order, and what becomes of it when they go.

The one list that export, erasure, their tests and docs/privacy.md rest on. A table that is not
named here, or a column of it that could hold words, fails a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_ID = "an id"
_CODE = "a word of ours"
_DIGEST = "a digest of the record"
_SHOP = "the shop's own id"
_MONEY = "whom the money went back to, at the bank; no name"
_RECORD = "decisions hold ids, amounts, dates and clauses alone"
_GOODS = "says which goods, not whose"

EMPTIED = "NULL"
NO_TEXT = "''"
NO_LIST = "'[]'::jsonb"

RETURNS = 'SELECT r.id FROM returns r WHERE r."order" = $1'
_LINES = f"SELECT l.id FROM return_lines l WHERE l.return_id IN ({RETURNS})"  # noqa: S608 - pieces of our own
_BY_ORDER = 't."order" = $1'
_BY_RETURN = f"t.return_id IN ({RETURNS})"
_OWN_CHAIN = "t.chain = (SELECT 'order:' || o.number FROM orders o WHERE o.id = $1)"
_EVENTS = f"({_OWN_CHAIN} OR {_BY_RETURN})"

# The photos that the returns of an order use, whoever took them; `photo_ids` stand in many places.
USED_PHOTOS = f"""
SELECT jsonb_array_elements_text(l.photo_ids) FROM return_lines l WHERE l.return_id IN ({RETURNS})
UNION SELECT jsonb_array_elements_text(i.photo_ids) FROM inspection_lines i
      WHERE i.return_line IN ({_LINES})
UNION SELECT jsonb_path_query(t.data, '$.**.photo_ids[*]') #>> '{{}}' FROM events t WHERE {_EVENTS}
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one table holds of an order.

    `of_order` is a condition on its rows, `t`, with the order's row id as `$1`. `erased` maps the
    columns that can hold words about a person to the SQL that takes their place; with `goes` the
    whole row is deleted. `kept` says of every other column of text why it may stay; `unshown` are
    columns that no export shows: secrets, and what is handed out as a file.
    """

    table: str
    of_order: str
    why: str
    goes: bool = False
    erased: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    unshown: frozenset[str] = frozenset()


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        table="orders",
        of_order="t.id = $1",
        why="amounts and dates, for the books",
        kept={"number": _SHOP, "channel": "where it was sold"},
    ),
    Holding(
        table="order_contacts",
        of_order=_BY_ORDER,
        why="to write to the customer and to print the label",
        goes=True,
    ),
    Holding(
        table="photos",
        # One of the bench that another order's return uses too is not this person's alone.
        of_order=f"""
(t."order" = $1 OR t."order" IS NULL AND t.id::text IN ({USED_PHOTOS})
 AND NOT EXISTS (SELECT FROM inspection_lines i JOIN inspections s ON s.id = i.inspection
                 JOIN returns r ON r.id = s.return_id
                 WHERE i.photo_ids @> to_jsonb(t.id::text) AND r."order" <> $1)
 AND NOT EXISTS (SELECT FROM return_lines l JOIN returns r ON r.id = l.return_id
                 WHERE l.photo_ids @> to_jsonb(t.id::text) AND r."order" <> $1))
""",  # noqa: S608 - pieces of our own
        why="proof of the condition of goods; the files go with the rows",
        goes=True,
    ),
    Holding(
        table="order_lines",
        of_order=_BY_ORDER,
        why="what was sold, for the books",
        # The title of a personalized thing may hold a name.
        erased={
            "title": "CASE WHEN t.kind = 'personalized' THEN t.sku ELSE t.title END",
            "vehicle": EMPTIED,
            "image_url": EMPTIED,
        },
        kept={"line_id": _SHOP, "sku": _GOODS, "category": _GOODS},
    ),
    Holding(
        table="payments",
        of_order=_BY_ORDER,
        why="money can only go back by the way it came",
        kept={"payment_id": _SHOP, "reference": _MONEY, "method": "card, wallet, marketplace"},
    ),
    Holding(
        table="shipments",
        of_order=_BY_ORDER,
        why="when it was delivered decides about windows and warranties",
        # At the carrier it leads to a name and an address.
        erased={"tracking_number": EMPTIED},
        kept={"shipment_id": _SHOP, "carrier": "a carrier"},
    ),
    Holding(
        table="shipment_lines",
        of_order='t.shipment IN (SELECT s.id FROM shipments s WHERE s."order" = $1)',
        why="which units came in which parcel",
    ),
    Holding(
        table="delivery_evidence",
        of_order='t.shipment IN (SELECT s.id FROM shipments s WHERE s."order" = $1)',
        why="when it was delivered, and who said so; append only",
    ),
    Holding(
        table="decisions",
        of_order=_BY_ORDER,
        why="what the policy answered, and why; append only",
        kept={
            "policy_id": _ID,
            "code": _CODE,
            "request": _RECORD,
            "facts": _RECORD,
            "answer": _RECORD,
        },
    ),
    Holding(
        table="returns",
        of_order=_BY_ORDER,
        why="what became of each request",
        erased={"own_carrier": EMPTIED, "own_tracking_number": EMPTIED},
        kept={"promise_terms": "numbers of the policy", "head_hash": _DIGEST},
    ),
    Holding(
        table="return_lines",
        of_order=_BY_RETURN,
        why="how many units, and why",
        erased={"photo_ids": NO_LIST},
        kept={"declared_condition": "yes or no", "taken": "ids of parcels"},
    ),
    Holding(
        table="line_comments",
        of_order=f"t.return_line IN ({_LINES})",
        why="the customer's words, for whoever judges",
        goes=True,
    ),
    Holding(
        table="labels",
        of_order=_BY_RETURN,
        why="what we printed and paid for",
        # What no font had are letters of a name.
        erased={"tracking_number": EMPTIED, "missing_glyphs": NO_LIST},
        kept={"carrier": "a carrier"},
    ),
    Holding(
        table="label_documents",
        of_order=(
            f"t.label IN (SELECT b.id FROM labels b WHERE b.return_id IN ({RETURNS}))"  # noqa: S608 - pieces of our own
        ),
        why="the label to print again; names and addresses",
        goes=True,
        unshown=frozenset({"pdf"}),
    ),
    Holding(
        table="receipts",
        of_order=_BY_RETURN,
        why="when a parcel came",
        erased={"parcel_reference": EMPTIED},
    ),
    Holding(
        table="receipt_lines",
        of_order=f"t.return_line IN ({_LINES})",
        why="what it held",
    ),
    Holding(table="inspections", of_order=_BY_RETURN, why="who looked, and when"),
    Holding(
        table="inspection_lines",
        of_order=f"t.return_line IN ({_LINES})",
        why="the verdict, for who asks why",
        erased={"note": EMPTIED, "photo_ids": NO_LIST},
        kept={"checks": "yes or no"},
    ),
    Holding(
        table="refunds",
        of_order=_BY_ORDER,
        why="money that went back, for the books",
        erased={"note": EMPTIED},
        kept={
            "idempotency_key": _ID,
            "parameters": "ids and the amount",
            "provider_refund_id": _MONEY,
            "last_error": _CODE,
            "inspectors": "ids of the staff",
            "clause": "a clause",
            "external_reference": _MONEY,
        },
    ),
    Holding(
        table="refund_lines",
        of_order=f"t.return_line IN ({_LINES})",
        why="what the money was for",
    ),
    Holding(
        table="refund_attempts",
        of_order='t.refund IN (SELECT f.id FROM refunds f WHERE f."order" = $1)',
        why="every call to the bank; append only",
        kept={
            "idempotency_key": _ID,
            "parameters": "ids and the amount",
            "detail": "the bank's word on a payment",
        },
    ),
    Holding(
        table="replacements",
        of_order=_BY_RETURN,
        why="what we sent again",
        erased={"tracking_number": EMPTIED},
        kept={"external_order": _SHOP, "carrier": "a carrier"},
    ),
    Holding(
        table="compensations",
        of_order=_BY_ORDER,
        why="what we gave on top, for the books",
        # A coupon's code, or the parcel a gift went in.
        erased={"reference": "CASE WHEN t.reference IS NOT NULL THEN 'erased' END"},
        kept={"what": _CODE, "clause": "a clause", "inspectors": "ids of the staff"},
    ),
    Holding(
        table="promises",
        of_order=_BY_RETURN,
        why="what we promised, and whether we kept it",
        kept={"what": _CODE, "subject": _ID},
    ),
    Holding(
        table="messages",
        of_order=_BY_ORDER,
        why="that a mail was sent, and when",
        erased={
            "context": "'{}'::jsonb",
            "recipient": EMPTIED,
            "subject": EMPTIED,
            "text": EMPTIED,
            # A mail server's refusal repeats the address; a mail that waits is not sent any more.
            "error": "CASE WHEN t.state IN ('queued', 'refused') THEN 'erased' END",
            "state": "CASE WHEN t.state = 'queued' THEN 'refused' ELSE t.state END",
        },
        kept={"template": _CODE},
    ),
    Holding(
        table="events",
        of_order=_EVENTS,
        why="who did what, and when; append only, proven by its hashes",
        kept={
            "chain": _ID,
            "type": _CODE,
            "actor_id": "an id of the staff or of a key",
            "reason": _CODE,
            "data": "ids, amounts, dates and clauses",
            "previous_hash": _DIGEST,
            "hash": _DIGEST,
        },
    ),
    Holding(
        table="event_texts",
        of_order=f"t.event IN (SELECT t.id FROM events t WHERE {_EVENTS})",  # noqa: S608 - pieces of our own
        why="what people wrote; bound to its event by a digest that says nothing alone",
        goes=True,
        unshown=frozenset({"salt"}),
    ),
    Holding(
        table="customer_tokens",
        of_order=_BY_ORDER,
        why="lets the customer in for half an hour",
        goes=True,
        unshown=frozenset({"token_digest"}),
    ),
    Holding(
        table="lookup_codes",
        of_order=_BY_ORDER,
        why="lets the customer in, for ten minutes",
        goes=True,
        unshown=frozenset({"contact_digest", "code_digest"}),
    ),
)
"""In the order they are erased: photos before the lists of their ids."""

OF_NO_ORDER: Mapping[str, str] = {
    "api_keys": "programs and colleagues",
    "staff_roles": "colleagues",
    "staff_sessions": "colleagues",
    "warehouses": "our own places",
    "chain_heads": "where chains stand: numbers and digests",
    "rate_limits": "digests of who tried, for a day",
    "webhook_inbox": "ids of payments and refunds at the bank, no names",
    "idempotent_answers": "whole answers, kept two days; those that name the order go at once",
}
"""Tables that hold nothing of one order, and what they hold instead."""
