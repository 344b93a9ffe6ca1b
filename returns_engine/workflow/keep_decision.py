"""Keep a decision with the facts it was made from; the row is never changed again."""

from uuid import UUID, uuid4

import msgspec

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision import Decision
from returns_engine.rules.decision_json import decision_json
from returns_engine.tables.one_statement import OneStatement
from returns_engine.workflow.decision_facts import facts_json, request_json
from returns_engine.workflow.order_file import OrderFile

_KEEP = """
INSERT INTO decisions (id, "order", as_of, policy_id, policy_version, verdict, code, request, facts,
                       answer)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
"""


async def keep_decision(document: RequestDocument, order: OrderFile, decision: Decision) -> UUID:
    """Insert what was decided on a request for `order`, and return the id of its row."""
    statement = OneStatement()
    decision_id = write_decision(statement, document, order, decision)
    await statement.run()
    return decision_id


def write_decision(
    statement: OneStatement, document: RequestDocument, order: OrderFile, decision: Decision
) -> UUID:
    """Add what was decided on a request for `order` to a statement; return the id of its row."""
    refusal = decision.first_refusal()
    decision_id = uuid4()
    statement.write(
        _KEEP,
        decision_id,
        order.id,
        decision.as_of,
        decision.policy_id,
        decision.policy_version,
        str(decision.verdict),
        refusal.code if refusal else None,
        _json(request_json(document)),
        _json(facts_json(order.facts, order.history)),
        _json(decision_json(decision)),
    )
    return decision_id


def _json(document: object) -> str:
    return msgspec.json.encode(document).decode()
