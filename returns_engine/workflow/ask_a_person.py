"""A refusal is no dead end: it is opened as a return that a person looks at."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.documents.reading import shaped
from returns_engine.documents.request import RequestDocument
from returns_engine.rules.actor import Actor
from returns_engine.rules.decision import Decision
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.resolutions import chosen_resolutions
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Outcome, RuleName, Verdict
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.open_return import AskedFor, open_return
from returns_engine.workflow.order_file import load_order
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict, NotFound, Unprocessable
from returns_engine.workflow.return_case import save_case

_DECISION = """
SELECT d.id, d.verdict, d.code, d.request, o.number AS order_number
FROM decisions d JOIN orders o ON o.id = d."order" WHERE d.id = $1
"""
# By way of the order, whose returns are few: no index by decision has to be kept for this.
_OPENED = """
SELECT r.number FROM decisions d JOIN returns r ON r."order" = d."order" AND r.decision = d.id
WHERE d.id = $1
"""


async def ask_a_person(
    decision_id: UUID, *, message: str, actor: Actor, policy: Policy, now: datetime
) -> str:
    """Open a refused request as a return in review, and return its number.

    Raises NotFound for a decision that is not there or not of the customer's order, Conflict
    `not_refused` or `already_asked`, and Unprocessable `exceeds_returnable` for units that are not
    there: no person can change how many there are.
    """
    kept = await _kept(decision_id, actor)
    document = shaped(kept["request"], RequestDocument)
    async with transaction():
        order = await load_order(kept["order_number"], lock=True)
        if await asked_before(decision_id) is not None:
            raise Conflict("already_asked", "A person looks at this already.")
        decision = decide(order.facts, document.facts(), policy, now, order.history)
        refuse_missing_units(decision)
        asked = AskedFor(
            document=document,
            order=order,
            decision=decision,
            resolutions=chosen_resolutions(decision, document.facts()),
        )
        case = await open_return(asked, policy, now, decision_id=decision_id)
        event = NewEvent(type="return.in_review", reason=kept["code"], text=message)
        case.permit(PermissionEvent.REVIEW, event)
        case.tell("return_in_review", {"clauses": _clauses(decision)}, now)
        await save_case(case, actor=actor, now=now)
        return case.number


async def asked_before(decision_id: UUID) -> str | None:
    """Return the number of the return that was opened for a decision, if there is one."""
    row = await the_engine().fetch_row(_OPENED, decision_id)
    return row["number"] if row else None


async def _kept(decision_id: UUID, actor: Actor) -> dict[str, Any]:
    row = await the_engine().fetch_row(_DECISION, decision_id)
    if row is None or actor.order not in {None, row["order_number"]}:
        raise NotFound("decision")
    if row["verdict"] != Verdict.INELIGIBLE:
        raise Conflict("not_refused", "This request was not refused.")
    return {**row, "request": json.loads(row["request"])}


def refuse_missing_units(decision: Decision) -> None:
    """Raise Unprocessable `exceeds_returnable` for units that are not there to come back."""
    for line in decision.lines:
        for rule in line.rules:
            if rule.rule == RuleName.QUANTITY and rule.outcome is Outcome.FAIL:
                raise Unprocessable(rule.code, rule.because)


def _clauses(decision: Decision) -> list[str]:
    return sorted(
        {
            rule.clause
            for line in decision.lines
            for rule in line.rules
            if rule.outcome in {Outcome.FAIL, Outcome.REVIEW}
        }
    )
