"""Control: refunds that move on, refunds of the dashboard, and what the account holds."""

from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from returns_engine.sandbox.provider.books import Books, Resource
from returns_engine.sandbox.provider.refund_moves import (
    ask_customer,
    fail_refund,
    fill_balance,
    hold_refund,
    succeed_refund,
    void_refund,
)
from returns_engine.sandbox.provider.refunds import create_refund
from returns_engine.sandbox.provider.refusals import bad_parameter
from returns_engine.sandbox.provider.trace_numbers import make_reversal


class RefundNamed(Struct, kw_only=True, forbid_unknown_fields=True):
    """One refund, and why it fails or waits where it does."""

    refund: str
    failure_reason: str | None = None
    pending_reason: str | None = None


class DashboardOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """A refund that somebody makes by hand; without an amount all that is left."""

    payment_intent: str
    amount: int | None = None


class BalanceOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the account holds in a currency; null is more than enough."""

    currency: str
    available: int | None


@post("/refunds/succeed", status_code=200)
async def let_refund_succeed(
    data: JSONBody[RefundNamed], books: NamedDependency[Books]
) -> Resource:
    """Settle a pending refund, or one that waited for its customer."""
    return succeed_refund(books, data.refund)


@post("/refunds/fail", status_code=200)
async def let_refund_fail(data: JSONBody[RefundNamed], books: NamedDependency[Books]) -> Resource:
    """Fail a refund, a succeeded one too."""
    return fail_refund(books, data.refund, data.failure_reason or "unknown")


@post("/refunds/pending", status_code=200)
async def let_refund_wait(data: JSONBody[RefundNamed], books: NamedDependency[Books]) -> Resource:
    """Put a refund on its way whose customer did what was asked."""
    return hold_refund(books, data.refund, data.pending_reason or "processing")


@post("/refunds/requires-action", status_code=200)
async def let_customer_act(data: JSONBody[RefundNamed], books: NamedDependency[Books]) -> Resource:
    """Let a refund wait for its customer; a succeeded one was bounced by the bank."""
    return ask_customer(books, data.refund)


@post("/refunds/cancel", status_code=200)
async def cancel_by_hand(data: JSONBody[RefundNamed], books: NamedDependency[Books]) -> Resource:
    """Cancel a refund that has not arrived."""
    return void_refund(books, data.refund)


@post("/refunds/reversal", status_code=200)
async def let_refund_be_reversal(
    data: JSONBody[RefundNamed], books: NamedDependency[Books]
) -> Resource:
    """Let a refund turn out as a reversal of its payment: no trace number will come."""
    return make_reversal(books, data.refund)


@post("/refunds/dashboard")
async def refund_by_hand(data: JSONBody[DashboardOrder], books: NamedDependency[Books]) -> Resource:
    """Make a refund in the provider's dashboard: it carries no metadata of ours."""
    params: dict[str, Any] = {"payment_intent": data.payment_intent}
    params["reason"] = "requested_by_customer"
    if data.amount is not None:
        params["amount"] = str(data.amount)
    return create_refund(books, params)


@post("/balance", status_code=200)
async def say_balance(
    data: JSONBody[BalanceOrder], books: NamedDependency[Books]
) -> dict[str, Any]:
    """Say what the account holds; answers what is left, and the refunds that it paid at last."""
    if data.available is not None and data.available < 0:
        raise bad_parameter("available is 0 or more.", "available")
    currency = data.currency.lower()
    paid = fill_balance(books, currency, data.available)
    return {
        "currency": currency,
        "available": books.balances.get(currency),
        "paid": [refund["id"] for refund in paid],
    }
