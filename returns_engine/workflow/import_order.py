"""Take an order in, or what changed of it: amounts, kinds and dates are frozen copies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from returns_engine.documents.errors import FieldError
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.order_problems import number_problems, order_problems
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.orders import Order, OrderContact, OrderLine, Payment
from returns_engine.workflow.carry_on_refunds import carry_on_refunds
from returns_engine.workflow.correct_payment import (
    corrects_captured,
    corrects_currency,
    corrects_reference,
    say_what_it_leaves,
)
from returns_engine.workflow.erased_order import without_person
from returns_engine.workflow.import_shipments import import_shipments
from returns_engine.workflow.merge_rows import merge_rows, values_differ
from returns_engine.workflow.order_rows import (
    contact_values,
    line_values,
    order_values,
    payment_values,
)
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import (
    Conflict,
    FieldRefusal,
    StaleVersion,
    Unprocessable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder:
    """What became of an import; an import that changes nothing keeps the version."""

    created: bool
    version: int
    changed: bool


async def import_order(
    number: str,
    document: OrderDocument,
    *,
    expected_version: int | None,
    actor: Actor,
    now: datetime,
) -> ImportedOrder:
    """Create the order or bring it up to date, idempotently.

    Raises Unprocessable `inconsistent_order`, StaleVersion, and Conflict `captured_lowered`,
    `order_line_frozen` or `payment_belongs_to_another_order`.
    """
    refuse_inconsistent(number, document)
    async with transaction():
        await _refuse_foreign_payments(number, document)
        row, created = await _insert_or_lock(number, document, expected_version, now)
        try:
            changed = await _bring_up_to_date(row, document, now)
        except asyncpg.UniqueViolationError:
            raise _foreign_payment(0) from None
        version = row["version"]
        if changed and not created:
            version += 1
            await Order.update({"version": version, "imported_at": now}).where(
                Order.id == row["id"]
            )
        if changed or created:
            event = imported_event(number, created=created, version=version)
            await record_in_chain(order_chain(number), event, actor=actor, now=now)
    return ImportedOrder(created=created, version=version, changed=changed or created)


def imported_event(number: str, *, created: bool, version: int) -> NewEvent:
    """Return what the record says of an order that came in, or of what changed of it."""
    return NewEvent(
        type="order.imported" if created else "order.updated",
        data={"order_number": number, "version": version},
    )


def refuse_inconsistent(number: str, document: OrderDocument) -> None:
    """Refuse an order that contradicts itself (Unprocessable `inconsistent_order`)."""
    faults = [
        FieldRefusal(pointer=error.pointer, code=error.code, detail=error.detail)
        for error in (*_of_address(number, document), *order_problems(document))
    ]
    if document.order_number not in {None, number}:
        detail = "The number in the body is not the one in the address."
        faults.append(
            FieldRefusal(pointer="/order_number", code="order_number_differs", detail=detail)
        )
    if faults:
        raise Unprocessable("inconsistent_order", faults[0].detail, *faults)


def _of_address(number: str, document: OrderDocument) -> Iterator[FieldError]:
    """Give what is wrong with a number that the address alone says."""
    return number_problems(None if document.order_number == number else number)


def _foreign_payment(place: int) -> Conflict:
    detail = "This payment belongs to another order."
    code = "payment_belongs_to_another_order"
    pointer = f"/payments/{place}/reference"
    return Conflict(code, detail, FieldRefusal(pointer=pointer, code=code, detail=detail))


async def _refuse_foreign_payments(number: str, document: OrderDocument) -> None:
    foreign = await connection().fetchrow(
        "SELECT min(given.place) AS place FROM unnest($1::text[], $2::text[]) WITH ORDINALITY"
        " AS given (provider, reference, place)"
        " JOIN payments p USING (provider, reference)"
        ' JOIN orders o ON o.id = p."order" WHERE o.number <> $3',
        [payment.provider for payment in document.payments],
        [payment.reference for payment in document.payments],
        number,
    )
    if foreign["place"] is not None:
        raise _foreign_payment(foreign["place"] - 1)


async def _insert_or_lock(
    number: str, document: OrderDocument, expected_version: int | None, now: datetime
) -> tuple[dict[str, Any], bool]:
    inserted = []
    if expected_version is None:
        values = {"number": number, "imported_at": now, **order_values(document)}
        inserted = await Order.insert(Order(**values)).on_conflict(
            target=Order.number, action="DO NOTHING"
        )
    row = await Order.select().where(Order.number == number).first().lock_rows("NO KEY UPDATE")
    if row is None:
        raise StaleVersion(0)
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    return row, bool(inserted)


async def _bring_up_to_date(row: dict[str, Any], document: OrderDocument, now: datetime) -> bool:
    order_id = row["id"]
    frozen = await _lines_in_returns(order_id)
    erased = row["erased_at"] is not None
    if erased:
        document = without_person(document)
    changed = [
        await _update_order(row, document, frozen=bool(frozen)),
        not erased and await _update_contact(order_id, document),
        await _update_lines(order_id, document, frozen),
        await _update_payments(row, document),
        await import_shipments(order_id, document, asked_for=bool(frozen), now=now),
    ]
    return any(changed)


async def _lines_in_returns(order_id: int) -> set[str]:
    rows = await connection().fetch(
        "SELECT DISTINCT o.line_id FROM return_lines l JOIN order_lines o ON o.id = l.order_line"
        ' WHERE o."order" = $1',
        order_id,
    )
    return {row["line_id"] for row in rows}


async def _update_order(row: dict[str, Any], document: OrderDocument, *, frozen: bool) -> bool:
    values: dict[Any, Any] = order_values(with_known_dates(row, document))
    if frozen:
        for name in ("currency", "shipping", "shipping_tax", *_DATES):
            if row[name] not in {None, values[name]}:
                raise _frozen(f"/{name}")
    if not values_differ(row, values):
        return False
    await Order.update(values).where(Order.id == row["id"])
    return True


def with_known_dates(row: Mapping[str, Any], document: OrderDocument) -> OrderDocument:
    """Keep the dates we know where none is given: what was paid stays paid."""
    known = {name: getattr(document, name) or row[name] for name in _DATES}
    return msgspec.structs.replace(document, **known)


_DATES = ("placed_at", "paid_at", "confirmed_at", "production_started_at")


async def _update_contact(order_id: int, document: OrderDocument) -> bool:
    values: dict[Any, Any] = contact_values(document)
    row = await OrderContact.select().where(OrderContact.order == order_id).first()
    if row is None:
        await OrderContact.insert(OrderContact(order=order_id, **values))
        return True
    # What was bought as a guest stays linked where a person linked it (5).
    values["account_id"] = values["account_id"] or row["account_id"]
    if not values_differ(row, values):
        return False
    await OrderContact.update(values).where(OrderContact.id == row["id"])
    return True


def _frozen(pointer: str, detail: str = "") -> Conflict:
    detail = detail or "A return already refers to this order: this cannot change any more."
    fault = FieldRefusal(pointer=pointer, code="order_line_frozen", detail=detail)
    return Conflict("order_line_frozen", detail, fault)


def _line_frozen(line: dict[str, Any], line_id: str, changed: list[str]) -> Conflict:
    """Say what of a line cannot change; of its share of the discount another line is to blame."""
    if changed == ["net"]:
        return _frozen(
            "/discount",
            f"The discount would be split over the lines anew, and change what was paid for"
            f" {line_id}, to which a return already refers.",
        )
    names = ", ".join(name for name in changed if name != "net")
    return _frozen(
        f"/lines/{line['position']}",
        f"A return already refers to {line_id}: its {names} cannot change any more.",
    )


async def _update_lines(order_id: int, document: OrderDocument, frozen: set[str]) -> bool:
    wanted = line_values(document)
    rows = await OrderLine.select().where(OrderLine.order == order_id).output(load_json=True)
    held = {row["line_id"]: row for row in rows}
    for line_id in frozen:
        if line_id not in wanted:
            raise _frozen("/lines", f"A return already refers to {line_id}: it cannot go.")
        # Its place in the list and its picture are no part of what was sold.
        changed = [
            name
            for name, value in wanted[line_id].items()
            if name not in {"position", "image_url"} and held[line_id][name] != value
        ]
        if changed:
            raise _line_frozen(wanted[line_id], line_id, changed)
    gone = [row["id"] for line_id, row in held.items() if line_id not in wanted]
    if gone:
        await connection().execute("DELETE FROM shipment_lines WHERE order_line = ANY($1)", gone)
        await OrderLine.delete().where(OrderLine.id.is_in(gone))
    merged = await merge_rows(OrderLine, order_id, "line_id", held, wanted)
    return merged or bool(gone)


async def _update_payments(order: dict[str, Any], document: OrderDocument) -> bool:
    order_id, wanted = order["id"], payment_values(document)
    rows = await Payment.select().where(Payment.order == order_id).lock_rows("NO KEY UPDATE")
    held = {row["payment_id"]: row for row in rows}
    for payment_id, row in held.items():
        given = wanted.get(payment_id)
        if given is None:
            raise _captured_lowered(payment_id, "/payments")
        # The number alone is no amount: in another currency, what was captured would be gone.
        exchanged = row["captured"] and document.currency != order["currency"]
        if exchanged and not corrects_currency(row, document.currency):
            raise _captured_lowered(payment_id, "/currency")
        if given["captured"] < row["captured"] and not corrects_captured(row, given):
            raise _captured_lowered(payment_id, f"/payments/{given['position']}/captured")
        # Elsewhere, the money of this payment would be gone, and refunds would follow it there.
        moved = any(given[name] != row[name] for name in ("provider", "reference"))
        if row["captured"] and moved and not await corrects_reference(row, given):
            raise _captured_lowered(payment_id, f"/payments/{given['position']}/reference")
    changed = await merge_rows(Payment, order_id, "payment_id", held, wanted)
    for payment_id, row in held.items():
        if wanted[payment_id]["captured"] < row["captured"]:
            await say_what_it_leaves(order["number"], row, wanted[payment_id])
    if changed:
        await carry_on_refunds([row["id"] for row in rows])
    return changed


def _captured_lowered(payment_id: str, pointer: str) -> Conflict:
    detail = (
        f"What was captured by {payment_id} cannot be lowered, moved elsewhere, nor turned into"
        " another currency."
    )
    fault = FieldRefusal(pointer=pointer, code="captured_lowered", detail=detail)
    return Conflict("captured_lowered", detail, fault)
