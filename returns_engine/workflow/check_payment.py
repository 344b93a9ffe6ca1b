"""Read a payment at the provider, compare it with our row, and keep what was found.

What the provider tells is a fact, whatever it leaves of the payment: a dispute may take more than
there was. A balance below zero lets no refund out and calls for a person (payments.md 2.8, step 8).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderPayment,
    UnknownAtProvider,
)
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.event_body import order_chain
from returns_engine.rules.money.payment_check import Mismatch, mismatch_of
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.orders import Payment
from returns_engine.workflow.carry_on_refunds import carry_on_refunds, release_after_dispute
from returns_engine.workflow.payment_balance import payment_balance
from returns_engine.workflow.post_ledger import post_disputes
from returns_engine.workflow.provider_readings import next_reading
from returns_engine.workflow.record_events import NewEvent, record_in_chain

log = structlog.get_logger()

# A payment that is named by its charge is told of by its PaymentIntent too.
_OURS = """
SELECT p.id, p.payment_id, p."order", p.reference, p.captured, p.disputed, p.disputed_lost,
       p.mismatch, p.reading, o.number AS order_number, o.currency
FROM payments p JOIN orders o ON o.id = p."order"
WHERE p.provider = 'stripe' AND p.reference = ANY($1)
ORDER BY p.id LIMIT 1 FOR NO KEY UPDATE OF p
"""


async def check_payment(
    reference: str, payments: PaymentGateway, *, now: datetime
) -> ProviderPayment | None:
    """Read one payment and keep what differs; None where the provider does not know it.

    No transaction is open during the call. Raises ProviderUnavailable and ProviderRefused.
    """
    number = await next_reading()
    try:
        told = await payments.read_payment(reference)
    except UnknownAtProvider:
        told = None
    names = [reference] if told is None else [reference, *([told.charge] if told.charge else [])]
    async with transaction():
        row = await connection().fetchrow(_OURS, names)
        if row is not None and row["reading"] < number:
            await _keep(row, told, number, now)
    return told


async def _keep(
    row: Mapping[str, Any], told: ProviderPayment | None, number: int, now: datetime
) -> None:
    mismatch = _mismatch(row, told)
    values: dict[Any, Any] = {
        "mismatch": mismatch and str(mismatch),
        "checked_at": now,
        "reading": number,
    }
    if told is not None:
        values |= {
            "disputed": told.amount_disputed,
            "disputed_lost": told.amount_lost,
            "told_captured": told.amount_received,
            "told_refunded": told.amount_refunded,
            "told_currency": told.currency,
        }
    if mismatch is None:
        values["verified_at"] = now
    await Payment.update(values).where(Payment.id == row["id"])
    if told is not None and (told.amount_disputed or row["disputed"]):
        await post_disputes(row["id"], lost=told.amount_lost, now=now)
    await _note(row, values, now)
    after = {**row, **values}
    if _contested(row) and not _contested(after):
        await release_after_dispute(row["id"])
    watched = ("disputed", "disputed_lost", "mismatch")
    if all(row[name] == after[name] for name in watched):
        return
    left = (await payment_balance(row["id"])).balance
    more = after["disputed"] - row["disputed"]
    say_if_overdrawn(row["order_number"], row["payment_id"], before=left + more, after=left)
    # What was lost is lost whatever is left: what waited for it hears so.
    if mismatch is None and (left >= 0 or row["disputed_lost"] != after["disputed_lost"]):
        await carry_on_refunds([row["id"]])


def _contested(payment: Mapping[str, Any]) -> bool:
    """Say whether a dispute of a payment is open; a won or lost one is over."""
    return bool(payment["disputed"] > payment["disputed_lost"])


def _mismatch(row: Mapping[str, Any], told: ProviderPayment | None) -> Mismatch | None:
    if told is None:
        return Mismatch.UNKNOWN_AT_PROVIDER
    return mismatch_of(
        ours=row["captured"],
        currency=row["currency"],
        captured=told.captured,
        told=told.amount_received,
        told_currency=told.currency,
    )


async def _note(row: Mapping[str, Any], values: Mapping[str, Any], now: datetime) -> None:
    """Put what changed on the record of the order, and call for a person where it is wrong."""
    about: dict[str, object] = {"payment_id": row["payment_id"], "currency": row["currency"]}
    mismatch = values["mismatch"]
    if mismatch != row["mismatch"]:
        kind = "payment.mismatch" if mismatch else "payment.verified"
        data = {
            **about,
            "captured": row["captured"],
            "told": values.get("told_captured"),
            "told_currency": values.get("told_currency"),
        }
        await _record(row, NewEvent(type=kind, reason=mismatch, data=data), now)
    if mismatch:
        log.error(
            "payment_mismatch",
            order=row["order_number"],
            payment=row["payment_id"],
            mismatch=mismatch,
        )
    disputed = values.get("disputed", row["disputed"])
    if disputed != row["disputed"]:
        data = {**about, "amount": disputed, "before": row["disputed"]}
        await _record(row, NewEvent(type="payment.disputed", data=data), now)


async def _record(row: Mapping[str, Any], event: NewEvent, now: datetime) -> None:
    await record_in_chain(order_chain(row["order_number"]), event, actor=SYSTEM, now=now)


def say_if_overdrawn(order: str, payment: str, *, before: int, after: int) -> None:
    """Call for a person where a payment has just gone below zero, or further below."""
    if after < 0 and after < before:
        log.error("payment_overdrawn", order=order, payment=payment, balance=after)
