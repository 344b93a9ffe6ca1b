"""The control API: faults, refunds settled or failed, disputes, the clock, the ledger."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Struct, field

from returns_engine.sandbox.faults import Fault, Faults, ImpossibleFault, Mode
from returns_engine.sandbox.mailbox import Mailbox
from returns_engine.sandbox.provider.books import Books, Resource
from returns_engine.sandbox.provider.disputes import open_dispute
from returns_engine.sandbox.provider.payments import CARDS, seed_payment
from returns_engine.sandbox.provider.refunds import fail_refund, succeed_refund
from returns_engine.sandbox.provider.refusals import Refusal, bad_parameter
from returns_engine.sandbox.provider.webhooks import WebhookSender
from returns_engine.sandbox.sandbox_clock import SandboxClock


class FaultOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to go wrong, in which call, how often, and for which requests alone."""

    on: str
    mode: Mode
    times: int = 1
    match: dict[str, str] = field(default_factory=dict)


class RefundNamed(Struct, kw_only=True, forbid_unknown_fields=True):
    """One refund, and why it fails where it does."""

    refund: str
    failure_reason: str | None = None


class DisputeOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which payment is disputed; without an amount all of it."""

    payment_intent: str
    amount: int | None = None
    status: str = "needs_response"


class ClockOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """How many seconds sandbox and engine are ahead of the real clock."""

    offset_seconds: int


class PaymentOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """A captured payment to begin with, under the id that an order names."""

    reference: str
    amount: int
    currency: str
    method: str = "pm_card_visa"


class WebhookOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks go; null sends none."""

    url: str | None


@post("/faults")
async def arm_fault(
    data: JSONBody[FaultOrder], faults: NamedDependency[Faults]
) -> list[dict[str, Any]]:
    """Arm a fault; answers all that are armed."""
    if data.times < 1:
        raise bad_parameter("A fault strikes once at least.", "times")
    try:
        faults.arm(Fault(on=data.on, mode=data.mode, times=data.times, match=data.match))
    except ImpossibleFault as impossible:
        raise bad_parameter(str(impossible), "on") from impossible
    return _shown(faults)


@get("/faults")
async def list_faults(faults: NamedDependency[Faults]) -> list[dict[str, Any]]:
    """List the faults that have not struck yet."""
    return _shown(faults)


@delete("/faults")
async def disarm_faults(faults: NamedDependency[Faults]) -> None:
    """Take all faults away."""
    faults.disarm()


@post("/refunds/succeed", status_code=200)
async def let_refund_succeed(
    data: JSONBody[RefundNamed], books: NamedDependency[Books]
) -> Resource:
    """Settle a pending refund."""
    return succeed_refund(books, data.refund)


@post("/refunds/fail", status_code=200)
async def let_refund_fail(data: JSONBody[RefundNamed], books: NamedDependency[Books]) -> Resource:
    """Fail a refund, a succeeded one too."""
    return fail_refund(books, data.refund, data.failure_reason or "unknown")


@post("/disputes")
async def dispute_payment(data: JSONBody[DisputeOrder], books: NamedDependency[Books]) -> Resource:
    """Open a dispute."""
    return open_dispute(books, data.payment_intent, data.amount, data.status)


@post("/payments")
async def make_payment(data: JSONBody[PaymentOrder], books: NamedDependency[Books]) -> Resource:
    """Put a captured payment on the books; the same once more changes nothing."""
    if data.amount < 1 or data.method not in CARDS:
        raise bad_parameter("A payment has an amount and a test card.", "method")
    return seed_payment(books, data.reference, data.amount, data.currency, data.method)


@post("/clock", status_code=200)
async def move_clock(
    data: JSONBody[ClockOrder], sandbox_clock: NamedDependency[SandboxClock]
) -> dict[str, Any]:
    """Set the offset; answers the time that it is now."""
    sandbox_clock.set_offset(data.offset_seconds)
    return _time(sandbox_clock)


@get("/clock")
async def read_clock(sandbox_clock: NamedDependency[SandboxClock]) -> dict[str, Any]:
    """Tell offset and time."""
    return _time(sandbox_clock)


@post("/webhooks", status_code=200)
async def aim_webhooks(
    data: JSONBody[WebhookOrder], webhooks: NamedDependency[WebhookSender]
) -> dict[str, Any]:
    """Send webhooks to another address from now on."""
    webhooks.url = data.url
    return {"url": webhooks.url}


@get("/webhooks")
async def list_webhooks(webhooks: NamedDependency[WebhookSender]) -> dict[str, Any]:
    """Tell how it went with each event that was sent."""
    return {"url": webhooks.url, "items": webhooks.deliveries}


@get("/ledger")
async def read_ledger(
    books: NamedDependency[Books], payment_intent: FromQuery[str | None] = None
) -> dict[str, Any]:
    """Tell what money moved, by payment: the peer's own word, whatever our database says."""
    payments = reversed(books.newest_first("payment_intent"))
    wanted = [p for p in payments if payment_intent in (None, p["id"])]
    return {"items": [_account(books, payment) for payment in wanted]}


@get("/messages")
async def list_messages(
    mailbox: NamedDependency[Mailbox], to: FromQuery[str | None] = None
) -> dict[str, Any]:
    """List what arrived, oldest first; `to` is one address."""
    return {"items": mailbox.messages(to)}


def answer_refusal(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, Any]]:
    """Answer a refusal of the books in the provider's own shape."""
    return Response(refusal.body(), status_code=refusal.status)


CONTROL = Router(
    "/_test",
    route_handlers=[
        arm_fault,
        list_faults,
        disarm_faults,
        let_refund_succeed,
        let_refund_fail,
        dispute_payment,
        make_payment,
        move_clock,
        read_clock,
        aim_webhooks,
        list_webhooks,
        read_ledger,
    ],
)


def _shown(faults: Faults) -> list[dict[str, Any]]:
    return [
        {"on": fault.on, "mode": fault.mode, "times": fault.times, "match": dict(fault.match)}
        for fault in faults.armed
    ]


def _time(clock: SandboxClock) -> dict[str, Any]:
    return {"offset_seconds": clock.offset, "now": clock.now()}


def _account(books: Books, payment: Resource) -> dict[str, Any]:
    charge = payment["latest_charge"]
    refunds = [] if charge is None else list(reversed(books.refunds_of(charge)))
    return {
        "payment_intent": payment["id"],
        "currency": payment["currency"],
        "captured": payment["amount_received"],
        "refunded": sum(r["amount"] for r in refunds if r["status"] == "succeeded"),
        "refunds": refunds,
    }
