"""Refunds: one, or a list of them, newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.approvals import approvals_in, names_of
from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.credit_note_number import standing_number
from returns_engine.rules.lifecycle.refund_stages import STAGE_OF
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.way_back import EXTERNAL

_NAMES = names_of("f.first_by", "f.decided_by", "f.held_by")
_SELECT = f"""
SELECT f.id, r.number AS return_number, o.number AS order_number, p.payment_id, p.provider,
       p.method, f.state, f.proposed, f.amount, f.currency, f.items, f.tax, f.shipping, f.fees,
       f.provider_refund_id, f.external_reference, f.manual_reason, f.note, f.clause, f.last_error,
       f.proposed_at, f.decided_at, f.succeeded_at, f.manual_since, f.blocked_since,
       p.refundable_until,
       f.version, p.mismatch,
       f.trace_number, f.reversal, f.sent_on, f.bank_from, f.bank_by,
       (SELECT json_agg(json_build_object(
           'number', n.number, 'amount', n.amount, 'issued_on', n.issued_on,
           'reverses', o.number) ORDER BY n.turn)
        FROM credit_notes n LEFT JOIN credit_notes o ON o.id = n.reverses
        WHERE n.refund = f.id) AS credit_notes,
       f.first_by, f.first_at, f.first_amount, f.first_note, f.first_clause,
       f.held_at, f.held_by, f.hold_reason, f.held_for_dispute,
       f.decided_by,
       f.needs_second, {_NAMES},
       (SELECT count(*) FROM refund_attempts a WHERE a.refund = f.id) AS attempts,
       b.balance + CASE WHEN refund_reserves(f.state) THEN f.amount ELSE 0 END AS room
FROM refunds f JOIN payments p ON p.id = f.payment
JOIN payment_balances b ON b.payment = f.payment JOIN orders o ON o.id = f."order"
LEFT JOIN returns r ON r.id = f.return_id
"""  # noqa: S608 - a piece of our own
_PLAIN = (
    "return_number",
    "order_number",
    "payment_id",
    "provider",
    "method",
    "state",
    "proposed",
    "amount",
    "currency",
    "provider_refund_id",
    "external_reference",
    "manual_reason",
    "note",
    "clause",
    "last_error",
    "mismatch",
    "trace_number",
    "reversal",
    "sent_on",
    "bank_from",
    "bank_by",
    "attempts",
    "version",
)
_MOMENTS = (
    "proposed_at",
    "decided_at",
    "succeeded_at",
    "manual_since",
    "refundable_until",
    "blocked_since",
)


async def read_refund(refund_id: UUID) -> dict[str, Any] | None:
    """Return one refund (contract, "Refund"), or None."""
    row = await first_row(_SELECT + "WHERE f.id = {}", refund_id)
    return None if row is None else _shape(row)


async def list_refunds(
    *, state: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page:
    """Return a page of refunds, by one statement; `cursor` is the page before's `next_place`."""
    conditions: list[str] = []
    values: list[object] = []
    if state is not None:
        conditions.append("f.state = {}")
        values.append(state)
    if cursor is not None:
        # Refunds of one proposal share its moment; their ids tell them apart.
        moment, _, refund_id = cursor.partition(" ")
        conditions.append("(f.proposed_at, f.id) < ({}, {})")
        values.extend([datetime.fromisoformat(moment), UUID(refund_id)])
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = await rows(
        _SELECT + where + "ORDER BY f.proposed_at DESC, f.id DESC LIMIT {}", *values, limit + 1
    )
    return page_of(found, limit, shape=_shape, place=_place)


def _approvals(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who approved which amount, and when: the first of two, and whoever decided."""
    first = {"amount": "first_amount", "note": "first_note", "clause": "first_clause"}
    last = {name: name for name in ("amount", "note", "clause")}
    given = approvals_in(row, ("first_by", "first_at", first), ("decided_by", "decided_at", last))
    return [one for one in given if one["amount"] is not None]


def _hold(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any] | None:
    if row["held_at"] is None or row["state"] != RefundState.PROPOSED:
        return None
    who = names.get(str(row["held_by"]))
    return {
        "by": who,
        "at": utc_text(row["held_at"]),
        "reason": row["hold_reason"],
        "until_dispute_ends": row["held_for_dispute"],
    }


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['proposed_at'].isoformat()} {row['id']}"


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    notes = loaded(row["credit_notes"]) or []
    names = loaded(row["names"]) or {}
    waits = row["needs_second"] and row["state"] == RefundState.PROPOSED
    return (
        {"id": str(row["id"])}
        | {name: row[name] for name in _PLAIN}
        | {
            "maximum": min(row["proposed"], max(row["room"], 0)),
            "by_hand": row["provider"] == EXTERNAL or row["manual_reason"] is not None,
            "breakdown": {name: row[name] for name in ("items", "tax", "shipping", "fees")},
            "stage": STAGE_OF[RefundState(row["state"])],
            "credit_note": standing_number(notes),
            "credit_notes": notes,
            "approvals": _approvals(row),
            "needs_second_approval": waits,
            "hold": _hold(row, names),
        }
        | {name: utc_text(row[name]) for name in _MOMENTS}
    )
