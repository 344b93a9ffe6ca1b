"""What a row is called in the data browser, and which of its columns stand in the list.

A return is called by its RMA number and an order by its own, so that whoever reads another row
sees whose it is, instead of an id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import Column
from piccolo.columns.readable import Readable
from piccolo.table import Table

from returns_engine.tables.choices import Choice
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.events import Event
from returns_engine.tables.messages import Promise
from returns_engine.tables.orders import Order, OrderLine, Payment, Shipment
from returns_engine.tables.reference import ReplyTemplate, Warehouse
from returns_engine.tables.refunds import Refund
from returns_engine.tables.replacements import Replacement
from returns_engine.tables.returns import (
    Inspection,
    InspectionLine,
    Label,
    Receipt,
    Return,
    ReturnLine,
)

CALLED: Mapping[type[Table], tuple[str, Sequence[Column]]] = {
    BaseUser: ("%s", [BaseUser.username]),
    Warehouse: ("%s (%s)", [Warehouse.name, Warehouse.code]),
    ReplyTemplate: ("%s (%s)", [ReplyTemplate.name, ReplyTemplate.language]),
    Order: ("%s", [Order.number]),
    OrderLine: ("%s · %s", [OrderLine.order.number, OrderLine.title]),
    Payment: ("%s · %s %s", [Payment.order.number, Payment.provider, Payment.reference]),
    Shipment: ("%s · %s", [Shipment.order.number, Shipment.tracking_number]),
    Return: ("%s", [Return.number]),
    ReturnLine: ("%s · %s", [ReturnLine.return_.number, ReturnLine.order_line.title]),
    Label: ("%s", [Label.return_.number]),
    Receipt: ("%s · %s", [Receipt.return_.number, Receipt.received_at]),
    Inspection: ("%s · %s", [Inspection.return_.number, Inspection.inspected_at]),
    Refund: ("%s · %s", [Refund.return_.number, Refund.state]),
    Replacement: ("%s · %s", [Replacement.return_.number, Replacement.state]),
    Choice: ("%s · %s", [Choice.order.number, Choice.state]),
    Event: ("%s %s · %s", [Event.chain, Event.sequence, Event.type]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The columns of a list in their order, and whether the newest row comes first."""

    columns: Sequence[Column]
    newest_by: Column | None = None


LISTED: Mapping[type[Table], Listed] = {
    BaseUser: Listed(
        columns=[
            *(BaseUser.id, BaseUser.username, BaseUser.first_name, BaseUser.last_name),
            *(BaseUser.active, BaseUser.last_login),
        ]
    ),
    Warehouse: Listed(
        columns=[
            *(Warehouse.id, Warehouse.code, Warehouse.name, Warehouse.line1, Warehouse.city),
            *(Warehouse.region, Warehouse.postal_code, Warehouse.country, Warehouse.takes_returns),
        ]
    ),
    ReplyTemplate: Listed(
        columns=[
            *(ReplyTemplate.id, ReplyTemplate.name, ReplyTemplate.language),
            *(ReplyTemplate.text, ReplyTemplate.in_use),
        ]
    ),
    Return: Listed(
        columns=[
            *(Return.id, Return.number, Return.order, Return.kind, Return.state),
            *(Return.requested_at, Return.approved_at, Return.closed_at),
            *(Return.late, Return.on_hold, Return.overridden),
        ],
        newest_by=Return.id,
    ),
    ReturnLine: Listed(
        columns=[
            *(ReturnLine.id, ReturnLine.return_, ReturnLine.order_line, ReturnLine.reason),
            *(ReturnLine.resolution, ReturnLine.requested, ReturnLine.received),
            *(ReturnLine.accepted, ReturnLine.rejected, ReturnLine.refunded, ReturnLine.replaced),
        ],
        newest_by=ReturnLine.id,
    ),
    Label: Listed(
        columns=[
            *(Label.id, Label.return_, Label.warehouse, Label.carrier, Label.postage),
            *(Label.issued_at, Label.expires_at, Label.reminded),
        ],
        newest_by=Label.id,
    ),
    InspectionLine: Listed(
        columns=[
            *(InspectionLine.id, InspectionLine.return_line, InspectionLine.quantity),
            *(InspectionLine.grade, InspectionLine.verdict, InspectionLine.disposition),
            *(InspectionLine.found_cause, InspectionLine.note),
        ],
        newest_by=InspectionLine.id,
    ),
    Refund: Listed(
        columns=[
            *(Refund.id, Refund.return_, Refund.state, Refund.proposed, Refund.amount),
            *(Refund.currency, Refund.proposed_at, Refund.succeeded_at, Refund.last_error),
        ],
        newest_by=Refund.proposed_at,
    ),
    Order: Listed(
        columns=[
            *(Order.id, Order.number, Order.channel, Order.status, Order.placed_at),
            *(Order.currency, Order.country),
        ],
        newest_by=Order.id,
    ),
    Compensation: Listed(
        columns=[
            *(Compensation.id, Compensation.return_, Compensation.what, Compensation.state),
            *(Compensation.value, Compensation.currency, Compensation.proposed_at),
        ],
        newest_by=Compensation.proposed_at,
    ),
    Promise: Listed(
        columns=[
            *(Promise.id, Promise.return_, Promise.what, Promise.due),
            *(Promise.kept_at, Promise.broken_at),
        ],
        newest_by=Promise.id,
    ),
    Event: Listed(
        columns=[
            *(Event.id, Event.at, Event.chain, Event.sequence, Event.type, Event.actor_kind),
            *(Event.actor_id, Event.from_state, Event.to_state, Event.data),
        ],
        newest_by=Event.id,
    ),
}


def listed_as(table: type[Table]) -> dict[str, Any]:
    """Return how Piccolo Admin is to list a table, as arguments of its TableConfig."""
    from piccolo_api.crud.endpoints import OrderBy  # noqa: PLC0415 - loaded with the data browser

    listed = LISTED.get(table)
    if listed is None:
        return {}
    newest = listed.newest_by
    order = {} if newest is None else {"order_by": [OrderBy(column=newest, ascending=False)]}
    return {"visible_columns": list(listed.columns), **order}


def call_rows() -> None:
    """Tell Piccolo what a row of each table is called: it asks the table, and nobody else."""
    for table, (template, columns) in CALLED.items():
        readable = partial(Readable, template=template, columns=columns)
        table.get_readable = readable  # type: ignore[method-assign]  # a class's own
