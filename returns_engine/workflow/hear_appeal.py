"""Whoever refused, or said what they think, does not hear the appeal: another person decides."""

from dataclasses import replace
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.appeal import Against, Heard
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.opinions_on_appeal import end_on_appeal, gave_opinion
from returns_engine.workflow.propose_difference import propose_difference
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import NotFound, SamePerson
from returns_engine.workflow.reopen_rejected import reopen_rejected
from returns_engine.workflow.return_case import ReturnCase, load_case

_REFUSED = "You refused this before; another person must hear the appeal."
_GAVE = "You gave a second opinion on this; another person must hear the appeal."

_WHOSE = """
SELECT heard AND COALESCE(refusers @> to_jsonb($2::int), false) AS refuser,
       heard AND EXISTS (SELECT FROM opinions p WHERE p.return_id = r.id
                         AND p.cause = 'appeal' AND p.second_by = $2) AS gave
FROM returns r CROSS JOIN LATERAL (
    SELECT r.appealed AND r.permission IN ('in_review', 'needs_info')
) AS appeal (heard) WHERE number = $1
"""


async def require_other_person(number: str, *, actor: Actor) -> None:
    """Raise NotFound where there is no such return, SamePerson where the actor had a say."""
    row = await the_engine().fetch_row(_WHOSE, number, actor.person)
    if row is None:
        raise NotFound("return")
    if row["refuser"] or row["gave"]:
        raise SamePerson(_REFUSED if row["refuser"] else _GAVE)


async def load_for_review(number: str, *, actor: Actor, expected_version: int | None) -> ReturnCase:
    """Lock a return that `actor` wants to decide on.

    Raises NotFound, SamePerson where an appeal is open against what the actor refused, or gave a
    second opinion on, or StaleVersion.
    """
    case = await load_case(number)
    if case.facts().appeal_open:
        if actor.person in case.appeal.refusers:
            raise SamePerson(_REFUSED)
        if Against.REJECTION in case.appeal.against and await gave_opinion(case, actor=actor):
            raise SamePerson(_GAVE)
    case.require_version(expected_version)
    return case


async def uphold_appeal(case: ReturnCase, *, actor: Actor, now: datetime) -> bool:
    """Let the customer be right; return whether units must come in again, under a new label.

    Rejected units come back to be inspected by another person, and what a lowered refund kept is
    proposed. What follows the approval of a declined return is the caller's to do.
    """
    lines = await reopen_rejected(case) if Against.REJECTION in case.appeal.against else []
    data = {
        "against": list(case.appeal.against),
        "lines": [
            {"line_id": one.line_id, "quantity": one.here + one.sent, "sent_back": one.sent}
            for one in lines
        ],
    }
    case.permit(PermissionEvent.APPROVE, NewEvent(type="appeal.upheld", data=data))
    await _decided(case, Heard.UPHELD, actor, now)
    case.appeal = replace(case.appeal, upheld=True)
    proposed = Against.LOWERED in case.appeal.against and await propose_difference(case, now=now)
    come_again = any(one.sent for one in lines)
    told = {
        "declined": Against.DECLINED in case.appeal.against,
        "goods_expected": case.goods_expected,
        "lines": [{"line_id": one.line_id, "quantity": one.here + one.sent} for one in lines],
        "come_again": come_again,
        "proposed": proposed,
    }
    case.tell("appeal_upheld", told, now)
    return come_again


async def dismiss_appeal(case: ReturnCase, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let it stand, in words the customer reads; a declined return is declined for good."""
    declined = Against.DECLINED in case.appeal.against
    move = PermissionEvent.DECLINE if declined else PermissionEvent.DISMISS
    data = {"against": list(case.appeal.against)}
    case.permit(move, NewEvent(type="appeal.dismissed", reason="dismissed", data=data, text=reason))
    await _decided(case, Heard.DISMISSED, actor, now)
    told = {
        "reason": reason,
        "goods_waiting": any(line.rejected_waiting for line in case.lines),
    }
    case.tell("appeal_dismissed", told, now)


async def _decided(case: ReturnCase, outcome: Heard, actor: Actor, now: datetime) -> None:
    if Against.REJECTION in case.appeal.against:
        await end_on_appeal(case, outcome, actor=actor, now=now)
    if case.facts().arrived and case.facts().outstanding:
        # Nothing could be taken in while the appeal was heard, so we wait for it anew.
        case.values["last_received_at"] = now
    case.values |= {
        "appeal_outcome": str(outcome),
        "appeal_decided_at": now,
        "appeal_decided_by": actor.person,
    }
