"""Bring the promises of a return in line with where it stands: made, kept, or released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from returns_engine.queries.moments import utc_text
from returns_engine.rules.policy import Policy
from returns_engine.rules.promises import Owed, PromiseKind, PromiseTerms
from returns_engine.tables.one_statement import OneStatement
from returns_engine.workflow.business_days import end_of_business_day
from returns_engine.workflow.record_events import NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseChange:
    """What becomes of the promises of one return in this transaction."""

    made: frozenset[Owed]
    kept: frozenset[Owed]
    released: frozenset[Owed]

    @property
    def any(self) -> bool:
        """Tell whether anything becomes of them."""
        return bool(self.made or self.kept or self.released)


def keep_promises(
    statement: OneStatement,
    return_id: int,
    change: PromiseChange,
    held: Mapping[Owed, int],
    terms: PromiseTerms,
    *,
    now: datetime,
) -> list[NewEvent]:
    """Add the promises that `change` names to a statement; return what is to be recorded.

    `held` are the row ids of the promises that were open.
    """
    made = [(one, _due(one, terms, now)) for one in sorted(change.made)]
    if made:
        rows = [
            {
                "return_id": return_id,
                "what": str(one.what),
                "subject": one.subject,
                "made_at": now,
                "due": due,
            }
            for one, due in made
        ]
        statement.insert("promises", rows)
    _end(statement, "kept_at", [held[one] for one in change.kept], now)
    _end(statement, "released_at", [held[one] for one in change.released], now)
    return [
        *(promise_event("promise.made", one.what, one.subject, due) for one, due in made),
        *(promise_event("promise.kept", one.what, one.subject) for one in sorted(change.kept)),
        *(
            promise_event("promise.released", one.what, one.subject)
            for one in sorted(change.released)
        ),
    ]


def _due(promise: Owed, terms: PromiseTerms, now: datetime) -> datetime:
    days = terms.days[promise.what]
    return end_of_business_day(now, days, terms.country, ZoneInfo(terms.zone))


def _end(statement: OneStatement, how: str, ids: Sequence[int], now: datetime) -> None:
    if ids:
        statement.write(f"UPDATE promises SET {how} = {{}} WHERE id = ANY({{}})", now, ids)  # noqa: S608 - a column of ours


def promise_event(kind: str, what: str, subject: str, due: datetime | None = None) -> NewEvent:
    """Return what is recorded of a promise; `due` where it is made."""
    data: dict[str, object] = {"what": str(what)}
    if subject:
        data["refund_id"] = subject
    if due is not None:
        data["due"] = utc_text(due)
    return NewEvent(type=kind, data=data)


def promise_terms(policy: Policy) -> PromiseTerms:
    """Return what the policy promises, and by when."""
    return PromiseTerms(
        country=policy.home_country,
        zone=policy.zone.key,
        days={
            PromiseKind.ANSWER: policy.promises.answer_business_days,
            PromiseKind.INSPECTION: policy.promises.inspection_business_days,
            PromiseKind.REFUND_SENT: policy.refund.promise_business_days[1],
        },
    )


def terms_json(terms: PromiseTerms) -> dict[str, Any]:
    """Return the terms as a return keeps them."""
    return {
        "country": terms.country,
        "zone": terms.zone,
        "days": {str(what): days for what, days in terms.days.items()},
    }


def kept_terms(kept: Mapping[str, Any]) -> PromiseTerms | None:
    """Return the terms that a return keeps; None for one from before there were any."""
    if not kept:
        return None
    return PromiseTerms(
        country=kept["country"],
        zone=kept["zone"],
        days={PromiseKind(what): days for what, days in kept["days"].items()},
    )
