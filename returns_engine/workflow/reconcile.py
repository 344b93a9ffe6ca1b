"""Compare our books with the provider's whole account (payments.md 2.8, step 7)."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderRefused,
    ProviderUnavailable,
)
from returns_engine.queries.compared_refunds import LINES, Period, to_ask, totals
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import DATABASE_FAILURES, the_engine
from returns_engine.workflow.mend_differences import MOST_ASKED, mend_differences
from returns_engine.workflow.note_broken_off import note_broken_off
from returns_engine.workflow.provider_listing import lay_out, provider_listing
from returns_engine.workflow.refusals import Conflict

log = structlog.get_logger()

LOOKS_BACK = timedelta(days=35)
"""What a run without a period covers: refunds fail up to 30 days after they succeeded (2.2)."""

_LOCK = "SELECT pg_try_advisory_lock(hashtext('reconcile'))"
_IS_DONE = "SELECT FROM reconciliations WHERE day = $1 AND state = 'done'"
# Whoever holds the lock is alone: what runs by its row was killed.
_OTHERS_BROKE_OFF = """
UPDATE reconciliations SET state = 'broken_off', finished_at = $1 WHERE state = 'running'
"""
# A day whose run was not answered, or was killed, is run again in its own row.
_BEGIN = """
INSERT INTO reconciliations (day, since, before, state, started_at, totals)
VALUES ($1, $2, $3, 'running', $4, '[]')
ON CONFLICT (day) DO UPDATE SET since = excluded.since, before = excluded.before,
    state = 'running', started_at = excluded.started_at, finished_at = NULL, error = NULL
RETURNING id
"""
_UNANSWERED = """
UPDATE reconciliations SET state = 'unanswered', finished_at = $2, error = $3 WHERE id = $1
"""
_BROKE_OFF = """
UPDATE reconciliations SET state = 'broken_off', finished_at = $2, error = $3 WHERE id = $1
"""
_KEEP_LINES = f"""
INSERT INTO reconciliation_lines (reconciliation, kind, currency, at_provider, in_books,
    status_at_provider, status_in_books, provider_refund_id, payment_reference, made_at, "order",
    refund)
SELECT $3, told.* FROM ({LINES}) told
"""  # noqa: S608 - pieces of our own
# A charge that gave back another sum than its refunds make: told when the payment was last heard.
_KEEP_SUMS = """
INSERT INTO reconciliation_lines (reconciliation, kind, currency, at_provider, in_books,
    payment_reference, "order")
SELECT $1, 'payment_total', o.currency, p.told_refunded, p.told_refunded - p.difference,
       p.reference, p."order"
FROM payments p JOIN orders o ON o.id = p."order"
WHERE p.difference <> 0 AND NOT EXISTS (
    SELECT FROM reconciliation_lines l WHERE l.reconciliation = $1
    AND l.payment_reference = p.reference
    AND l.kind NOT IN ('outside', 'paid_again', 'another_system'))
ORDER BY p.id
"""
_FINISH = """
UPDATE reconciliations SET state = 'done', finished_at = $2, refunds = $3, mended = $4,
    totals = $5::jsonb, error = $6, differing = (
        SELECT count(*) FROM reconciliation_lines l
        WHERE l.reconciliation = $1 AND l.kind NOT IN ('outside', 'another_system'))
WHERE id = $1 RETURNING differing, EXISTS (
    SELECT FROM jsonb_to_recordset(totals) AS total (at_provider bigint, in_books bigint)
    WHERE total.at_provider <> total.in_books) AS sums_differ
