"""Orders: taken in, and shown."""

from typing import Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.documents.order import OrderDocument
from returns_engine.queries.order_view import read_order
from returns_engine.rules.words import Scope
from returns_engine.web.answers import resource
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import puts, reads
from returns_engine.web.api.visible import sees_order
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.who import customer_or, needs
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.refusals import NotFound

_LONGEST_NUMBER = 100


@puts("/orders/{order_number:str}", needs(Scope.ORDERS_WRITE), takes=OrderDocument)
async def put_order(call: NamedDependency[Call], order_number: FromPath[str]) -> Response[bytes]:
    """Take an order in, or what is new about it."""
    _refuse_number(order_number)
    document = await call.read(OrderDocument)
    imported = await import_order(
        order_number,
        document,
        expected_version=call.expected_version(),
        actor=call.actor,
        now=call.now,
    )
    return await _order(order_number, call, status=201 if imported.created else 200)


def _refuse_number(order_number: str) -> None:
    if len(order_number) > _LONGEST_NUMBER:
        raise InvalidRequest(
            "invalid_request", f"An order number has up to {_LONGEST_NUMBER} characters."
        )


@reads("/orders/{order_number:str}", customer_or(Scope.RETURNS_READ))
async def get_order(call: NamedDependency[Call], order_number: FromPath[str]) -> Response[bytes]:
    """Show an order: its shipments, and per line what may still come back and until when."""
    if not sees_order(call.caller, order_number):
        raise NotFound("order")
    return await _order(order_number, call)


async def _order(order_number: str, call: Call, *, status: int = 200) -> Response[bytes]:
    found = await read_order(order_number, policy=call.services.policy, now=call.now)
    if found is None:
        raise NotFound("order")
    if call.caller.is_customer:
        found = found | {"payments": [without_reference(one) for one in found["payments"]]}
    return resource(found, status=status)


def without_reference(payment: dict[str, Any]) -> dict[str, Any]:
    """Leave out how the provider names a payment, which is no business of a customer's browser."""
    return {name: value for name, value in payment.items() if name != "reference"}


ORDERS = [put_order, get_order]
