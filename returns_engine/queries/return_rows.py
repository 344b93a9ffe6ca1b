"""Everything that is shown of a return, in one statement, for one return or for a page of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import asyncpg

from returns_engine.queries.page import page_from
from returns_engine.queries.rows import loaded, records
from returns_engine.rules.lifecycle.appeal import Heard
from returns_engine.rules.lifecycle.headline import CaseFacts, LineCounts
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.way_back import WayBack, way_back

# What hangs on a return is read row by row, each by its index: most returns have little of each,
# and many have none, which is asked first where it is dear to find out. It comes as it lies, with
# the columns by which it is put in order here: PostgreSQL takes longer to begin sorting than to
# find it. (Asked with EXISTS it might read all that there is of them and look into that.)
_SELECT = """
SELECT r.id, r.number, o.number AS order_number, o.currency, r.kind, r.permission, r.state,
       r.resolution, r.contact_channel, r.late, r.on_hold, r.overridden, r.goods_expected,
       r.appealed, r.appealed_at, r.appealed_against, r.appeal_outcome, r.appeal_decided_at,
       r.requested_at, r.approved_at, r.label_issued_at, r.in_transit_at, r.closed_at,
       r.carrier_asked_at,
       r.own_carrier, r.own_tracking_number, r.version, r.decision AS decision_id, {decision},
       b.id AS label_id, b.carrier AS label_carrier, b.tracking_number AS label_tracking_number,
       b.postage AS label_postage, b.expires_at AS label_expires_at, b.send_by AS label_send_by,
  EXISTS (SELECT FROM refunds h WHERE h.return_id = r.id
          AND h.held_at IS NOT NULL AND h.state = 'proposed') AS refund_on_hold,
  EXISTS (SELECT FROM choices h WHERE h.return_id = r.id AND h.state = 'open') AS customer_chooses,
  (SELECT json_agg(line) FROM (
      SELECT ol.line_id, ol.sku, ol.title, l.reason, l.cause, l.resolution, l.goods_expected,
             l.requested, l.received, l.accepted, l.rejected, l.in_opinion, l.given_up, l.sent_back,
             l.disposed, l.refunded, l.replaced, l.position AS by_place, l.id AS by_id
      FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line
      WHERE l.return_id = r.id) AS line) AS lines,
  (SELECT json_agg(refund) FROM (
      SELECT f.id, f.state, f.amount, f.currency, f.proposed, f.note, f.clause, y.provider,
             y.method, f.manual_reason, f.succeeded_at, f.decided_at, f.sent_on, f.bank_from,
             f.bank_by, f.trace_number, f.reversal,
             (SELECT n.number FROM credit_notes n WHERE n.refund = f.id
              AND n.reverses IS NULL ORDER BY n.turn DESC LIMIT 1) AS credit_note,
             f.proposed_at AS by_moment, y.position AS by_place, f.id AS by_id
      FROM refunds f JOIN payments y ON y.id = f.payment
      WHERE f.return_id = r.id) AS refund) AS refunds,
  CASE WHEN (SELECT true FROM replacements p WHERE p.return_id = r.id LIMIT 1) THEN
  (SELECT json_agg(one) FROM (
      SELECT p.id, ol.line_id, p.quantity, p.state, ol.title, p.expected_on, p.external_order,
             p.carrier, p.tracking_number, p.warranty_until, p.version,
             p.planned_at AS by_moment, p.id AS by_id
      FROM replacements p JOIN return_lines l ON l.id = p.return_line
      JOIN order_lines ol ON ol.id = l.order_line
      WHERE p.return_id = r.id) AS one) END AS replacements,
  CASE WHEN (SELECT true FROM compensations c WHERE c.return_id = r.id LIMIT 1) THEN
  (SELECT json_agg(one) FROM (
      SELECT c.id, ol.line_id, c.kind, c.what, c.value, c.currency, c.state, c.cause, c.reference,
             c.proposed_at AS by_moment, l.position AS by_place, c.id AS by_id
      FROM compensations c JOIN return_lines l ON l.id = c.return_line
      JOIN order_lines ol ON ol.id = l.order_line
      WHERE c.return_id = r.id) AS one) END AS compensations,
  (SELECT json_agg(promise) FROM (
      SELECT m.what, m.subject, m.due, m.kept_at, m.broken_at,
             m.due AS by_moment, m.id AS by_id FROM promises m
      WHERE m.return_id = r.id AND m.released_at IS NULL) AS promise
  ) AS promises
