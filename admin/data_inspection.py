"""Accept all that waits at the bench of one return: the plain case of an inspection."""

from collections import Counter
from datetime import datetime

from returns_engine.queries.rows import rows
from returns_engine.rules.actor import Actor
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Disposition, FoundCause, Grade, InspectionVerdict
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.refusals import Conflict, NotFound, refuse_field

_WAITING = """
SELECT r.version, o.line_id, l.received - l.accepted - l.rejected - l.in_opinion AS units
FROM returns r LEFT JOIN return_lines l ON l.return_id = r.id
LEFT JOIN order_lines o ON o.id = l.order_line
WHERE r.number = {}
"""


async def accept_goods(
    number: str, *, grade: str, found_cause: str, policy: Policy, actor: Actor, now: datetime
) -> int:
    """Accept every unit that waits, all checks passed, to be restocked; return how many they were.

    Raises NotFound, Unprocessable for a grade or a cause that there is not, Conflict
    `nothing_waits`, and what `inspect_lines` refuses.
    """
    if grade not in set(Grade):
        raise refuse_field("wrong_value", "A grade is A, B, C or D.", "/grade")
    if found_cause not in set(FoundCause):
        detail = f"A found cause is one of {', '.join(FoundCause)}."
        raise refuse_field("wrong_value", detail, "/found_cause")
    found = await rows(_WAITING, number)
    if not found:
        raise NotFound("return")
    units: Counter[str] = Counter()
    for row in found:
        if row["units"]:
            units[row["line_id"]] += row["units"]
    if not units:
        raise Conflict(
            "nothing_waits", f"Nothing of {number} waits at the bench: scan it in first."
        )
    verdicts = [
        InspectedUnits(
            line_id=line_id,
            quantity=quantity,
            checks=dict.fromkeys(policy.condition_checks, True),
            grade=grade,
            found_cause=None if found_cause == FoundCause.NONE else found_cause,
            verdict=InspectionVerdict.ACCEPTED,
            disposition=Disposition.RESTOCK,
            note=None,
            photo_ids=[],
        )
        for line_id, quantity in units.items()
    ]
    # Somebody else's inspection since then is refused, not added to.
    version = found[0]["version"]
    await inspect_lines(
        number, lines=verdicts, policy=policy, actor=actor, now=now, expected_version=version
    )
    return units.total()
