"""Every decision that was kept, with what it was made from, in steps that fit into memory."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.reading import shaped
from returns_engine.documents.request import RequestDocument
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.facts import GivenBefore, History, OrderFacts, ReturnRequest
from returns_engine.rules.words import Verdict

_AT_ONCE = 500
_FIRST = UUID(int=0)
_COUNT = "SELECT count(*) AS decisions FROM decisions WHERE as_of >= {}"
_PAGE = """
SELECT id, as_of, policy_id, policy_version, request, facts, verdict,
       COALESCE((answer -> 'refund_estimate' ->> 'total')::bigint, 0) AS refund
FROM decisions
WHERE id > {} AND as_of >= {} ORDER BY id LIMIT {}
"""
_CAME_OF = "SELECT decision, number FROM returns WHERE decision = ANY({}::uuid[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A decision that was made, what it was made from, and what it came to in minor units."""

    decision_id: UUID
    as_of: datetime
    policy_id: str
    version: int
    order: OrderFacts
    request: ReturnRequest
    history: History
    verdict: Verdict
    refund: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableDecision:
    """A decision whose facts this version of the engine cannot read, and why."""

    decision_id: UUID
    why: str


async def count_decisions(since: datetime) -> int:
    """Return how many decisions were made at `since` or after."""
    row = await first_row(_COUNT, since)
    return row["decisions"] if row else 0


async def kept_decisions(since: datetime) -> AsyncIterator[KeptDecision | UnreadableDecision]:
    """Give every decision made at `since` or after, in the order of their ids."""
    last = _FIRST
    while page := await rows(_PAGE, last, since, _AT_ONCE):
        last = page[-1]["id"]
        for row in page:
            yield _kept(row)


async def returns_that_came(decisions: Collection[UUID]) -> dict[UUID, str]:
    """Return the numbers of the returns that came of decisions, by the id of the decision."""
    return {row["decision"]: row["number"] for row in await rows(_CAME_OF, list(decisions))}


def made_from(request: object, facts: object) -> tuple[OrderFacts, ReturnRequest, History]:
    """Return order, request and history as a decision was made from them; JSON or its text."""
    asked: dict[str, Any] = {**loaded(request), "override": None}
    known = loaded(facts)
    return (
        msgspec.convert(known["order"], OrderFacts),
        shaped(asked, RequestDocument).facts(),
        msgspec.convert(known["history"], dict[str, GivenBefore]),
    )


def _kept(row: dict[str, Any]) -> KeptDecision | UnreadableDecision:
    try:
        order, request, history = made_from(row["request"], row["facts"])
    except (DocumentError, msgspec.ValidationError, KeyError) as error:
        return UnreadableDecision(decision_id=row["id"], why=str(error))
    return KeptDecision(
        decision_id=row["id"],
        as_of=row["as_of"],
        policy_id=row["policy_id"],
        version=row["policy_version"],
        order=order,
        request=request,
        history=history,
        verdict=Verdict(row["verdict"]),
        refund=row["refund"],
    )
