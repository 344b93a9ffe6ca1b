"""What waits, and since when: the numbers of the dashboard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from returns_engine.queries.return_list import AT_THE_BENCH
from returns_engine.queries.rows import rows
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.refund_states import OPEN

# Where nobody of ours can act, nothing waits for them: an appeal is counted apart, a customer who
# is to choose is asked, and of units that wait for a second opinion the bench has nothing to judge.
_OURS = f"""
SELECT CASE r.state
    WHEN 'in_review' THEN NOT r.appealed AND NOT EXISTS (
        SELECT FROM choices c WHERE c.return_id = r.id AND c.state = 'open')
    WHEN 'received' THEN {AT_THE_BENCH} ELSE true END AS act
"""  # noqa: S608 - a piece of our own
# Where a return last moved it began to wait; what was said or seen since moves nothing.
_RETURNS = f"""
SELECT r.state, count(*) AS count, min(moved.at) AS oldest_at,
       count(*) FILTER (WHERE r.appealed) AS appeals,
       count(*) FILTER (WHERE ours.act) AS to_act,
       min(moved.at) FILTER (WHERE r.appealed) AS oldest_appeal_at,
       min(moved.at) FILTER (WHERE ours.act) AS act_at
FROM returns r CROSS JOIN LATERAL (
    SELECT max(e.at) AS at FROM events e
    WHERE e.chain = r.number AND e.to_state IS NOT NULL AND e.type NOT LIKE 'opinion.%'
) AS moved CROSS JOIN LATERAL ({_OURS}) AS ours
WHERE r.state = ANY({{}}) GROUP BY r.state
UNION ALL SELECT 'compensation.' || state, count(*), min(COALESCE(decided_at, proposed_at)), 0, 0,
       NULL, NULL
FROM compensations WHERE state IN ('proposed', 'approved') GROUP BY state
"""  # noqa: S608 - pieces of our own
_HELD = """
SELECT count(*) AS count, min(e.at) AS oldest_at
FROM returns r LEFT JOIN events e ON e.chain = r.number AND e.sequence = r.event_count
WHERE r.on_hold AND r.state NOT IN ('closed', 'declined', 'withdrawn')
"""
_ON_TOP = "compensation."
_OVER = {Headline.CLOSED, Headline.DECLINED, Headline.WITHDRAWN}
# What is wanted is named, and not what is not: that alone an index finds.
_NOT_OVER = [str(state) for state in Headline if state not in _OVER]
# Approved, it waits for a person where no provider is called for it, or for its payment (blocked).
_REFUNDS = """
SELECT CASE WHEN f.state = 'approved' AND (p.provider = 'external' OR f.manual_reason IS NOT NULL)
            THEN 'by_hand'
            WHEN f.state = 'approved' AND f.blocked_since IS NOT NULL THEN 'blocked'
            ELSE f.state END AS state, f.currency, count(*) AS count,
       min(COALESCE(f.decided_at, f.proposed_at)) AS oldest_at,
       sum(COALESCE(f.amount, f.proposed))::bigint AS amount,
       count(*) FILTER (WHERE f.state = 'proposed' AND f.first_at IS NOT NULL) AS approved_once,
       min(f.first_at) FILTER (WHERE f.state = 'proposed') AS oldest_approved_once
FROM refunds f JOIN payments p ON p.id = f.payment WHERE f.state = ANY({}) GROUP BY 1, 2
"""
_QUARANTINE = """
SELECT count(*) FILTER (WHERE state = 'quarantined') AS count,
       min(quarantined_at) FILTER (WHERE state = 'quarantined') AS oldest_at,
       count(*) FILTER (WHERE state = 'matched') AS to_count_in,
       min(matched_at) FILTER (WHERE state = 'matched') AS oldest_match
FROM parcels WHERE state = 'quarantined' OR state = 'matched' AND counted_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many wait in one state, and since when the one that waits longest."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWaits:
    """Returns, refunds and compensations by state; what is owed by currency in minor units.

    Approved refunds that a person pays stand under `by_hand`, those that their payment keeps from
    being sent under `blocked`.

    `to_act` are of the returns those that somebody of ours can go on with: no customer is to choose
    what becomes of them, no appeal is to be heard, not all units wait for a second opinion.
    `appeals` are those of the returns in review that wait for another person; `second_approvals`
    the refunds that one person has approved where it takes two.
    """

    returns: Mapping[str, Waiting]
    appeals: Waiting
    to_act: Mapping[str, Waiting]
    refunds: Mapping[str, Waiting]
    second_approvals: Waiting
    compensations: Mapping[str, Waiting]
    owed: Mapping[str, int]


async def what_is_held() -> Waiting:
    """Count the returns that are on hold: shipped although they were cancelled."""
    row = (await rows(_HELD))[0]
    return Waiting(count=row["count"], oldest_at=row["oldest_at"])


async def what_waits() -> WhatWaits:
    """Count what waits for somebody, by two statements."""
    returns: dict[str, Waiting] = {}
    to_act: dict[str, Waiting] = {}
    on_top: dict[str, Waiting] = {}
    none = Waiting(count=0, oldest_at=None)
    appeals = none
    for row in await rows(_RETURNS, _NOT_OVER):
        waiting = Waiting(count=row["count"], oldest_at=row["oldest_at"])
        if row["state"].startswith(_ON_TOP):
            on_top[row["state"].removeprefix(_ON_TOP)] = waiting
        else:
            returns[row["state"]] = waiting
            to_act[row["state"]] = Waiting(count=row["to_act"], oldest_at=row["act_at"])
        if row["state"] == Headline.IN_REVIEW:
            appeals = Waiting(count=row["appeals"], oldest_at=row["oldest_appeal_at"])
    refunds: dict[str, Waiting] = {}
    owed: dict[str, int] = {}
    second = none
    for row in await rows(_REFUNDS, [str(state) for state in OPEN]):
        one = Waiting(count=row["count"], oldest_at=row["oldest_at"])
        refunds[row["state"]] = together((refunds.get(row["state"], none), one))
        once = Waiting(count=row["approved_once"], oldest_at=row["oldest_approved_once"])
        second = together((second, once))
        owed[row["currency"]] = owed.get(row["currency"], 0) + row["amount"]
    return WhatWaits(
        returns=returns,
        appeals=appeals,
        to_act=to_act,
        refunds=refunds,
        second_approvals=second,
        compensations=on_top,
        owed=owed,
    )


async def parcels_waiting() -> tuple[Waiting, Waiting]:
    """Count the parcels nobody announced: those nobody knows, and those matched but not opened."""
    row = (await rows(_QUARANTINE))[0]
    return (
        Waiting(count=row["count"], oldest_at=row["oldest_at"]),
        Waiting(count=row["to_count_in"], oldest_at=row["oldest_match"]),
    )


def together(them: Iterable[Waiting]) -> Waiting:
    """Add up what waits in several heaps; the oldest of all is the oldest."""
    heaps = list(them)
    moments = [one.oldest_at for one in heaps if one.oldest_at is not None]
    return Waiting(count=sum(one.count for one in heaps), oldest_at=min(moments, default=None))
