"""How fast we are, from our own numbers: what was promised, and when it was done.

A promise is made the moment it comes to be owed (a parcel arrives, a refund is approved) and kept
the moment it is done, so the time between the two is how long it took.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from returns_engine.queries.rows import rows
from returns_engine.rules.promises import PromiseKind

WINDOW = timedelta(days=90)
FEWEST = 20
"""Of fewer than this nothing is said: one of them would move the figure too far."""

# Only what fell due: of that we know how each ended, and what is slow is not left out. What is
# still not done has taken until now, at least. What is owed no more without being done took none.
_SQL = """
SELECT what, count(*) AS all_due, count(*) FILTER (WHERE kept_at <= due) AS in_time,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY took) AS nine_of_ten
FROM (
    SELECT what, due, kept_at, extract(epoch FROM COALESCE(kept_at, {}) - made_at) AS took
    FROM promises WHERE due >= {} AND due < {} AND made_at IS NOT NULL
        AND (kept_at IS NOT NULL OR released_at IS NULL)
) AS fell_due GROUP BY what
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long one kind of promise took, how many fell due, and how many were kept in time."""

    all_due: int
    in_time: int
    median: timedelta
    nine_of_ten: timedelta

    @property
    def enough(self) -> bool:
        """Tell whether there are enough to say anything."""
        return self.all_due >= FEWEST

    @property
    def percent_in_time(self) -> int:
        """Return the share kept in time in whole percent, never rounded up."""
        return 100 * self.in_time // self.all_due


async def how_fast(*, now: datetime) -> Mapping[PromiseKind, Pace]:
    """Return the pace of what fell due in the WINDOW before `now`, by one statement.

    A kind of which nothing fell due is missing.
    """
    found = {row["what"]: row for row in await rows(_SQL, now, now - WINDOW, now)}
    return {
        kind: Pace(
            all_due=found[kind]["all_due"],
            in_time=found[kind]["in_time"],
            median=timedelta(seconds=float(found[kind]["median"])),
            nine_of_ten=timedelta(seconds=float(found[kind]["nine_of_ten"])),
        )
        for kind in PromiseKind
        if kind in found
    }
