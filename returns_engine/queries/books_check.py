"""Hold the books against the refunds: the entries of each must add up to where it stands."""

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
