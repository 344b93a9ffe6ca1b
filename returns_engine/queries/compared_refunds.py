"""Our books beside what the provider listed: every refund of a period, joined by the database.

What the provider listed lies in the temporary table `at_provider` of the caller's connection
(workflow/provider_listing.py), so a hundred thousand refunds never pass through this process. Only
money that moved counts: a refund that failed or was canceled, here or there, counts as 0. Canceled
at the provider, a refund of ours is failed here (settle_refund.TOLD), and no other state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from returns_engine.queries.rows import first_row

_ALIVE = "('pending', 'requires_action', 'succeeded')"
_DEAD = "('failed', 'canceled')"

# One row for each refund that is here or there; `kind` is null where both agree, or nothing moved.
# $1 and $2 are the period: it bounds what must be at the provider, whatever else was listed.
_COMPARED = f"""
listed AS (
    SELECT a.*, a.status IN {_ALIVE} AS alive, r.id AS ours, s.id AS outside, m.id AS marked_ours,
           COALESCE(r.amount, s.amount) AS known_amount,
           COALESCE(r.currency, s.currency) AS known_currency,
           COALESCE(r.state, s.status, m.state) AS known_status,
           CASE WHEN s.cause = 'paid_again' THEN s.marked END AS again,
           r.id IS NOT NULL AND a.status IN {_DEAD} AND r.state IN {_DEAD} AS both_dead,
           m.provider_refund_id IS NULL AND m.state IN ('submitting', 'unknown') AS m_waits,
           COALESCE(r.payment, s.payment, m.payment, p.id) AS payment
    FROM at_provider a
    -- What was paid by hand in the end is not the provider's, whatever try of it failed there.
    LEFT JOIN refunds r ON r.provider_refund_id = a.id AND r.external_reference IS NULL
    LEFT JOIN outside_refunds s ON s.provider_refund_id = a.id AND r.id IS NULL
    LEFT JOIN refunds m ON m.id = a.marked AND r.id IS NULL AND s.id IS NULL
    LEFT JOIN LATERAL (
        SELECT id FROM payments WHERE provider = 'stripe'
        AND reference IN (a.payment_reference, a.charge) ORDER BY id LIMIT 1
    ) p ON r.id IS NULL AND s.id IS NULL AND m.id IS NULL
),
compared AS (
    SELECT id AS provider_refund_id, payment_reference, made_at, payment,
           COALESCE(ours, marked_ours, again) AS refund,
           status AS status_at_provider, known_status AS status_in_books,
           CASE WHEN alive THEN amount ELSE 0 END AS at_provider, currency AS their_currency,
           CASE WHEN known_amount IS NOT NULL AND known_status IN {_ALIVE} THEN known_amount
                ELSE 0 END AS in_books,
           COALESCE(known_currency, currency) AS our_currency,
           CASE
               WHEN (amount, currency) <> (known_amount, known_currency) THEN 'amount'
               WHEN known_amount IS NOT NULL AND status <> known_status AND NOT both_dead
                   THEN 'status'
               WHEN again IS NOT NULL AND alive THEN 'paid_again'
               WHEN outside IS NOT NULL AND alive THEN 'outside'
               WHEN ours IS NOT NULL OR outside IS NOT NULL THEN NULL
               WHEN marked_ours IS NOT NULL AND (alive OR m_waits) THEN 'not_adopted'
               WHEN NOT alive THEN NULL
               WHEN payment IS NOT NULL THEN 'not_booked'
               ELSE 'another_system'
           END AS kind
    FROM listed
    UNION ALL
    SELECT r.provider_refund_id, p.reference, NULL, r.payment, r.id, NULL, r.state, 0, r.currency,
           r.amount, r.currency, 'not_at_provider'
    FROM refunds r JOIN payments p ON p.id = r.payment
    WHERE p.provider = 'stripe' AND r.state IN {_ALIVE} AND r.provider_refund_id IS NOT NULL
      AND r.external_reference IS NULL AND r.first_sent_at >= $1 AND r.first_sent_at < $2
      AND NOT EXISTS (SELECT FROM at_provider a WHERE a.id = r.provider_refund_id)
    UNION ALL
    SELECT s.provider_refund_id, p.reference, s.created_at, s.payment, NULL, NULL, s.status, 0,
           s.currency, s.amount, s.currency, 'not_at_provider'
    FROM outside_refunds s JOIN payments p ON p.id = s.payment
    WHERE s.status IN {_ALIVE} AND s.created_at >= $1 AND s.created_at < $2
      AND NOT EXISTS (SELECT FROM at_provider a WHERE a.id = s.provider_refund_id)
      AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_refund_id = s.provider_refund_id)
),
told AS (
    SELECT kind, their_currency AS currency, at_provider,
           CASE WHEN our_currency = their_currency THEN in_books ELSE 0 END AS in_books,
           status_at_provider, status_in_books, provider_refund_id, payment_reference, made_at,
           payment, refund
    FROM compared
    UNION ALL
    -- Money in two currencies has no difference: what we have stands in a line of its own.
    SELECT kind, our_currency, 0, in_books, status_at_provider, status_in_books,
           provider_refund_id, payment_reference, made_at, payment, refund
    FROM compared WHERE our_currency <> their_currency
)
"""  # noqa: S608 - pieces of our own

LINES = f"""
WITH {_COMPARED}
SELECT t.kind, t.currency, t.at_provider, t.in_books, t.status_at_provider, t.status_in_books,
       t.provider_refund_id, COALESCE(p.reference, t.payment_reference) AS payment_reference,
       t.made_at, p."order", t.refund
