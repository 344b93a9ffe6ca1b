"""A person sets rules aside, each for one line: an event of its own, and a flag for finance."""

import json
from collections.abc import Sequence
from datetime import datetime

from returns_engine.documents.request import OverrideDocument
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.words import Outcome
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.hear_appeal import load_for_review
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Unprocessable, refuse_field
from returns_engine.workflow.return_case import ReturnCase, save_case

BY_APPROVAL = "approved"

_DECIDED = """
SELECT d.answer -> 'lines' AS lines,
       (SELECT json_agg(e.data) FROM events e
        WHERE e.chain = r.number AND e.type = 'rule.overridden') AS aside
FROM returns r JOIN decisions d ON d.id = r.decision WHERE r.id = $1
"""


async def override_rules(
    number: str,
    *,
    overrides: Sequence[OverrideDocument],
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Set rules aside, each for one line and with a reason of its own; finance sees the flag.

    Raises Unprocessable `not_in_return`, and `nothing_to_set_aside` for a rule that stands in no
    way, or was set aside already.
    """
    async with transaction():
        case = await load_for_review(number, actor=actor, expected_version=expected_version)
        case.require(Action.OVERRIDE)
        in_the_way = await _in_the_way(case)
        for one in overrides:
            if not case.lines_of(one.line_id):
                says = f"{one.line_id} is not in this return."
                raise refuse_field("not_in_return", says, "/line_id")
            if in_the_way.pop((one.line_id, str(one.rule)), None) is None:
                raise nothing_to_set_aside(one, "/rule")
            case.values["overridden"] = True
            case.record(overridden(one))
        await save_case(case, actor=actor, now=now)


def overridden(override: OverrideDocument) -> NewEvent:
    """Return the event of a rule that is set aside."""
    data = {"line_id": override.line_id, "rule": str(override.rule)}
    return NewEvent(type="rule.overridden", data=data, text=override.reason)


def nothing_to_set_aside(override: OverrideDocument, pointer: str) -> Unprocessable:
    """Return the refusal of an override that changes nothing."""
    rule, line_id = override.rule, override.line_id
    detail = f"{rule} does not stand in the way of {line_id}, or was set aside already."
    return refuse_field("nothing_to_set_aside", detail, pointer)


async def set_aside_by_approval(case: ReturnCase) -> None:
    """Record that whoever approves sets aside what failed and nobody had set aside before.

    What asked for a look was looked at: that is what an approval is for.
    """
    for (line_id, rule), outcome in (await _in_the_way(case)).items():
        if outcome == Outcome.FAIL:
            case.values["overridden"] = True
            data = {"line_id": line_id, "rule": rule}
            case.record(NewEvent(type="rule.overridden", reason=BY_APPROVAL, data=data))


async def _in_the_way(case: ReturnCase) -> dict[tuple[str, str], str]:
    """Return the rules that failed or ask for a look, by line, and that nobody has set aside."""
    row = await connection().fetchrow(_DECIDED, case.id)
    found = {
        (line["line_id"], rule["rule"]): rule["outcome"]
        for line in json.loads(row["lines"])
        for rule in line["rules"]
        if rule["outcome"] in {Outcome.FAIL, Outcome.REVIEW}
    }
    for one in json.loads(row["aside"] or "[]"):
        found.pop((one["line_id"], one["rule"]), None)
    return found
