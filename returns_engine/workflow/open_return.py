"""Open a return for a request that was judged: its row, its lines, and the customer's words."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision import Decision, LineDecision
from returns_engine.rules.eligibility.estimate import shipping_goes_back
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.rma_number import RANDOM_BITS, new_rma_number
from returns_engine.rules.words import Resolution, ReturnKind
from returns_engine.tables.engine import connection
from returns_engine.tables.one_statement import OneStatement
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.keep_decision import write_decision
from returns_engine.workflow.keep_promises import promise_terms, terms_json
from returns_engine.workflow.order_file import OrderFile
from returns_engine.workflow.record_events import ChainEnd, NewEvent
from returns_engine.workflow.return_case import ReturnCase, Unwritten

WITHOUT_GOODS = frozenset({ReturnKind.CANCELLATION, ReturnKind.DELIVERY_PROBLEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A request with what was found about it; `return_id` where a row id was taken for it."""

    document: RequestDocument
    order: OrderFile
    decision: Decision
    resolutions: tuple[Resolution, ...]
    return_id: int | None = None

    @property
    def goods_expected(self) -> bool:
        """Say whether a parcel is to come back."""
        return any(self.expects(line) for line in self.decision.lines)

    @property
    def settles_at_once(self) -> bool:
        """Say whether something may be paid or sent again before anything comes back."""
        return not all(self.expects(line) for line in self.decision.lines)

    def expects(self, line: LineDecision) -> bool:
        """Say whether the units of one line are to come back; some are kept (B-12)."""
        return self.document.kind not in WITHOUT_GOODS and not line.keep_item


_LINES = """
INSERT INTO return_lines (return_id, order_line, position, reason, cause, resolution,
                          declared_condition, photo_ids, taken, requested, goods_expected,
                          shipping_back)
SELECT {}::int, line.* FROM unnest(
    {}::int[], {}::int[], {}::text[], {}::text[], {}::text[], {}::jsonb[], {}::jsonb[],
    {}::jsonb[], {}::int[], {}::bool[], {}::bool[]) AS line
RETURNING id, position
"""
_COMMENTS = """
INSERT INTO line_comments (return_line, text)
SELECT lines.id, said.text FROM lines
JOIN unnest({}::int[], {}::text[]) AS said (position, text) USING (position)
"""
_NEXT_ID = "SELECT nextval('returns_id_seq')::int AS id"
_WRITTEN = "SELECT id FROM lines ORDER BY position"


async def open_return(
    asked: AskedFor, policy: Policy, now: datetime, *, decision_id: UUID | None = None
) -> ReturnCase:
    """Give the case of a new return, requested and no more; the order is locked.

    `save_case` writes it, its lines, what the customer wrote, and its decision, which is kept with
    it unless it was kept before, as `decision_id`. What settles at once is written here already:
    refunds hang on it. Fees and promises are those of the policy that the order was placed under.
    """
    policy = policy.in_force_at(asked.order.facts.placed_at)
    case, document = _case(asked, policy), asked.document
    case.id = asked.return_id or (await connection().fetchrow(_NEXT_ID))["id"]
    statement = OneStatement()
    if decision_id is None:
        decision_id = write_decision(statement, document, asked.order, asked.decision)
    statement.write(_LINES, case.id, *_columns(case, asked), name="lines")
    if said := [(place, line.comment) for place, line in enumerate(document.lines) if line.comment]:
        statement.write(_COMMENTS, [place for place, _ in said], [comment for _, comment in said])
    columns = {
        "number": case.number,
        "order": case.order,
        "decision": decision_id,
        "kind": case.kind,
        "resolution": case.resolution,
        "contact_channel": document.contact_channel,
        "goods_expected": case.goods_expected,
        "restocking_bps": case.restocking_bps,
        "label_fee": case.label_fee,
        "promise_terms": terms_json(promise_terms(policy)),
        "requested_at": now,
    }
    if asked.settles_at_once:
        statement.insert("returns", [{"id": case.id, **columns}])
        for line, row in zip(case.lines, await statement.run(_WRITTEN), strict=True):
            line.id = row["id"]
    else:
        case.unwritten = Unwritten(columns=columns, statement=statement)
    case.record(_requested(case, asked.decision))
    return case


def _columns(case: ReturnCase, asked: AskedFor) -> Sequence[list[Any]]:
    lines, words, decided = case.lines, asked.document.lines, asked.decision.lines
    conditions = [line.declared_condition for line in words]
    parcels = [
        [{"shipment_id": one.shipment_id, "quantity": one.quantity} for one in line.taken]
        for line in decided
    ]
    return (
        [line.order_line for line in lines],
        list(range(len(lines))),
        [line.reason for line in lines],
        [line.cause for line in lines],
        [line.resolution for line in lines],
        [msgspec.json.encode(one).decode() if one else None for one in conditions],
        [json.dumps(list(line.photo_ids or [])) for line in words],
        [json.dumps(taken) for taken in parcels],
        [line.requested for line in lines],
        [line.goods_expected for line in lines],
        [line.shipping_back for line in lines],
    )


def _case(asked: AskedFor, policy: Policy) -> ReturnCase:
    """Return the case as it begins: nothing has happened yet, and no row is written."""
    document, order = asked.document, asked.order
    return ReturnCase(
        id=0,
        number=new_rma_number(secrets.randbits(RANDOM_BITS)),
        kind=str(document.kind),
        order=order.id,
        order_number=order.number,
        resolution=str(document.resolution or asked.resolutions[0]),
        permission=PermissionState.REQUESTED,
        headline=Headline.REQUESTED,
        goods_expected=asked.goods_expected,
        restocking_bps=policy.refund.restocking_bps,
        label_fee=policy.label.fee,
        version=0,
        end=ChainEnd(count=0, head=""),
        label_issued=False,
        in_transit=False,
        lines=[_line(asked, place, policy) for place in range(len(document.lines))],
        refunds={},
        replacements={},
        terms=promise_terms(policy),
    )


def _line(asked: AskedFor, place: int, policy: Policy) -> CaseLine:
    line = asked.decision.lines[place]
    kinds = {one.line_id: str(one.kind) for one in asked.order.facts.lines}
    return CaseLine(
        id=0,
        order_line=asked.order.line_rows[line.line_id],
        line_id=line.line_id,
        kind=kinds[line.line_id],
        reason=line.reason,
        cause=line.cause,
        resolution=str(asked.resolutions[place]),
        goods_expected=asked.expects(line),
        shipping_back=shipping_goes_back(line, asked.document.kind, policy),
        requested=line.quantity,
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