FROM told t LEFT JOIN payments p ON p.id = t.payment
WHERE t.kind IS NOT NULL ORDER BY t.kind, t.provider_refund_id
"""  # noqa: S608 - pieces of our own
"""What did not agree, as lines of a reconciliation; `$1` and `$2` are its period."""

_TOTALS = f"""
WITH {_COMPARED}
SELECT currency,
       COALESCE(sum(at_provider) FILTER (WHERE kind IS DISTINCT FROM 'another_system'), 0)::bigint
           AS at_provider,
       COALESCE(sum(in_books), 0)::bigint AS in_books,
       COALESCE(sum(at_provider) FILTER (WHERE kind = 'another_system'), 0)::bigint
           AS another_system
FROM told GROUP BY currency ORDER BY currency
"""  # noqa: S608 - pieces of our own

_EXPECTED = """
SELECT count(*) AS count FROM refunds
WHERE first_sent_at >= {} AND first_sent_at < {} AND provider_refund_id IS NOT NULL
"""

_TO_ASK = f"""
WITH {_COMPARED}
SELECT DISTINCT t.provider_refund_id, t.kind, p.reference
FROM told t JOIN payments p ON p.id = t.payment
WHERE t.kind NOT IN ('outside', 'paid_again', 'another_system') ORDER BY 1 LIMIT $3
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The moments that are compared: `since` <= moment < `before`."""

    since: datetime
    before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """A refund that does not agree, and the payment of ours to ask about."""

    provider_refund_id: str
    kind: str
    payment_reference: str


async def expected_refunds(period: Period) -> int:
    """Return how many refunds our own books have in a period: what a progress bar counts up to."""
    row = await first_row(_EXPECTED, period.since, period.before)
    return 0 if row is None else int(row["count"])


async def totals(desk: asyncpg.Connection, period: Period) -> list[dict[str, Any]]:
    """Return what moved, by currency: at the provider, in our books, and for other systems."""
    return [dict(row) for row in await desk.fetch(_TOTALS, period.since, period.before)]


async def to_ask(desk: asyncpg.Connection, period: Period, *, most: int) -> Sequence[ToAsk]:
    """Return what may agree once the provider was asked about it, `most` at most."""
    rows = await desk.fetch(_TO_ASK, period.since, period.before, most)
    return [_to_ask(row) for row in rows]


def _to_ask(row: Mapping[str, Any]) -> ToAsk:
    return ToAsk(
        provider_refund_id=row["provider_refund_id"],
        kind=row["kind"],
        payment_reference=row["reference"],
    )


def marked(metadata: Mapping[str, str]) -> UUID | None:
    """Return the id of ours that a refund of the provider carries, if it carries one."""
    try:
        return UUID(metadata.get("refund_id", ""))
    except ValueError:
        return None
