"""Say what the policy would answer, without changing anything."""

from datetime import datetime
from typing import Any

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import NOTHING_GIVEN, decide
from returns_engine.rules.eligibility.request_check import check_request
from returns_engine.rules.facts import OrderFacts
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.order_file import load_order
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable


async def judge_request(
    document: RequestDocument,
    *,
    policy: Policy,
    as_of: datetime,
    order: OrderFacts | None = None,
    within: str = "",
) -> dict[str, Any]:
    """Return the decision as JSON, on an order we hold or on `order` as it was sent along.

    `within` is the JSON pointer of the request in what was sent: faults are named from there.
    Raises NotFound for an order we do not hold, Unprocessable for a request that cannot be judged.
    """
    if order is not None:
        _refuse_unfit(order, document, within)
        return decision_json(decide(order, document.facts(), policy, as_of, NOTHING_GIVEN))
    async with transaction():
        held = await load_order(document.order_number)
        _refuse_unfit(held.facts, document, within)
        return decision_json(decide(held.facts, document.facts(), policy, as_of, held.history))


def _refuse_unfit(order: OrderFacts, document: RequestDocument, within: str) -> None:
    faults = [
        FieldRefusal(pointer=f"{within}{error.pointer}", code=error.code, detail=error.detail)
        for error in check_request(order, document.facts())
    ]
    if faults:
        raise Unprocessable("request_not_judged", faults[0].detail, *faults)
