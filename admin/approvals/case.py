"""Everything finance needs to see before it says yes, on one screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from admin.approvals.money_of_case import Approving, Waterfall, approving_of
from returns_engine.queries.refunds import read_refund
from returns_engine.queries.return_view import read_return
from returns_engine.queries.rows import first_row, loaded, rows, with_json
from returns_engine.queries.timeline import read_events
from returns_engine.queries.value_given import VALUE_COLUMNS, OrderValue, value_of, with_lines
from returns_engine.rules.compensation import cause_of
from returns_engine.rules.event_audience import BACK_TO_BENCH
from returns_engine.rules.lifecycle.refund_states import RESERVING, RefundState
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import EXTERNAL
from returns_engine.rules.words import MERCHANT_FAULTS, FoundCause, Reason
from returns_engine.workflow.block_refund import Block
from returns_engine.workflow.refusals import NotFound

_MONEY = f"""
SELECT p.captured, p.disputed AS payment_disputed, p.disputed_lost, p.method, p.provider,
       p.mismatch,
       p.told_captured, p.told_currency, f.generation, f.first_sent_at IS NOT NULL AS was_sent,
       b.reserved - CASE WHEN refund_reserves(f.state) THEN f.amount ELSE 0 END AS given,
       b.outside AS payment_outside, p.id AS payment,
       EXISTS (SELECT FROM inspections i WHERE i.return_id = f.return_id
               AND i.inspected_by = {{}}) AS mine,
       COALESCE(f.inspectors @> to_jsonb({{}}::int), false) AS barred,
       COALESCE(f.first_by = {{}}::int, false) AS approved_first, f.needs_second,
       COALESCE(f.otherwise_by = {{}}::int, false) AS chose_otherwise,
       (SELECT string_agg(s.role, ' ') FROM staff_roles s WHERE s.staff = {{}}::int) AS roles,
       (SELECT COALESCE(sum(COALESCE(n.amount, n.proposed)), 0)::bigint FROM refunds n
        WHERE n.proposal = f.proposal AND n.id <> f.id
        AND n.state NOT IN ('refused', 'canceled')) AS beside,
       (SELECT json_agg(w ORDER BY w.created_at, w.id) FROM outside_refunds w
        WHERE w.payment = p.id) AS outside_refunds,
       c.name AS customer, {VALUE_COLUMNS}
FROM refunds f JOIN payments p ON p.id = f.payment JOIN orders o ON o.id = f."order"
JOIN payment_balances b ON b.payment = f.payment
LEFT JOIN order_contacts c ON c."order" = f."order" WHERE f.id = {{}}
"""  # noqa: S608 - pieces of our own
_INSPECTED = """
SELECT n.inspected_at, trim(concat_ws(' ', u.first_name, u.last_name)) AS name, u.username,
       ol.title, l.quantity, l.checks, l.grade, l.found_cause, l.verdict, l.disposition, l.note,
       l.superseded, n.undone_at, l.clause,
       l.photo_ids, rl.photo_ids AS customer_photo_ids, c.text AS comment, rl.reason, rl.cause
