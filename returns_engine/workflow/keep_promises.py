"""Bring the promises of a return in line with where it stands: made, kept, or released."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from returns_engine.rules.policy import Policy
from returns_engine.rules.promises import Owed, PromiseKind, PromiseTerms
from returns_engine.tables.engine import connection
from returns_engine.tables.messages import Promise
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


async def keep_promises(
    return_id: int,
    change: PromiseChange,
    held: Mapping[Owed, int],
    terms: PromiseTerms,
    *,
    now: datetime,
) -> list[NewEvent]:
    """Write the promises that `change` names and return what is to be recorded.

    `held` are the row ids of the promises that were open.
    """
    made = [_promise(return_id, one, terms, now) for one in sorted(change.made)]
    if made:
        await Promise.insert(*made)
    await _end("kept_at", [held[one] for one in change.kept], now)
    await _end("released_at", [held[one] for one in change.released], now)
    return [
        *(promise_event("promise.made", row.what, row.subject, row.due) for row in made),
        *(promise_event("promise.kept", one.what, one.subject) for one in sorted(change.kept)),
        *(
            promise_event("promise.released", one.what, one.subject)
            for one in sorted(change.released)
        ),
    ]


def _promise(return_id: int, promise: Owed, terms: PromiseTerms, now: datetime) -> Promise:
    days = terms.days[promise.what]
    return Promise(
        return_=return_id,
        what=str(promise.what),
        subject=promise.subject,
        made_at=now,
        due=end_of_business_day(now, days, terms.country, ZoneInfo(terms.zone)),
    )


async def _end(how: str, ids: Iterable[int], now: datetime) -> None:
    wanted = list(ids)
    if wanted:
        await connection().execute(
            f"UPDATE promises SET {how} = $2 WHERE id = ANY($1)",  # noqa: S608 - a column of ours
            wanted,
            now,
        )


def promise_event(kind: str, what: str, subject: str, due: datetime | None = None) -> NewEvent:
    """Return what is recorded of a promise; `due` where it is made."""
    data: dict[str, object] = {"what": str(what)}
    if subject:
        data["refund_id"] = subject
    if due is not None:
        data["due"] = due.isoformat()
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
