"""Send a request once: the form's own token decides, however often it is sent."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from litestar.exceptions import NotFoundException

from returns_engine.documents.request import RequestDocument
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.tables.returns import DecisionRecord
from returns_engine.web.portal.once import answered_once
from returns_engine.web.services import Services
from returns_engine.workflow.request_return import Declined, request_return

_LONGEST_TOKEN = 64


OPENED, REFUSED = "/returns/{}?said=sent", "/order/refused/{}"


async def submit_once(
    document: RequestDocument,
    *,
    token: str,
    actor: Actor,
    services: Services,
    opened: str = OPENED,
    refused: str = REFUSED,
) -> str:
    """Ask for the return and answer with the address to go to; the same token, the same address.

    `opened` and `refused` are the addresses, with a place for the number of the return and for the
    id of the decision.
    """
    now = services.clock()

    async def asked() -> str:
        answer = await request_return(document, actor=actor, policy=services.policy, now=now)
        if isinstance(answer, Declined):
            return refused.replace("{}", str(answer.decision_id))
        return opened.replace("{}", answer.number)

    return await answered_once(
        f"portal:{document.order_number}",
        token[:_LONGEST_TOKEN],
        digest=hashlib.sha256(msgspec.json.encode(document)).hexdigest(),
        now=now,
        answer=asked,
    )


async def refused_decision(decision_id: UUID, *, order_number: str) -> tuple[dict[str, Any], str]:
    """Return a decision about the customer's own order, and the kind it was asked for.

    Raises NotFoundException.
    """
    row = (
        await DecisionRecord.select(DecisionRecord.answer, DecisionRecord.request)
        .where(DecisionRecord.id == decision_id, DecisionRecord.order.number == order_number)
        .first()
    )
    if row is None:
        raise NotFoundException
    return loaded(row["answer"]), loaded(row["request"])["kind"]
