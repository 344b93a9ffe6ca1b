"""A customer sees it differently: once per return, before another person than who refused."""

import json
from datetime import datetime

from returns_engine.documents.reading import shaped
from returns_engine.documents.request import RequestDocument
from returns_engine.rules.actor import Actor
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.appeal import Against, appealable
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.ask_a_person import refuse_missing_units
from returns_engine.workflow.case_appeal import CaseAppeal
from returns_engine.workflow.opinions_on_appeal import ask_on_appeal
from returns_engine.workflow.order_file import load_order
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case

# Who said no: to the return, to goods at the bench, or to a part of the money or all of it.
_REFUSERS = """
SELECT refused_by AS person FROM returns WHERE id = $1 AND refused_by IS NOT NULL
UNION SELECT i.inspected_by FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
    WHERE i.return_id = $1 AND l.verdict = 'rejected' AND l.superseded < l.quantity
      AND i.inspected_by IS NOT NULL
UNION SELECT who.person FROM opinions p,
    unnest(ARRAY[p.first_by, p.second_by, p.decided_by]) AS who (person)
    WHERE p.return_id = $1 AND (p.state = 'agreed' OR p.decided_verdict = 'rejected')
      AND who.person IS NOT NULL
UNION SELECT decided_by FROM refunds
    WHERE return_id = $1 AND (amount < proposed OR state = 'refused') AND decided_by IS NOT NULL
UNION SELECT called_off_by FROM refunds WHERE return_id = $1 AND called_off_by IS NOT NULL
"""


async def appeal_return(
    number: str,
    *,
    message: str,
    actor: Actor,
    policy: Policy,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Put what was refused before another person; who refused is remembered.

    On what the bench rejected a second opinion is asked for, for that person to read.
    Raises TransitionNotAllowed where nothing was refused or the one appeal was used, and
    Unprocessable `exceeds_returnable` where another return took the units after this one was
    declined.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.APPEAL)
        against = [str(one) for one in appealable(case.facts())]
        if Against.DECLINED in against:
            await _require_units(case, policy, now)
        refusers = [row["person"] for row in await connection().fetch(_REFUSERS, case.id)]
        event = NewEvent(type="return.appealed", data={"against": against}, text=message)
        case.permit(PermissionEvent.APPEAL, event)
        case.appeal = CaseAppeal(used=True, against=tuple(against), refusers=frozenset(refusers))
        case.values |= {
            "appealed": True,
            "appealed_at": now,
            "appealed_against": against,
            "refusers": sorted(refusers),
            "closed_at": None,
        }
        if Against.REJECTION in against:
            await ask_on_appeal(case, now=now)
        case.tell("appeal_received", {"against": against}, now)
        await save_case(case, actor=actor, now=now)


async def _require_units(case: ReturnCase, policy: Policy, now: datetime) -> None:
    """Raise Unprocessable where the units of a declined return are no longer there to come back.

    They were free while it was declined; from the appeal on it holds them again.
    """
    request = await connection().fetchval(
        "SELECT d.request FROM returns r JOIN decisions d ON d.id = r.decision WHERE r.id = $1",
        case.id,
    )
    document = shaped(json.loads(request), RequestDocument)
    order = await load_order(case.order_number, lock=True)
    refuse_missing_units(decide(order.facts, document.facts(), policy, now, order.history))
