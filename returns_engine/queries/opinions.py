"""Second opinions: one, a list of them by when they were asked for, and how often they agree."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.approvals import names_of
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.queries.waiting import Waiting, together
from returns_engine.rules.lifecycle.opinion_states import OpinionCause, OpinionState

_SELECT = f"""
SELECT p.id, p.state, p.cause AS asked_because, p.quantity, p.worth, p.currency, p.photo_ids,
       p.asked_at, p.version, p.first_by, p.first_checks, p.first_grade, p.first_cause,
       p.first_disposition, p.first_note, p.first_clause, p.given_at, p.second_by,
       p.second_verdict, p.second_checks, p.second_grade, p.second_cause, p.second_note,
       p.decided_at, p.decided_by, p.decided_verdict, p.decision_note, r.number AS return_number,
       r.kind, r.state AS return_state, r.refusers, ol.title, ol.sku, ol.vehicle, rl.reason,
       rl.cause, rl.declared_condition, rl.photo_ids AS customer_photo_ids, c.text AS comment,
       {names_of("p.first_by", "p.second_by", "p.decided_by")}
FROM opinions p
JOIN returns r ON r.id = p.return_id
JOIN return_lines rl ON rl.id = p.return_line
JOIN order_lines ol ON ol.id = rl.order_line
LEFT JOIN line_comments c ON c.return_line = rl.id
"""  # noqa: S608 - pieces of our own
_PLACE = "(SELECT asked_at, id FROM opinions WHERE id = {})"
_BEYOND = {
    True: f"AND (p.asked_at, p.id) > {_PLACE} ",
    False: f"AND (p.asked_at, p.id) < {_PLACE} ",
}
_COUNTS = """
SELECT state, cause, count(*) AS count, min(COALESCE(given_at, asked_at)) AS oldest_at
FROM opinions WHERE state IN ('asked', 'disputed') GROUP BY state, cause
UNION ALL SELECT CASE state WHEN 'agreed' THEN 'agreed' ELSE 'differed' END, cause, count(*), NULL
FROM opinions WHERE given_at >= {} GROUP BY 1, 2
"""
_IS_ASKED = """
SELECT p.id FROM opinions p JOIN returns r ON r.id = p.return_id
WHERE r.number = {} AND p.state = 'asked' LIMIT 1
"""
_JSON = (
    *("photo_ids", "customer_photo_ids", "first_checks", "second_checks"),
    *("vehicle", "declared_condition", "refusers", "names"),
)
_FIRST = ("checks", "grade", "cause", "disposition", "note", "clause")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How many second opinions were given, and how many of them came to the first verdict."""

    agreed: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionCounts:
    """What waits for another person, what differs, and of those given how many agreed.

    Those `disputed` wait for a manager, those `disputed_on_appeal` for whoever hears the appeal.
    `agreed` of `given` counts the second opinions given since the day that was asked for;
    `by_cause` counts those for the value and those on appeal apart.
    """

    asked: Waiting
    disputed: Waiting
    disputed_on_appeal: Waiting
    by_cause: Mapping[OpinionCause, Agreement]

    @property
    def agreed(self) -> int:
        """Return how many agreed, for whatever cause."""
        return sum(one.agreed for one in self.by_cause.values())

    @property
    def given(self) -> int:
        """Return how many were given, for whatever cause."""
        return sum(one.given for one in self.by_cause.values())


async def count_opinions(*, since: datetime) -> OpinionCounts:
    """Count by one statement; the rate of agreement is over what was given from `since` on."""
    none = Waiting(count=0, oldest_at=None)
    found = {
        (row["state"], row["cause"]): Waiting(count=row["count"], oldest_at=row["oldest_at"])
        for row in await rows(_COUNTS, since)
    }
    by_cause = {}
    for cause in OpinionCause:
        agreed = found.get(("agreed", cause), none).count
        differed = found.get(("differed", cause), none).count
        by_cause[cause] = Agreement(agreed=agreed, given=agreed + differed)
    return OpinionCounts(
        asked=together(found.get(("asked", cause), none) for cause in OpinionCause),
        disputed=found.get(("disputed", OpinionCause.VALUE), none),
        disputed_on_appeal=found.get(("disputed", OpinionCause.APPEAL), none),
        by_cause=by_cause,
    )


async def read_opinion(opinion_id: UUID) -> dict[str, Any] | None:
    """Return one second opinion, or None; of the first verdict nothing until the second is in."""
    row = await first_row(_SELECT + "WHERE p.id = {}", opinion_id)
    return None if row is None else _shape(row)


async def opinion_is_asked(number: str) -> bool:
    """Tell whether a second opinion on something in this return waits to be given."""
    return await first_row(_IS_ASKED, number) is not None


async def list_opinions(
    *,
    states: Collection[OpinionState],
    cause: OpinionCause | None = None,
    since: datetime | None = None,
    limit: int,
    after: UUID | None = None,
    oldest_first: bool = True,
) -> Page:
    """Return a page of second opinions, by one statement; `after` is the last one before it.

    `cause` leaves out those asked for because of another, `since` those that were given before, and
    those that were not given.
    """
    values: list[object] = [[str(state) for state in states]]
    beyond = ""
    if cause is not None:
        beyond = "AND p.cause = {} "
        values.append(cause)
    if since is not None:
        beyond += "AND p.given_at >= {} "
        values.append(since)
    if after is not None:
        beyond += _BEYOND[oldest_first]
        values.append(after)
    way = "ASC" if oldest_first else "DESC"
    asked = f"WHERE p.state = ANY({{}}) {beyond}ORDER BY p.asked_at {way}, p.id {way} LIMIT {{}}"
    found = await rows(_SELECT + asked, *values, limit + 1)
    return page_of(found, limit, shape=_shape, place=lambda row: str(row["id"]))


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    one = {name: loaded(value) if name in _JSON else value for name, value in row.items()}
    names = one.pop("names") or {}
    vehicle = one.pop("vehicle") or {}
    parts = (vehicle.get("year"), vehicle.get("make"), vehicle.get("model"))
    one["car"] = " ".join(str(part) for part in parts if part)
    for who in ("first", "second", "decided"):
        one[f"{who}_name"] = names.get(str(one[f"{who}_by"]))
    if one["state"] == OpinionState.ASKED:
        # Whoever it is shown to may be about to give the second; who judged first is told apart.
        for name in _FIRST:
            one[f"first_{name}"] = None
        one["first_name"] = None
    return one
