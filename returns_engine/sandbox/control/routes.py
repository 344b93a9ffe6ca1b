"""The control API as a whole, and how it says no."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from returns_engine.sandbox.control import (
    clock_calls,
    fault_calls,
    payment_calls,
    refund_calls,
    webhook_calls,
)
from returns_engine.sandbox.mailbox import Mailbox
from returns_engine.sandbox.provider.refusals import Refusal


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
        fault_calls.arm_fault,
        fault_calls.list_faults,
        fault_calls.disarm_faults,
        fault_calls.begin_chance,
        refund_calls.let_refund_succeed,
        refund_calls.let_refund_fail,
        refund_calls.let_refund_wait,
        refund_calls.let_customer_act,
        refund_calls.cancel_by_hand,
        refund_calls.let_refund_be_reversal,
        refund_calls.refund_by_hand,
        refund_calls.say_balance,
        payment_calls.make_payment,
        payment_calls.dispute_payment,
        payment_calls.move_dispute,
        payment_calls.read_ledger,
        clock_calls.move_clock,
        clock_calls.read_clock,
        webhook_calls.aim_webhooks,
        webhook_calls.list_webhooks,
        webhook_calls.release_webhooks,
        webhook_calls.send_webhook_again,
    ],
)
