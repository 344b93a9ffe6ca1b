"""Open a return for a request that was judged: its row, its lines, and the customer's words."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision import Decision, LineDecision
from returns_engine.rules.eligibility.estimate import shipping_goes_back
from returns_engine.rules.policy import Policy
from returns_engine.rules.rma_number import RANDOM_BITS, new_rma_number
from returns_engine.rules.words import Resolution, ReturnKind
from returns_engine.tables.returns import LineComment, Return, ReturnLine
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.keep_promises import promise_terms, terms_json
from returns_engine.workflow.order_file import OrderFile
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

WITHOUT_GOODS = frozenset({ReturnKind.CANCELLATION, ReturnKind.DELIVERY_PROBLEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A request with what was found about it."""

    document: RequestDocument
    order: OrderFile
    decision: Decision
    resolutions: tuple[Resolution, ...]

    @property
    def goods_expected(self) -> bool:
        """Say whether a parcel is to come back."""
        return any(self.expects(line) for line in self.decision.lines)

    def expects(self, line: LineDecision) -> bool:
        """Say whether the units of one line are to come back; some are kept (B-12)."""
        return self.document.kind not in WITHOUT_GOODS and not line.keep_item


async def open_return(
    asked: AskedFor, decision_id: UUID, policy: Policy, now: datetime
) -> ReturnCase:
    """Insert a return, requested and no more, and give its case; the order is locked."""
    document = asked.document
    row = Return(
        number=new_rma_number(secrets.randbits(RANDOM_BITS)),
        order=asked.order.id,
        decision=decision_id,
        kind=str(document.kind),
        resolution=str(document.resolution or asked.resolutions[0]),
        contact_channel=document.contact_channel,
        goods_expected=asked.goods_expected,
        restocking_bps=policy.refund.restocking_bps,
        label_fee=policy.label.fee,
        promise_terms=terms_json(promise_terms(policy)),
        requested_at=now,
    )
    return_id = (await Return.insert(row))[0]["id"]
    lines = [_return_line(asked, place, return_id, policy) for place in range(len(document.lines))]
    ids = [one["id"] for one in await ReturnLine.insert(*lines)]
    comments = [
        LineComment(return_line=line_row, text=line.comment)
        for line_row, line in zip(ids, document.lines, strict=True)
        if line.comment
    ]
    if comments:
        await LineComment.insert(*comments)
    case = _new_case(return_id, row, asked.order, lines, ids)
    case.record(_requested(case, asked.decision))
    return case


def _return_line(asked: AskedFor, place: int, return_id: int, policy: Policy) -> ReturnLine:
    words, line = asked.document.lines[place], asked.decision.lines[place]
    condition = words.declared_condition
    return ReturnLine(
        return_=return_id,
        order_line=asked.order.line_rows[line.line_id],
        position=place,
        reason=line.reason,
        cause=line.cause,
        resolution=str(asked.resolutions[place]),
        declared_condition=msgspec.to_builtins(condition) if condition else None,
        photo_ids=list(words.photo_ids or []),
        taken=[
            {"shipment_id": parcel.shipment_id, "quantity": parcel.quantity}
            for parcel in line.taken
        ],
        requested=line.quantity,
        goods_expected=asked.expects(line),
        shipping_back=shipping_goes_back(line, asked.document.kind, policy),
    )


def _new_case(
    return_id: int, row: Return, order: OrderFile, lines: list[ReturnLine], ids: list[int]
) -> ReturnCase:
    kinds = {line.line_id: str(line.kind) for line in order.facts.lines}
    names = {row_id: line_id for line_id, row_id in order.line_rows.items()}
    return ReturnCase.opened(
        row_id=return_id,
        row=row,
        order_number=order.number,
        lines=[
            CaseLine.opened(row_id, line, names[line.order_line], kinds[names[line.order_line]])
            for row_id, line in zip(ids, lines, strict=True)
        ],
    )


def _requested(case: ReturnCase, decision: Decision) -> NewEvent:
    data = {
        "kind": case.kind,
        "lines": [
            {
                "line_id": line.line_id,
                "quantity": line.requested,
                "reason": line.reason or line.cause,
            }
            for line in case.lines
        ],
        "policy": {"id": decision.policy_id, "version": decision.policy_version},
    }
    return NewEvent(type="return.requested", to_state="requested", data=data)
