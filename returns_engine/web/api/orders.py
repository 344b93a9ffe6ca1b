"""Orders: taken in, shown, and when their parcels arrived."""

from typing import Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.documents.order import OrderDocument
from returns_engine.queries.order_view import order_is_there, read_order
from returns_engine.rules.words import Scope
from returns_engine.web.answers import address_of, json_answer, resource
from returns_engine.web.api.bodies import DeliveryEvidenceBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does, puts, reads
from returns_engine.web.api.shapes.orders import Order, StatedDelivery
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.who import customer_or, needs
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.state_delivery import KeptStatement, state_delivery

_LONGEST_NUMBER = 100
_STANDS = "The parcel's delivery date is now the one that was stated."
_KEPT_ASIDE = "It is kept on record; what we hold is better for the customer, and stands."


@puts(
    "/orders/{order_number:str}",
    needs(Scope.ORDERS_WRITE),
    takes=OrderDocument,
    answers=Order,
    refuses=(
        "inconsistent_order",
        "captured_lowered",
        "order_line_frozen",
        "payment_belongs_to_another_order",
    ),
)
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
    return await _order(order_number, call, made=imported.created)


def _refuse_number(order_number: str) -> None:
    if len(order_number) > _LONGEST_NUMBER:
        raise InvalidRequest(
            "invalid_request", f"An order number has up to {_LONGEST_NUMBER} characters."
        )


@reads("/orders/{order_number:str}", customer_or(Scope.RETURNS_READ), answers=Order)
async def get_order(call: NamedDependency[Call], order_number: FromPath[str]) -> Response[bytes]:
    """Show an order: its shipments, and per line what may still come back and until when."""
    if not call.caller.sees_order(order_number):
        raise NotFound("order")
    return await _order(order_number, call)


async def _order(order_number: str, call: Call, *, made: bool = False) -> Response[bytes]:
    found = await read_order(order_number, policy=call.services.policy, now=call.now)
    if found is None:
        raise NotFound("order")
    if call.caller.is_customer:
        found = for_customers(found)
    return resource(found, made_at=address_of("orders", order_number) if made else None)


def for_customers(order: dict[str, Any]) -> dict[str, Any]:
    """Leave out how the provider names a payment, and what colleagues wrote of a delivery."""
    return order | {
        "payments": [_without(payment, "reference") for payment in order["payments"]],
        "shipments": [_without(shipment, "evidence") for shipment in order["shipments"]],
    }


def _without(thing: dict[str, Any], left_out: str) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name != left_out}


@does(
    "/orders/{order_number:str}/delivery-evidence",
    needs(Scope.RETURNS_REVIEW),
    takes=DeliveryEvidenceBody,
    status=201,
    answers=StatedDelivery,
    refuses=(
        "unknown_shipment",
        "delivered_before_shipped",
        "delivered_in_the_future",
        "moment_out_of_range",
    ),
)
async def post_delivery_evidence(
    call: NamedDependency[Call], order_number: FromPath[str]
) -> Response[bytes]:
    """Write down when a customer says that a parcel arrived; the answer says whether it counts.

    An earlier statement, or a weaker word than we hold, is kept on record and changes nothing.
    """
    if not await order_is_there(order_number):
        raise NotFound("order")
    version = call.expected_version()
    body = await call.read(DeliveryEvidenceBody)
    kept = await state_delivery(
        order_number,
        shipment_id=body.shipment_id,
        delivered_at=body.delivered_at,
        reason=body.reason,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    order = await read_order(order_number, policy=call.services.policy, now=call.now)
    if order is None:
        raise NotFound("order")
    answer = {"evidence_id": kept.id, "stands": kept.stands, "says": _says(kept), "order": order}
    return json_answer(answer, version=order["version"], made_at=address_of("orders", order_number))


def _says(kept: KeptStatement) -> str:
    return _STANDS if kept.stands else _KEPT_ASIDE


ORDERS = [put_order, get_order, post_delivery_evidence]
