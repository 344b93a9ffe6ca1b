"""Rows on their way into the database by COPY: collected by table, sent parents first."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

_FILLED = """
orders: id, number, channel, status, placed_at, paid_at, confirmed_at,
    production_started_at, currency, discount, shipping, shipping_tax, country, imported_at
order_contacts: order, name, email, phone, account_id, ship_to_name, line1, city, region,
    postal_code, plain_name, plain_ship_to_name
order_lines: id, order, line_id, position, sku, title, category, kind, quantity, unit_price,
    tax, net, vehicle
payments: id, order, payment_id, position, provider, reference, method, captured
shipments: id, order, shipment_id, position, carrier, tracking_number, shipped_at,
    delivered_at, delivery_evidence
shipment_lines: shipment, order_line, quantity
delivery_evidence: shipment, delivered_at, evidence, source, recorded_at
decisions: id, order, as_of, policy_id, policy_version, verdict, code, request, facts,
    answer
returns: id, number, order, decision, kind, permission, state, resolution, contact_channel,
    restocking_bps, label_fee, promise_terms, refused_by, requested_at, approved_at,
    label_issued_at, in_transit_at, last_received_at, closed_at, own_carrier,
    own_tracking_number, event_count, head_hash, version
return_lines: id, return_id, order_line, position, reason, resolution, declared_condition,
    taken, shipping_back, requested, received, accepted, rejected, sent_back, proposed,
    refunded, replaced
labels: return_id, warehouse, carrier, postage, expires_at, send_by, issued_at
receipts: id, return_id, received_at, received_by
receipt_lines: receipt, return_line, quantity
inspections: id, return_id, inspected_at, inspected_by
inspection_lines: inspection, return_line, quantity, checks, grade, verdict, disposition,
    note
refunds: id, order, return_id, payment, state, proposal, proposed, amount, currency, items,
    tax, shipping, fees, idempotency_key, parameters, first_sent_at, provider_refund_id,
    provider_status, last_error, inspectors, proposed_at, decided_at, decided_by,
    approval_limit, succeeded_at, checked_at, note, sent_on, bank_from, bank_by, version
refund_lines: refund, return_line, quantity, items, tax, shipping
refund_attempts: refund, generation, idempotency_key, parameters, sent_at, answered_at,
    outcome
ledger_entries: subject, movement, kind, account, debit, credit, currency, order, payment,
    refund, return_number, reference, at
replacements: id, return_id, return_line, quantity, state, external_order, carrier,
    tracking_number, items, tax, shipping, planned_at, ordered_at, shipped_at, delivered_at,
    ordered_by, version
promises: return_id, what, subject, made_at, due, kept_at, released_at
messages: id, order, return_id, template, context, recipient, subject, state, tries,
    created_at, sent_at
events: id, chain, return_id, sequence, type, at, actor_kind, actor_id, from_state,
    to_state, reason, data, previous_hash, hash
event_texts: event, salt, value
chain_heads: chain, event_count, head_hash
"""
COLUMNS: Mapping[str, Sequence[str]] = {
    table: columns.replace("\n", " ").split()
    for table, columns in re.findall(
        r"^(\w+): ((?:.|\n    )+)$", _FILLED.replace(",", ""), re.MULTILINE
    )
}
"""The tables that are filled, in the order of their references, and the columns that are given."""

NUMBERED = tuple(table for table in COLUMNS if COLUMNS[table][0] == "id")
_BY_UUID = frozenset({"decisions", "refunds", "replacements", "messages"})
SERIAL = tuple(table for table in NUMBERED if table not in _BY_UUID)
"""Tables whose row ids are counted here, because other rows name them."""


class CopiedRows:
    """Rows by table, kept until they are sent; holds no more than what was not sent yet."""

    def __init__(self, first_ids: Mapping[str, int]) -> None:
        self._next = Counter(first_ids)
        self._lines: dict[str, list[str]] = defaultdict(list)

    def new_id(self, table: str) -> int:
        """Return the id of the next row of `table`."""
        taken = self._next[table]
        self._next[table] += 1
        return taken

    def add(self, table: str, *values: object) -> None:
        """Keep one row, its values in the order of COLUMNS."""
        self._lines[table].append("\t".join([_text(value) for value in values]))

    def waiting(self) -> list[str]:
        """Return the rows that were not sent yet, as COPY is to read them."""
        return [line for table in COLUMNS for line in self._lines.get(table, ())]

    def take(self) -> Mapping[str, Sequence[str]]:
        """Hand over what was kept, to be sent."""
        taken, self._lines = self._lines, defaultdict(list)
        return taken

    def last_ids(self) -> dict[str, int]:
        """Return the highest id given out by table."""
        return {table: self._next[table] - 1 for table in SERIAL}


def send(cursor: psycopg.Cursor, taken: Mapping[str, Sequence[str]]) -> None:
    """Copy rows in, parents first: every guard and every reference is checked."""
    for table, columns in COLUMNS.items():
        lines = taken.get(table)
        if not lines:
            continue
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with cursor.copy(statement) as copy:
            copy.write("\n".join([*lines, ""]))


def _text(value: object) -> str:
    """Return a value as COPY's text format spells it."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | UUID):
        return str(value)
    return _escaped(msgspec.json.encode(value).decode())


def _escaped(text: str) -> str:
    if "\\" in text or "\n" in text or "\t" in text:
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return text
