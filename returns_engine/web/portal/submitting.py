"""Send a request once: the form's own token decides, however often it is sent."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.exceptions import NotFoundException

from returns_engine.documents.request import RequestDocument
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.tables.access import IdempotentAnswer
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.returns import DecisionRecord
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

    The second of two that come together waits for the first. `opened` and `refused` are the
    addresses, with a place for the number of the return and for the id of the decision.
    """
    caller = f"portal:{document.order_number}"
    key = token[:_LONGEST_TOKEN]
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{caller} {key}"
        )
        known = (
            await IdempotentAnswer.select(IdempotentAnswer.body)
            .where(IdempotentAnswer.caller == caller, IdempotentAnswer.key == key)
            .first()
        )
        if known is not None:
            return bytes(known["body"]).decode()
        now = services.clock()
        answer = await request_return(document, actor=actor, policy=services.policy, now=now)
        if isinstance(answer, Declined):
            address = refused.replace("{}", str(answer.decision_id))
        else:
            address = opened.replace("{}", answer.number)
        await _keep(caller, key, document, address, now)
        return address


async def _keep(
    caller: str, key: str, document: RequestDocument, address: str, now: datetime
) -> None:
    await IdempotentAnswer.insert(
        IdempotentAnswer(
            caller=caller,
            key=key,
            request_digest=hashlib.sha256(msgspec.json.encode(document)).hexdigest(),
            status=303,
            media_type="text/plain",
            body=address.encode(),
            created_at=now,
        )
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