FROM inspections n
JOIN inspection_lines l ON l.inspection = n.id
JOIN return_lines rl ON rl.id = l.return_line
JOIN order_lines ol ON ol.id = rl.order_line
JOIN returns r ON r.id = n.return_id
LEFT JOIN line_comments c ON c.return_line = rl.id
LEFT JOIN piccolo_user u ON u.id = n.inspected_by
WHERE r.number = {} ORDER BY n.id, l.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCase:
    """A refund with its money, its return, what the bench found, and what happened.

    `mine` says that the person who looks inspected the return, `barred` that they may not decide.
    """

    refund: Mapping[str, Any]
    money: Waterfall
    payment: Mapping[str, Any]
    outside: Sequence[Mapping[str, Any]]
    method: str
    customer: str
    mine: bool
    barred: bool
    approving: Approving
    value: OrderValue
    case: Mapping[str, Any]
    inspected: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]

    @property
    def overrides(self) -> list[Mapping[str, Any]]:
        """Return the rules that were set aside, each with who did it and why."""
        return [event for event in self.events if event["type"] == "rule.overridden"]

    @property
    def first(self) -> Mapping[str, Any] | None:
        """Return the first approval, while it waits for the second."""
        given: Sequence[Mapping[str, Any]] = self.refund["approvals"]
        return given[0] if given and self.refund["state"] == "proposed" else None

    @property
    def may_be_looked_at_again(self) -> bool:
        """Say whether the bench accepted something of it whose verdict stands."""
        if self.refund["state"] != RefundState.PROPOSED or self.after_appeal:
            return False
        return any(one["verdict"] == "accepted" and one["stands"] for one in self.inspected)

    @property
    def sent_to_bench(self) -> Mapping[str, Any] | None:
        """Return by whom and why it was sent back to the bench, where it was."""
        about = str(self.refund["id"])
        return next(
            (
                event
                for event in self.events
                if event["type"] == BACK_TO_BENCH and event["data"].get("refund_id") == about
            ),
            None,
        )

    @property
    def went_after_all(self) -> bool:
        """Say whether the provider carried it out although a person was to pay it."""
        about = str(self.refund["id"])
        return any(
            event["type"] == "refund.went_after_all" and event["data"].get("refund_id") == about
            for event in self.events
        )

    @property
    def paid_again(self) -> bool:
        """Say whether the provider has paid it beside what our books have: the money went twice."""
        about = str(self.refund["id"])
        return any(
            one["cause"] == "paid_again"
            and one["marked"] == about
            and one["status"] not in {"failed", "canceled"}
            for one in self.outside
        )

    @property
    def contested(self) -> int:
        """Return what open disputes are about, in minor units: nothing is paid meanwhile."""
        disputed: int = self.payment["payment_disputed"] - self.payment["disputed_lost"]
        return max(disputed, 0) if self.is_undone else 0

    @property
    def lost(self) -> int:
        """Return what the bank has given back of the payment, in minor units, by lost disputes."""
        lost: int = self.payment["disputed_lost"]
        return lost if self.is_undone else 0

    @property
    def kept_since_lost(self) -> bool:
        """Say whether it was approved, and a person decides since a dispute was lost."""
        waits = self.refund["state"] == RefundState.APPROVED and not self.refund["by_hand"]
        return bool(waits and self.refund["last_error"] == Block.DISPUTE_LOST)

    @property
    def is_undone(self) -> bool:
        """Say whether a person may still decide what becomes of it."""
        undone = {RefundState.PROPOSED, RefundState.APPROVED, RefundState.FAILED}
        return self.refund["state"] in undone

    @property
    def is_stuck(self) -> bool:
        """Say whether its payment lets nothing of this refund go, so that it may be called off."""
        state, money = self.refund["state"], self.money
        wrong = bool(self.payment["mismatch"] or money.disputed or money.left < 0)
        if state == RefundState.FAILED:
            return wrong
        if state != RefundState.APPROVED or self.payment["was_sent"]:
            return False
        if self.to_clear and self.never_tried:
            return True
        return self.refund["blocked_since"] is not None

    @property
    def to_pay(self) -> bool:
        """Say whether it waits for a person to pay it, the provider asked where there is one."""
        external = self.refund["provider"] == EXTERNAL
        handed_over = self.refund["manual_since"] is not None
        return self.refund["state"] == RefundState.APPROVED and (external or handed_over)

    @property
    def taken(self) -> bool:
        """Say whether a dispute, or a refund made elsewhere, has what a person was to pay."""
        return self.to_pay and self.money.left < 0

    @property
    def to_clear(self) -> bool:
        """Say whether the provider is asked about it before a person may pay it."""
        asked = self.refund["manual_reason"] is not None and self.refund["manual_since"] is None
        return asked and bool(self.refund["state"] == RefundState.APPROVED)

    @property
    def never_tried(self) -> bool:
        """Say whether nothing of it was ever sent, so that calling it off can lose nothing."""
        return self.payment["generation"] == 1 and not self.payment["was_sent"]

    @property
    def after_appeal(self) -> bool:
        """Say whether this refund gives back what was kept before an appeal."""
        about = str(self.refund["id"])
        return any(
            event["reason"] == "appeal_upheld" and event["data"].get("refund_id") == about
            for event in self.events
        )


async def read_refund_case(refund_id: UUID, *, person: int | None, policy: Policy) -> RefundCase:
    """Return the case of a refund as `person` sees it; raises NotFound."""
    refund = await read_refund(refund_id)
    if refund is None:
        raise NotFound("refund")
    number = refund["return_number"]
    case = await read_return(number, for_staff=True)
    money = await first_row(_MONEY, *[person] * 5, refund_id)
    if case is None or money is None:
        raise NotFound("refund")
    this = refund["amount"] if refund["amount"] is not None else refund["proposed"]
    given_up = refund["state"] in {"refused", "canceled"}
    sums = value_of(money, on_top_free=policy.compensation.cap_per_order)
    return RefundCase(
        refund=refund,
        money=Waterfall(
            paid=money["captured"],
            disputed=money["payment_disputed"],
            given=money["given"],
            this=0 if given_up else this,
            outside=money["payment_outside"],
            spoken_for=RefundState(refund["state"]) in RESERVING,
        ),
        payment=money,
        outside=loaded(money["outside_refunds"]) or [],
        method=money["method"],
        customer=money["customer"] or "",
        mine=money["mine"],
        barred=money["barred"],
        approving=approving_of(refund, money, sums, policy.approval),
        value=await with_lines(sums, refund["order_number"]),
        case=case,
        inspected=await read_inspected(number),
        events=await read_events(number),
    )


async def read_inspected(number: str) -> list[dict[str, Any]]:
    """Return every verdict on the units of a return, in order, with who gave it."""
    found = await rows(_INSPECTED, number)
    return [
        with_json(row, "checks", "photo_ids", "customer_photo_ids")
        | {
            "name": row["name"] or row["username"],
            "stands": row["superseded"] < row["quantity"],
        }
        | _whose_fault(row)
        for row in found
    ]


def _whose_fault(row: Mapping[str, Any]) -> dict[str, bool]:
    """Tell whether the bench puts the fault elsewhere than the customer: shipping turns on it."""
    declared = Reason(row["reason"]) if row["reason"] else None
    found = FoundCause(row["found_cause"]) if row["found_cause"] else None
    ours = cause_of(declared, found) in MERCHANT_FAULTS
    return {
        "found_ours": ours,
        "fault_turns": row["superseded"] < row["quantity"]
        and declared is not None
        and ours is not (declared in MERCHANT_FAULTS),
    }
