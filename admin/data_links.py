"""From a row of the data browser to the page it belongs to, and from the page to its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from piccolo.columns import Column
from piccolo.table import Table

from admin.data import BY_NAME, PREFIX
from returns_engine.tables.choices import Choice, ChoiceLine
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.events import Event
from returns_engine.tables.messages import Promise
from returns_engine.tables.orders import (
    DeliveryEvidence,
    Order,
    OrderContact,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
)
from returns_engine.tables.refund_papers import CreditNote
from returns_engine.tables.refunds import Refund, RefundAttempt, RefundLine
from returns_engine.tables.replacements import Replacement
from returns_engine.tables.returns import (
    Consent,
    Inspection,
    InspectionLine,
    Label,
    LineComment,
    Receipt,
    ReceiptLine,
    Return,
    ReturnLine,
)
from returns_engine.web.who import Caller

_LONGEST_ID = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The kind of page a row belongs to: its address, and the column that tells which one."""

    address: str
    key: Column


def _of_return(key: Column) -> Page:
    return Page(address="/admin/returns/{}", key=key)


def _of_order(key: Column) -> Page:
    return Page(address="/admin/orders/{}", key=key)


def _of_refund(key: Column) -> Page:
    return Page(address="/admin/approvals/{}", key=key)


PAGES: Mapping[type[Table], Page] = {
    Return: _of_return(Return.number),
    ReturnLine: _of_return(ReturnLine.return_.number),
    LineComment: _of_return(LineComment.return_line.return_.number),  # type: ignore[union-attr]  # Piccolo types one step
    Label: _of_return(Label.return_.number),
    Promise: _of_return(Promise.return_.number),
    Receipt: _of_return(Receipt.return_.number),
    ReceiptLine: _of_return(ReceiptLine.receipt.return_.number),  # type: ignore[union-attr]  # Piccolo types one step
    Inspection: _of_return(Inspection.return_.number),
    InspectionLine: _of_return(InspectionLine.inspection.return_.number),  # type: ignore[union-attr]  # Piccolo types one step
    Consent: _of_return(Consent.return_line.return_.number),  # type: ignore[union-attr]  # Piccolo types one step
    Compensation: _of_return(Compensation.return_.number),
    Event: _of_return(Event.return_.number),
    Order: _of_order(Order.number),
    OrderLine: _of_order(OrderLine.order.number),
    OrderContact: _of_order(OrderContact.order.number),
    Payment: _of_order(Payment.order.number),
    Shipment: _of_order(Shipment.order.number),
    ShipmentLine: _of_order(ShipmentLine.shipment.order.number),  # type: ignore[union-attr]  # Piccolo types one step
    DeliveryEvidence: _of_order(DeliveryEvidence.shipment.order.number),  # type: ignore[union-attr]  # Piccolo types one step
    Refund: _of_refund(Refund.id),
    RefundLine: _of_refund(RefundLine.refund),
    RefundAttempt: _of_refund(RefundAttempt.refund),
    CreditNote: _of_refund(CreditNote.refund),
    Replacement: Page(address="/admin/replacements/{}", key=Replacement.id),
    Choice: Page(address="/admin/choices/{}", key=Choice.id),
    ChoiceLine: Page(address="/admin/choices/{}", key=ChoiceLine.choice),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page by its address, and what it is called."""

    address: str
    name: str


async def page_of(table: str, row: str, caller: Caller) -> FoundPage | None:
    """Return the page a row belongs to; None where there is none for `caller`."""
    shown = BY_NAME.get(table)
    page = PAGES.get(shown.table) if shown else None
    if shown is None or page is None or not caller.is_one_of(shown.readers):
        return None
    key = _id(row)
    if key is None:
        return None
    which = shown.table._meta.primary_key == key  # noqa: SLF001 - Piccolo tells it nowhere else
    found = await shown.table.select(page.key.as_alias("key")).where(which).first()
    if found is None or found["key"] is None:
        return None
    name = str(found["key"])
    return FoundPage(address=page.address.format(quote(name, safe="")), name=name)


async def row_of(table: str, name: str, caller: Caller) -> str | None:
    """Return the address of the row whose page is known by `name`; None where there is none."""
    shown = BY_NAME.get(table)
    page = PAGES.get(shown.table) if shown else None
    if shown is None or page is None or not caller.is_one_of(shown.readers):
        return None
    key = shown.table._meta.primary_key  # noqa: SLF001 - Piccolo tells it nowhere else
    found: Any = await shown.table.select(key.as_alias("id")).where(page.key == name).first()
    return None if found is None else f"{PREFIX}/#/{table}/{found['id']}/"


def _id(text: str) -> int | UUID | None:
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID:
        return int(text)
    try:
        return UUID(text)
    except ValueError:
        return None
