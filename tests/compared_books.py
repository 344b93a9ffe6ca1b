"""The day's comparison with the bank's account, done before a test of something else begins.

It asks about what differs. Where its hour strikes in the middle of a lost answer it settles that
refund before the test could see how it settles by itself.
"""

from datetime import UTC, datetime, timedelta

from returns_engine.tables.reconciliations import Reconciliation


async def note_compared(now: datetime) -> None:
    """Put the comparison of this day on record as done; one that is there already stays."""
    day = now.astimezone(UTC).date()
    if not await Reconciliation.exists().where(Reconciliation.day == day):
        since = now - timedelta(days=1)
        await Reconciliation(
            day=day, since=since, before=now, state="done", started_at=now, finished_at=now
        ).save()
