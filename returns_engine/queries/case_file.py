"""A whole case in one document: what a person, an auditor or a bank may ask to see of a return."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.return_view import read_return
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.event_body import event_body, order_chain
from returns_engine.rules.event_chain import GENESIS
from returns_engine.tables.engine import the_engine

CASE_FORMAT = "returns-engine-case/1"

_ROWS = """
SELECT to_jsonb(o) AS "order", to_jsonb(c) AS customer,
  (SELECT json_agg(to_jsonb(l) ORDER BY l.position, l.id) FROM order_lines l
   WHERE l."order" = o.id) AS order_lines,
  (SELECT json_agg(to_jsonb(p) ORDER BY p.position, p.id) FROM payments p
   WHERE p."order" = o.id) AS payments,
  (SELECT json_agg(to_jsonb(s) || jsonb_build_object('lines', (
      SELECT json_agg(json_build_object('line_id', l.line_id, 'quantity', i.quantity))
      FROM shipment_lines i JOIN order_lines l ON l.id = i.order_line WHERE i.shipment = s.id))
    ORDER BY s.position, s.id) FROM shipments s WHERE s."order" = o.id) AS shipments,
  (SELECT json_agg(json_build_object('line_id', l.line_id, 'text', t.text) ORDER BY t.id)
   FROM line_comments t JOIN return_lines u ON u.id = t.return_line
   JOIN order_lines l ON l.id = u.order_line WHERE u.return_id = r.id) AS comments,
  (SELECT json_agg(to_jsonb(e) || jsonb_build_object('lines', (
      SELECT json_agg(json_build_object('line_id', l.line_id, 'quantity', i.quantity))
      FROM receipt_lines i JOIN return_lines u ON u.id = i.return_line
      JOIN order_lines l ON l.id = u.order_line WHERE i.receipt = e.id)) ORDER BY e.id)
   FROM receipts e WHERE e.return_id = r.id) AS receipts,
  (SELECT json_agg(to_jsonb(i) || jsonb_build_object(
      'line_id', l.line_id, 'inspected_at', n.inspected_at, 'inspected_by', n.inspected_by)
    ORDER BY i.id)
   FROM inspection_lines i JOIN inspections n ON n.id = i.inspection
   JOIN return_lines u ON u.id = i.return_line JOIN order_lines l ON l.id = u.order_line
   WHERE n.return_id = r.id) AS inspections,
  (SELECT json_agg(json_build_object(
      'line_id', l.line_id, 'quantity', k.quantity, 'disposition', k.disposition,
      'given_at', k.given_at) ORDER BY k.id)
   FROM consents k JOIN return_lines u ON u.id = k.return_line
   JOIN order_lines l ON l.id = u.order_line WHERE u.return_id = r.id) AS consents,
  (SELECT json_agg(to_jsonb(f) || jsonb_build_object('attempts', (
      SELECT json_agg(to_jsonb(a) ORDER BY a.id) FROM refund_attempts a WHERE a.refund = f.id),
    'credit_notes', (
      SELECT json_agg(to_jsonb(n) ORDER BY n.turn) FROM credit_notes n WHERE n.refund = f.id))
    ORDER BY f.proposed_at, f.id) FROM refunds f WHERE f.return_id = r.id) AS refunds,
  (SELECT json_agg(json_build_object(
      'direction', m.direction, 'template', m.template, 'recipient', m.recipient,
      'subject', m.subject, 'text', m.text, 'state', m.state, 'error', m.error,
      'created_at', m.created_at, 'sent_at', m.sent_at) ORDER BY m.created_at, m.id)
   FROM messages m WHERE m.return_id = r.id) AS messages,
  (SELECT json_agg(json_build_object(
      'id', p.id, 'sha256', p.sha256, 'bytes', p.bytes, 'width', p.width, 'height', p.height,
      'uploaded_at', p.uploaded_at, 'uploaded_by', p.uploaded_by) ORDER BY p.uploaded_at, p.id)
   FROM photos p WHERE p.id IN (SELECT used.id::uuid FROM (
       SELECT jsonb_array_elements_text(u.photo_ids) FROM return_lines u WHERE u.return_id = r.id
       UNION SELECT jsonb_array_elements_text(i.photo_ids) FROM inspection_lines i
             JOIN inspections n ON n.id = i.inspection WHERE n.return_id = r.id
       UNION SELECT jsonb_path_query(e.data, '$.**.photo_ids[*]') #>> '{}'
             FROM events e WHERE e.chain = r.number) AS used (id))) AS photos
FROM returns r JOIN orders o ON o.id = r."order" LEFT JOIN order_contacts c ON c."order" = o.id
WHERE r.number = $1
"""
_EVENTS = """
SELECT e.chain, e.sequence, e.type, e.at, e.actor_kind, e.actor_id, e.from_state, e.to_state,
       e.reason, e.data, e.previous_hash, e.hash, t.salt, t.value
FROM events e LEFT JOIN event_texts t ON t.event = e.id WHERE e.chain = {} ORDER BY e.sequence
"""
_HEAD = """
SELECT event_count::bigint AS count, head_hash AS head FROM returns WHERE number = {}
UNION ALL SELECT event_count, head_hash FROM chain_heads WHERE chain = {}
"""


async def read_case_file(number: str, *, now: datetime) -> dict[str, Any] | None:
    """Return a return with all that belongs to it, or None; amounts are minor units, times UTC.

    `chains` holds the events of the return and of its order just as they were hashed, so that
    `audit verify --file` can check them without a database.
    """
    case = await read_return(number, for_staff=True)
    if case is None:
        return None
    found = await the_engine().fetch_row(_ROWS, number) or {}
    parts = {name: loaded(value) for name, value in found.items()}
    order = parts.pop("order")
    return {
        "format": CASE_FORMAT,
        "exported_at": utc_text(now),
        "return_number": number,
        "return": case,
        "order": order,
        **{name: value or ([] if name != "customer" else None) for name, value in parts.items()},
        "chains": [await _chain(number), await _chain(order_chain(order["number"]))],
    }


async def _chain(name: str) -> dict[str, Any]:
    head = await first_row(_HEAD, name, name) or {"count": 0, "head": ""}
    events = [_event(row) for row in await rows(_EVENTS, name)]
    return {
        "chain": name,
        "count": head["count"],
        "head": head["head"] or GENESIS,
        "events": events,
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "body": event_body({**row, "data": loaded(row["data"])}),
        "previous_hash": row["previous_hash"],
        "hash": row["hash"],
        "salt": row["salt"],
        "text": row["value"],
    }
