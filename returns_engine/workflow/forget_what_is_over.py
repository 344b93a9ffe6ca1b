"""Remove what only served for a while: codes, tokens, counts, answers, drafts, sessions, mail."""

from datetime import datetime, timedelta

from returns_engine.queries.saved_draft import DRAFTS_KEPT
from returns_engine.tables.engine import connection, transaction

ANSWERS_KEPT = timedelta(hours=48)
COUNTS_KEPT = timedelta(days=1)
ACCESS_KEPT = timedelta(days=1)
MAIL_SET_ASIDE_KEPT = timedelta(days=30)

_OVER = (
    ("DELETE FROM idempotent_answers WHERE created_at < $1", ANSWERS_KEPT),
    ("DELETE FROM rate_limits WHERE window_start < $1", COUNTS_KEPT),
    ("DELETE FROM lookup_codes WHERE expires_at < $1", ACCESS_KEPT),
    ("DELETE FROM customer_tokens WHERE expires_at < $1", ACCESS_KEPT),
    ("DELETE FROM request_drafts WHERE saved_at < $1", DRAFTS_KEPT),
    (
        "DELETE FROM messages WHERE state = 'set_aside' AND settled_at < $1",
        MAIL_SET_ASIDE_KEPT,
    ),
    # Piccolo keeps the ends of sessions without a zone.
    ("DELETE FROM staff_sessions WHERE max_expiry_date < $1::timestamptz::timestamp", ACCESS_KEPT),
)


async def forget_what_is_over(*, now: datetime) -> None:
    """Delete rows whose time is over; contracts promise them for 24 hours at most."""
    async with transaction():
        for statement, kept in _OVER:
            await connection().execute(statement, now - kept)