FROM returns r JOIN orders o ON o.id = r."order" LEFT JOIN labels b ON b.return_id = r.id {join}
"""

_ONE = _SELECT.format(decision="d.answer AS decision", join="JOIN decisions d ON d.id = r.decision")
_MANY = _SELECT.format(decision="NULL::jsonb AS decision", join="")
_COUNTED = (
    *("goods_expected", "requested", "received", "accepted", "rejected", "in_opinion"),
    *("given_up", "sent_back", "disposed", "refunded", "replaced"),
)
_counted = itemgetter(*_COUNTED)
_LISTS = ("lines", "refunds", "replacements", "compensations", "promises")
_LABEL = ("carrier", "tracking_number", "postage", "expires_at", "send_by")
_JSON = ("decision", "appealed_against")
_ORDER = ("by_moment", "by_place", "by_id")


async def return_rows(
    after_from: str, *values: object, whole: bool = False
) -> list[dict[str, Any]]:
    """Return rows of returns, oldest parts first; `after_from` is the rest of the statement.

    `whole` adds the decision, which is large.
    """
    found = await records((_ONE if whole else _MANY) + after_from, *values)
    return [loaded_return(record) for record in found]


async def return_page(after_from: str, *values: object) -> list[asyncpg.Record]:
    """Return records of returns without their decisions; the last value says how many."""
    return await records(page_from(_MANY + after_from), *values)


def loaded_return(record: asyncpg.Record) -> dict[str, Any]:
    """Return a record as a row, what it holds of JSON read."""
    row = dict(record)
    for name in _JSON:
        row[name] = loaded(row[name])
    for name in _LISTS:
        row[name] = _in_order(loaded(row[name]) or [])
    label = {name: row.pop(f"label_{name}") for name in _LABEL}
    row["label"] = None if row.pop("label_id") is None else label
    return row


def _in_order(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(parts) > 1:
        parts.sort(key=_place)
    for part in parts:
        for name in _ORDER:
            part.pop(name, None)
    return parts


def _place(part: Mapping[str, Any]) -> tuple[Any, ...]:
    moment = part.get("by_moment")
    return (moment and datetime.fromisoformat(moment), part.get("by_place"), part["by_id"])


def case_facts(row: Mapping[str, Any]) -> CaseFacts:
    """Return what the headline is made from."""
    refunds = row["refunds"]
    return _facts(
        permission=row["permission"],
        label_issued=row["label_issued_at"] is not None,
        in_transit=row["in_transit_at"] is not None,
        goods_expected=row["goods_expected"],
        counts=tuple([_counted(line) for line in row["lines"]]),
        refunds=tuple([refund["state"] for refund in refunds]),
        replacements=tuple([one["state"] for one in row["replacements"]]),
        appealed=row["appealed"],
        upheld=row["appeal_outcome"] == Heard.UPHELD,
        lowered=any(map(_lowered, refunds)),
        customer_chooses=row["customer_chooses"],
        carrier_asked=row["carrier_asked_at"] is not None,
        on_gift_cards=bool(refunds) and _on_gift_cards(refunds),
    )


# Of a page of returns most stand at one of few points, and what follows from one is kept with it.
@lru_cache(maxsize=4096)
def _facts(
    *,
    permission: str,
    counts: tuple[tuple[Any, ...], ...],
    refunds: tuple[str, ...],
    replacements: tuple[str, ...],
    **flags: bool,
) -> CaseFacts:
    return CaseFacts(
        permission=PermissionState(permission),
        lines=tuple(_counts(dict(zip(_COUNTED, line, strict=True))) for line in counts),
        refunds=tuple(map(RefundState, refunds)),
        replacements=tuple(map(ReplacementState, replacements)),
        **flags,
    )


def _counts(line: Mapping[str, Any]) -> LineCounts:
    return LineCounts(
        requested=line["requested"],
        received=line["received"],
        accepted=line["accepted"],
        rejected=line["rejected"],
        in_opinion=line["in_opinion"],
        given_up=line["given_up"],
        sent_back_or_disposed=line["sent_back"] + line["disposed"],
        disposed=line["disposed"],
        refunded=line["refunded"],
        replaced=line["replaced"],
        goods_expected=line["goods_expected"],
    )


def _on_gift_cards(refunds: Iterable[Mapping[str, Any]]) -> bool:
    ways = {
        way_back(
            provider=refund["provider"],
            method=refund["method"],
            manual_reason=refund["manual_reason"],
        )
        for refund in refunds
        if refund["state"] == RefundState.SUCCEEDED
    }
    return ways == {WayBack.GIFT_CARD}


def _lowered(refund: Mapping[str, Any]) -> bool:
    amount = refund["amount"]
    if amount is None:
        return bool(refund["state"] == RefundState.REFUSED)
    called_off = refund["state"] == RefundState.CANCELED
    return bool(called_off or amount < refund["proposed"])
