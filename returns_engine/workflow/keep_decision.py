"""Keep a decision with the facts it was made from; the row is never changed again."""

from uuid import uuid4

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision import Decision
from returns_engine.rules.decision_json import decision_json
from returns_engine.tables.returns import DecisionRecord
from returns_engine.workflow.decision_facts import facts_json, request_json
from returns_engine.workflow.order_file import OrderFile


async def keep_decision(
    document: RequestDocument, order: OrderFile, decision: Decision
) -> DecisionRecord:
    """Insert what was decided on a request for `order`, and return its row."""
    refusal = decision.first_refusal()
    record = DecisionRecord(
        id=uuid4(),
        order=order.id,
        as_of=decision.as_of,
        policy_id=decision.policy_id,
        policy_version=decision.policy_version,
        verdict=str(decision.verdict),
        code=refusal.code if refusal else None,
        request=request_json(document),
        facts=facts_json(order.facts, order.history),
        answer=decision_json(decision),
    )
    await DecisionRecord.insert(record)
    return record
