"""Control: payments to begin with, disputes, and the ledger that knows what money moved."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Struct

from returns_engine.sandbox.provider.books import Books, Resource
from returns_engine.sandbox.provider.disputes import open_dispute, update_dispute
from returns_engine.sandbox.provider.payments import METHODS, seed_payment
from returns_engine.sandbox.provider.refusals import bad_parameter


class PaymentOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """A captured payment to begin with, under the id that an order names."""

    reference: str
    amount: int
    currency: str
    method: str = "pm_card_visa"


class DisputeOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which payment is disputed; without an amount all of it."""

    payment_intent: str
    amount: int | None = None
    status: str = "needs_response"


class DisputeMove(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a dispute goes on; `won`, `lost`, `prevented` and `warning_closed` end it."""

    dispute: str
    status: str


@post("/payments")
async def make_payment(data: JSONBody[PaymentOrder], books: NamedDependency[Books]) -> Resource:
    """Put a captured payment on the books; the same once more changes nothing."""
    if data.amount < 1 or data.method not in METHODS:
        raise bad_parameter("A payment has an amount and a test method.", "method")
    return seed_payment(books, data.reference, data.amount, data.currency, data.method)


@post("/disputes")
async def dispute_payment(data: JSONBody[DisputeOrder], books: NamedDependency[Books]) -> Resource:
    """Open a dispute."""
    return open_dispute(books, data.payment_intent, data.amount, data.status)


@post("/disputes/update", status_code=200)
async def move_dispute(data: JSONBody[DisputeMove], books: NamedDependency[Books]) -> Resource:
    """Move a dispute on, or close it."""
    return update_dispute(books, data.dispute, data.status)


@get("/ledger")
async def read_ledger(
    books: NamedDependency[Books], payment_intent: FromQuery[str | None] = None
) -> dict[str, Any]:
    """Tell what money moved, by payment: the peer's own word, whatever our database says."""
    payments = reversed(books.newest_first("payment_intent"))
    wanted = [p for p in payments if payment_intent in (None, p["id"])]
    return {"items": [_account(books, payment) for payment in wanted]}


def _account(books: Books, payment: Resource) -> dict[str, Any]:
    charge = payment["latest_charge"]
    refunds = [] if charge is None else list(reversed(books.refunds_of(charge)))
    disputes = [d for d in books.newest_first("dispute") if d["charge"] == charge]
    return {
        "payment_intent": payment["id"],
        "currency": payment["currency"],
        "captured": payment["amount_received"],
        "refunded": sum(r["amount"] for r in refunds if r["status"] == "succeeded"),
        "refunds": refunds,
        "disputes": disputes[::-1],
    }
