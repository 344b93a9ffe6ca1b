"""A customer's word about when a parcel arrived, written down by staff with the reason (B-1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.documents.order_problems import moment_is_possible
from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.rules.words import Evidence
from returns_engine.tables.engine import transaction
from returns_engine.tables.orders import DeliveryEvidence, Order, Shipment
from returns_engine.workflow.delivery_evidence import better_evidence
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import NotFound, StaleVersion, refuse_field


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """The statement's row id, and whether the parcel's date is now the one that was stated."""

    id: int
    stands: bool


async def state_delivery(
    order_number: str,
    *,
    shipment_id: str,
    delivered_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> KeptStatement:
    """Keep a customer's statement; the parcel's date follows it in the customer's favour alone.

    What was decided before is not judged anew: a refused request can be asked again. Raises
    NotFound, StaleVersion, and Unprocessable `unknown_shipment`, `delivered_in_the_future` or
    `delivered_before_shipped`.
    """
    async with transaction():
        order = await _locked(order_number, expected_version)
        shipment = await _shipment(order["id"], shipment_id)
        _refuse_impossible(delivered_at, shipment, order, now)
        told = {
            "delivered_at": delivered_at,
            "delivery_evidence": str(Evidence.CUSTOMER_STATEMENT),
        }
        stands = better_evidence(shipment, told) == told
        row = DeliveryEvidence(
            shipment=shipment["id"],
            delivered_at=delivered_at,
            evidence=told["delivery_evidence"],
            source="staff",
            recorded_at=now,
            recorded_by=actor.person,
        )
        await row.save()
        if stands:
            values: dict[Any, Any] = dict(told)
            await Shipment.update(values).where(Shipment.id == shipment["id"])
            await Order.update({"version": order["version"] + 1}).where(Order.id == order["id"])
        data = {
            "evidence_id": row.id,
            "shipment_id": shipment_id,
            "delivered_at": utc_text(delivered_at),
            "stands": stands,
            "clause": "return.window",
        }
        event = NewEvent(type="delivery.stated", data=data, text=reason)
        await record_in_chain(order_chain(order_number), event, actor=actor, now=now)
        return KeptStatement(id=row.id, stands=stands)


async def _locked(order_number: str, expected_version: int | None) -> dict[str, Any]:
    row: dict[str, Any] | None = (
        await Order.select(Order.id, Order.placed_at, Order.version)
        .where(Order.number == order_number)
        .first()
        .lock_rows("NO KEY UPDATE")
    )
    if row is None:
        raise NotFound("order")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    return row


async def _shipment(order_id: int, shipment_id: str) -> dict[str, Any]:
    row: dict[str, Any] | None = (
        await Shipment.select()
        .where(Shipment.order == order_id, Shipment.shipment_id == shipment_id)
        .first()
    )
    if row is None:
        detail = "The order has no parcel of this id."
        raise refuse_field("unknown_shipment", detail, "/shipment_id")
    return row


def _refuse_impossible(
    delivered_at: datetime, shipment: dict[str, Any], order: dict[str, Any], now: datetime
) -> None:
    if not moment_is_possible(delivered_at):
        detail = "This moment cannot be judged."
        raise refuse_field("moment_out_of_range", detail, "/delivered_at")
    if delivered_at > now:
        detail = "A delivery that is still to come cannot be stated."
        raise refuse_field("delivered_in_the_future", detail, "/delivered_at")
    if delivered_at < (shipment["shipped_at"] or order["placed_at"]):
        detail = "Nothing arrives before it was sent."
        raise refuse_field("delivered_before_shipped", detail, "/delivered_at")
