"""A return as the API and the pages show it (contract, "Return")."""

from collections.abc import Mapping
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.return_rows import case_facts
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.lifecycle.actions import OF_CUSTOMERS, allowed_actions
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.next_step import next_step
from returns_engine.rules.lifecycle.refund_stages import STAGE_OF
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.way_back import way_back
from returns_engine.rules.words import ReturnKind

_FLAGS = ("late", "on_hold", "overridden")
_STAFF_FLAGS = (*_FLAGS, "refund_on_hold")
_PLAIN = (
    "number",
    "order_number",
    "kind",
    "state",
    "permission",
    "resolution",
    "contact_channel",
    "goods_expected",
    "own_carrier",
    "own_tracking_number",
    "currency",
    "version",
)
_MOMENTS = ("requested_at", "approved_at", "carrier_asked_at", "closed_at")


def return_shape(row: Mapping[str, Any], *, for_staff: bool = False) -> dict[str, Any]:
    """Return what whoever may see a return may read of it; `decision` where it was asked.

    That finance holds a refund is for staff alone: customers never hear of it, and `actions` names
    them what they can do themselves.
    """
    facts = case_facts(row)
    step = next_step(Headline(row["state"]), facts, kind=ReturnKind(row["kind"]))
    shape = {name: row[name] for name in _PLAIN}
    shape["flags"] = {name: row[name] for name in (_STAFF_FLAGS if for_staff else _FLAGS)}
    shape["lines"] = [_line(line) for line in row["lines"]]
    shape["refunds"] = [_refund(refund) for refund in row["refunds"]]
    shape["compensations"] = row["compensations"]
    shape["replacements"] = [_replacement(one) for one in row["replacements"]]
    shape["label"] = _label(row["label"])
    shape["next_step"] = {"says": step.says, "who": step.who, "key": step.says_key}
    actions = allowed_actions(facts)
    shape["actions"] = [one for one in actions if for_staff or one in OF_CUSTOMERS]
    shape["promises"] = [_promise(promise) for promise in row["promises"]]
    shape["decision_id"] = str(row["decision_id"])
    shape["appeal"] = _appeal(row)
    if row["decision"] is not None:
        shape["decision"] = row["decision"]
    for name in _MOMENTS:
        shape[name] = utc_text(row[name])
    return shape


def _appeal(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if not row["appealed"]:
        return None
    return {
        "against": row["appealed_against"],
        "made_at": utc_text(row["appealed_at"]),
        "outcome": row["appeal_outcome"],
        "decided_at": utc_text(row["appeal_decided_at"]),
    }


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    left_out = "reason" if line["cause"] is not None else "cause"
    shown = dict(line)
    # Between colleagues: a customer hears of a rejection when it stands.
    del shown[left_out], shown["in_opinion"]
    return shown


def _refund(refund: Mapping[str, Any]) -> dict[str, Any]:
    way = way_back(
        provider=refund["provider"],
        method=refund["method"],
        manual_reason=refund["manual_reason"],
    )
    shown = {name: value for name, value in refund.items() if name != "provider"}
    return shown | {
        "way": str(way),
        "stage": STAGE_OF[RefundState(refund["state"])],
        "succeeded_at": utc_text(refund["succeeded_at"]),
        "decided_at": utc_text(refund["decided_at"]),
    }


def _replacement(one: Mapping[str, Any]) -> dict[str, Any]:
    return dict(one) | {"tracking_url": tracking_url(one["carrier"], one["tracking_number"])}


def _label(label: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if label is None:
        return None
    send_by = label["send_by"]
    return dict(label) | {
        "expires_at": utc_text(label["expires_at"]),
        "send_by": None if send_by is None else send_by.isoformat(),
    }


def _promise(promise: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": promise["what"],
        "refund_id": promise["subject"] or None,
        "due": utc_text(promise["due"]),
        "kept_at": utc_text(promise["kept_at"]),
        "broken_at": utc_text(promise["broken_at"]),
    }
