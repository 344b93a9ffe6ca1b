"""Everything that is shown of a return, in one statement, for one return or for a page of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from returns_engine.queries.rows import rows, with_json
from returns_engine.rules.lifecycle.appeal import Heard
from returns_engine.rules.lifecycle.headline import CaseFacts, LineCounts
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.way_back import WayBack, way_back

_SELECT = """
SELECT r.id, r.number, o.number AS order_number, o.currency, r.kind, r.permission, r.state,
       r.resolution, r.contact_channel, r.late, {held} AS on_hold, r.overridden, r.goods_expected,
       r.appealed, r.appealed_at, r.appealed_against, r.appeal_outcome, r.appeal_decided_at,
       r.requested_at, r.approved_at, r.label_issued_at, r.in_transit_at, r.closed_at,
       r.carrier_asked_at,
       r.own_carrier, r.own_tracking_number, r.version, r.decision AS decision_id, {decision},
  (SELECT json_agg(json_build_object(
      'line_id', ol.line_id, 'sku', ol.sku, 'title', ol.title, 'reason', l.reason,
      'cause', l.cause, 'resolution', l.resolution, 'goods_expected', l.goods_expected,
      'requested', l.requested,
      'received', l.received, 'accepted', l.accepted, 'rejected', l.rejected,
      'given_up', l.given_up, 'sent_back', l.sent_back, 'disposed', l.disposed,
      'refunded', l.refunded,
      'replaced', l.replaced) ORDER BY l.position, l.id)
   FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line
   WHERE l.return_id = r.id) AS lines,
  (SELECT json_agg(json_build_object(
      'id', f.id, 'state', f.state, 'amount', f.amount, 'currency', f.currency,
      'proposed', f.proposed, 'note', f.note, 'clause', f.clause,
      'provider', y.provider, 'method', y.method, 'manual_reason', f.manual_reason,
      'succeeded_at', f.succeeded_at, 'decided_at', f.decided_at, 'sent_on', f.sent_on,
      'bank_from', f.bank_from, 'bank_by', f.bank_by, 'trace_number', f.trace_number,
      'reversal', f.reversal,
      'credit_note', (SELECT n.number FROM credit_notes n WHERE n.refund = f.id
                      AND n.reverses IS NULL ORDER BY n.turn DESC LIMIT 1))
      ORDER BY f.proposed_at, y.position, f.id)
   FROM refunds f JOIN payments y ON y.id = f.payment WHERE f.return_id = r.id) AS refunds,
  (SELECT json_agg(json_build_object(
      'id', p.id, 'line_id', ol.line_id, 'quantity', p.quantity, 'state', p.state,
      'title', ol.title, 'expected_on', p.expected_on, 'external_order', p.external_order,
      'carrier', p.carrier, 'tracking_number', p.tracking_number,
      'warranty_until', p.warranty_until, 'version', p.version) ORDER BY p.planned_at, p.id)
   FROM replacements p JOIN return_lines l ON l.id = p.return_line
   JOIN order_lines ol ON ol.id = l.order_line WHERE p.return_id = r.id) AS replacements,
  (SELECT json_agg(json_build_object(
      'id', c.id, 'line_id', ol.line_id, 'kind', c.kind, 'what', c.what, 'value', c.value,
      'currency', c.currency, 'state', c.state, 'cause', c.cause, 'reference', c.reference)
      ORDER BY c.proposed_at, l.position, c.id)
   FROM compensations c JOIN return_lines l ON l.id = c.return_line
   JOIN order_lines ol ON ol.id = l.order_line WHERE c.return_id = r.id) AS compensations,
  (SELECT json_build_object(
      'carrier', b.carrier, 'tracking_number', b.tracking_number, 'postage', b.postage,
      'expires_at', b.expires_at, 'send_by', b.send_by)
   FROM labels b WHERE b.return_id = r.id) AS label,
  EXISTS (SELECT FROM choices h WHERE h.return_id = r.id AND h.state = 'open') AS customer_chooses,
  (SELECT json_agg(json_build_object(
      'what', m.what, 'subject', m.subject, 'due', m.due, 'kept_at', m.kept_at,
      'broken_at', m.broken_at) ORDER BY m.due, m.id)
   FROM promises m WHERE m.return_id = r.id AND m.released_at IS NULL) AS promises
FROM returns r JOIN orders o ON o.id = r."order" {join}
"""

HELD = """
(r.on_hold OR EXISTS (SELECT FROM refunds h WHERE h.return_id = r.id
                      AND h.held_at IS NOT NULL AND h.state = 'proposed'))
""".strip()
"""Whether a return `r` is on hold: itself, or a refund of it that was proposed."""

_ONE = _SELECT.format(
    held=HELD, decision="d.answer AS decision", join="JOIN decisions d ON d.id = r.decision"
)
_MANY = _SELECT.format(held=HELD, decision="NULL::jsonb AS decision", join="")
_LISTS = ("lines", "refunds", "replacements", "compensations", "promises")
_JSON = ("decision", "label", "appealed_against", *_LISTS)


async def return_rows(
    after_from: str, *values: object, whole: bool = False
) -> list[dict[str, Any]]:
    """Return rows of returns, oldest parts first; `after_from` is the rest of the statement.

    `whole` adds the decision, which is large.
    """
    found = await rows((_ONE if whole else _MANY) + after_from, *values)
    return [_loaded(row) for row in found]


def _loaded(row: Mapping[str, Any]) -> dict[str, Any]:
    known = with_json(row, *_JSON)
    return known | {name: known[name] or [] for name in _LISTS}


def case_facts(row: Mapping[str, Any]) -> CaseFacts:
    """Return what the headline is made from."""
    refunds = row["refunds"]
    return CaseFacts(
        permission=PermissionState(row["permission"]),
        label_issued=row["label_issued_at"] is not None,
        in_transit=row["in_transit_at"] is not None,
        goods_expected=row["goods_expected"],
        lines=tuple(_counts(line) for line in row["lines"]),
        refunds=tuple(RefundState(refund["state"]) for refund in refunds),
        replacements=tuple(ReplacementState(one["state"]) for one in row["replacements"]),
        appealed=row["appealed"],
        upheld=row["appeal_outcome"] == Heard.UPHELD,
        lowered=any(_lowered(refund) for refund in refunds),
        customer_chooses=row["customer_chooses"],
        carrier_asked=row["carrier_asked_at"] is not None,
        on_gift_cards=_on_gift_cards(refunds),
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
    return refund["state"] == RefundState.REFUSED or (
        amount is not None and amount < refund["proposed"]
    )


def _counts(line: Mapping[str, Any]) -> LineCounts:
    return LineCounts(
        requested=line["requested"],
        received=line["received"],
        accepted=line["accepted"],
        rejected=line["rejected"],
        given_up=line["given_up"],
        sent_back_or_disposed=line["sent_back"] + line["disposed"],
        disposed=line["disposed"],
        refunded=line["refunded"],
        replaced=line["replaced"],
        goods_expected=line["goods_expected"],
    )
