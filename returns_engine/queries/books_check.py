"""Hold the books against what they tell of: entries must add up to where their subject stands."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import loaded
from returns_engine.rules.ledger.standing import BookedRefund, refund_standing
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.engine import connection

_BATCH = 500

# Both sides are kept: a refund without entries, and entries whose refund is gone.
_REFUNDS = """
SELECT r.id, r.state, r.amount, r.items, r.tax, r.shipping, r.fees, r.external_reference,
       r.currency, COALESCE(e.subject, 'refund:' || r.id) AS subject,
       COALESCE(e.balances, '{}') AS balances
FROM refunds r FULL OUTER JOIN (
    SELECT subject, jsonb_object_agg(account || ' ' || currency, balance) AS balances
    FROM (SELECT subject, account, currency, sum(debit - credit) AS balance
          FROM ledger_entries WHERE subject LIKE 'refund:%' GROUP BY 1, 2, 3) by_account
    WHERE balance <> 0 GROUP BY subject
) e ON e.subject = 'refund:' || r.id
"""
# What else moves stands on one account and what balances it: what it took, here and there.
_OTHERS = """
SELECT COALESCE(x.subject, e.subject) AS subject FROM (
    SELECT 'outside:' || s.provider_refund_id AS subject, s.amount AS moved
    FROM outside_refunds s WHERE s.status IN ('pending', 'requires_action', 'succeeded')
      AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_refund_id = s.provider_refund_id
                      AND refund_reserves(r.state))
    UNION ALL SELECT 'dispute:' || id, disputed FROM payments WHERE provider = 'stripe'
    UNION ALL SELECT 'compensation:' || id, value FROM compensations WHERE state = 'given'
) x FULL OUTER JOIN (
    SELECT subject, abs(sum(debit - credit)) AS moved FROM ledger_entries
    WHERE subject NOT LIKE 'refund:%' AND account IN ('provider_balance', 'compensation')
    GROUP BY subject
) e ON e.subject = x.subject
WHERE COALESCE(x.moved, 0) <> COALESCE(e.moved, 0) ORDER BY 1
"""
_UNBALANCED = """
SELECT subject, movement FROM ledger_entries GROUP BY subject, movement, currency
HAVING sum(debit) <> sum(credit) ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbooked:
    """A refund whose entries do not add up to where it stands; `refund` is None if it is gone."""

    subject: str
    refund: UUID | None


async def misbooked_refunds() -> AsyncIterator[Misbooked]:
    """Give every refund that the books tell otherwise of; needs an open transaction."""
    async for row in connection().cursor(_REFUNDS, prefetch=_BATCH):
        if loaded(row["balances"]) != _expected(row):
            yield Misbooked(subject=row["subject"], refund=row["id"])


async def misbooked_others() -> list[str]:
    """Return outside refunds, disputes and compensations that the books tell otherwise of."""
    return [row["subject"] for row in await connection().fetch(_OTHERS)]


async def unbalanced_movements() -> list[tuple[str, int]]:
    """Return the movements whose debits are not their credits: their subject and number."""
    return [(row["subject"], row["movement"]) for row in await connection().fetch(_UNBALANCED)]


def booked_refund(row: Mapping[str, Any]) -> BookedRefund:
    """Return what the books need of a row of `refunds`."""
    return BookedRefund(
        state=RefundState(row["state"]),
        amount=row["amount"],
        items=row["items"],
        tax=row["tax"],
        shipping=row["shipping"],
        fees=row["fees"],
        paid_elsewhere=row["external_reference"] is not None,
    )


def _expected(row: Mapping[str, Any]) -> dict[str, int]:
    if row["id"] is None:
        return {}
    standing = refund_standing(booked_refund(row))
    return {f"{account} {row['currency']}": balance for account, balance in standing.items()}