"""


async def reconcile(
    period: Period,
    *,
    payments: PaymentGateway,
    policy: Policy,
    clock: Clock,
    day: date | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Compare all refunds that were made in `period`; return the run's row id.

    What differs is asked about and compared once more; what is left is named line by line. Where
    the provider does not answer, the run says so and no line is written; what else ends it is
    raised, and the run has broken off. `progress` is told how many refunds came. Raises Conflict
    `reconciliation_running` while another is at it.
    """
    async with provider_listing() as desk:
        if not await desk.fetchval(_LOCK):
            raise Conflict("reconciliation_running", "Another reconciliation is running.")
        await desk.execute(_OTHERS_BROKE_OFF, clock())
        if day is not None and await desk.fetchrow(_IS_DONE, day) is not None:
            raise Conflict("reconciliation_done", f"That of {day} is done.")
        run: int = await desk.fetchval(_BEGIN, day, period.since, period.before, clock())
        async with _to_an_end(desk, run, clock):
            listed = payments.refunds_made(period.since, period.before)
            try:
                count = await lay_out(desk, listed, progress=progress)
            except (ProviderUnavailable, ProviderRefused) as error:
                await desk.execute(_UNANSWERED, run, clock(), str(error)[:255])
                log.warning("reconciliation_unanswered", run=run, error=str(error))
                return run
            asked, trouble = await _mend(desk, period, payments, policy, clock())
            left = {one.provider_refund_id for one in await to_ask(desk, period, most=MOST_ASKED)}
            async with _of_one_moment(desk):
                sums = json.dumps(await totals(desk, period))
                await desk.execute(_KEEP_LINES, period.since, period.before, run)
                await desk.execute(_KEEP_SUMS, run)
                end = await desk.fetchrow(
                    _FINISH, run, clock(), count, len(asked - left), sums, trouble
                )
        if end["differing"] or end["sums_differ"]:
            log.error("reconciliation_differs", run=run, lines=end["differing"])
    return run


@asynccontextmanager
async def _to_an_end(desk: asyncpg.Connection, run: int, clock: Clock) -> AsyncIterator[None]:
    """Let a run that is ended by an error have broken off, and the error go on to the caller.

    Where the database is gone with it, the next run says so, or whoever looks (note_broken_off).
    """
    try:
        yield
    except BaseException as error:
        # The message of a database error may quote a customer's data, so its kind alone is kept.
        kind = type(error).__name__
        log.warning("reconciliation_broken_off", run=run, error=kind)
        with suppress(*DATABASE_FAILURES):
            await desk.execute(_BROKE_OFF, run, clock(), kind)
        raise


@asynccontextmanager
async def _of_one_moment(desk: asyncpg.Connection) -> AsyncIterator[None]:
    """Open a transaction that sees one moment; what fails in it is heard, not the ROLLBACK."""
    opened = desk.transaction(isolation="repeatable_read")
    await opened.start()
    try:
        yield
    except BaseException:
        with suppress(*DATABASE_FAILURES):
            await opened.rollback()
        raise
    await opened.commit()


async def _mend(
    desk: asyncpg.Connection,
    period: Period,
    payments: PaymentGateway,
    policy: Policy,
    now: datetime,
) -> tuple[set[str], str | None]:
    """Return what was asked about, or what kept us from asking.

    The account was listed, so what differs can be named though it could not be mended.
    """
    try:
        asked = await mend_differences(desk, period, payments=payments, policy=policy, now=now)
    except (ProviderUnavailable, ProviderRefused) as error:
        return set(), str(error)[:255]
    return asked, None


def period_before(now: datetime, *, back: timedelta = LOOKS_BACK) -> Period:
    """Return the whole days in UTC up to the end of today, `back` before it begins."""
    begins = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return Period(since=begins - back, before=begins + timedelta(days=1))


async def reconcile_daily(*, payments: PaymentGateway, policy: Policy, clock: Clock) -> None:
    """Run the day's comparison once: again and again until it is done, and not after that."""
    await note_broken_off(now=clock())
    today = clock().astimezone(UTC).date()
    if await the_engine().fetch_row(_IS_DONE, today) is None:
        await reconcile_now(payments=payments, policy=policy, clock=clock, day=today)


async def reconcile_now(
    *, payments: PaymentGateway, policy: Policy, clock: Clock, day: date | None = None
) -> None:
    """Compare the usual period; while another comparison runs, that sees to it."""
    period = period_before(clock())
    with suppress(Conflict):
        await reconcile(period, payments=payments, policy=policy, clock=clock, day=day)
