"""What a payment has left: worked out by the database, in one place (the view payment_balances)."""

from dataclasses import dataclass

from returns_engine.tables.engine import the_engine

_BALANCE = """
SELECT captured, disputed, reserved, outside, balance FROM payment_balances WHERE payment = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One payment, in minor units; `balance` is what is left, below zero where too much is gone.

    `reserved` is held by refunds of ours (`refund_states.RESERVING`), `outside` by refunds that
    were made at the provider without us.
    """

    captured: int
    disputed: int
    reserved: int
    outside: int
    balance: int


async def payment_balance(payment_id: int) -> Balance:
    """Return the balance of a payment by its row id."""
    row = await the_engine().fetch_row(_BALANCE, payment_id)
    if row is None:
        raise LookupError(f"There is no payment {payment_id}.")
    return Balance(**dict(row))
