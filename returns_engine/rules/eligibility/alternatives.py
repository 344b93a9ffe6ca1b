"""What is open instead, where the return comes too late (41, 47)."""

from collections.abc import Iterator
from datetime import date

from returns_engine.rules.decision import Alternative
from returns_engine.rules.eligibility.calendar_days import years_later
from returns_engine.rules.eligibility.case import Case
from returns_engine.rules.eligibility.parcels import Standing
from returns_engine.rules.words import ReturnKind


def alternatives(case: Case) -> tuple[Alternative, ...]:
    """Return the warranty, with its last day, for late units that it still covers.

    Of several late units the one whose warranty ends first counts.
    """
    if case.kind is not ReturnKind.RETURN or not case.under_warranty:
        return ()
    still_covered = [day for day in _last_days(case) if day >= case.clock.today]
    if not still_covered:
        return ()
    return (Alternative(kind=ReturnKind.WARRANTY.value, last_day=min(still_covered)),)


def _last_days(case: Case) -> Iterator[date]:
    for units in case.judged:
        late = units.standing in {Standing.LATE, Standing.LATE_BY_ESTIMATE}
        if late and units.delivery is not None:
            inherited = case.line.warranty_until
            yield inherited or years_later(units.delivery.day, case.policy.warranty.years)
