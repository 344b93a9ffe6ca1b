"""What in an order contradicts itself: readable, but not allowed (422 `inconsistent_order`)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from returns_engine.documents.currencies import CURRENCIES
from returns_engine.documents.errors import FieldError
from returns_engine.documents.order import OrderDocument

_MOST_MINOR_UNITS = 10**12
_MOST_UNITS = 10**6
# Calendar rules add years to a date and change its zone: both must stay within Python's calendar.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def order_problems(order: OrderDocument) -> list[FieldError]:
    """Return every contradiction in the order, with its JSON pointer; nothing, when all is well."""
    return [
        *number_problems(order.order_number),
        *_numbers_out_of_range(order),
        *_moments_out_of_range(order),
        *_ids_given_twice(order),
        *_shipment_problems(order),
        *_money_problems(order),
    ]


def moment_is_possible(moment: datetime) -> bool:
    """Tell whether a moment lies where calendar rules can be computed (1970 to 8999)."""
    return _EARLIEST <= moment < _LATEST


def number_problems(number: str | None) -> Iterator[FieldError]:
    """Refuse an order number that no address, scanner or person could name."""
    if number is not None and (
        "/" in number
        or number in {".", ".."}
        or not number.isprintable()
        or number != number.strip()
    ):
        detail = (
            "An order number stands in addresses: it has no / and no sign that cannot be seen, no"
            " blank at its ends, and is not . or .. alone."
        )
        yield _error("/order_number", "unnameable_number", detail)


def _numbers_out_of_range(order: OrderDocument) -> Iterator[FieldError]:
    for name in ("discount", "shipping", "shipping_tax"):
        yield from _amount(f"/{name}", getattr(order, name))
    for index, line in enumerate(order.lines):
        yield from _units(f"/lines/{index}/quantity", line.quantity)
        yield from _amount(f"/lines/{index}/unit_price", line.unit_price)
        yield from _amount(f"/lines/{index}/tax", line.tax)
    for index, payment in enumerate(order.payments):
        yield from _amount(f"/payments/{index}/captured", payment.captured)
    for index, shipment in enumerate(order.shipments):
        for row, shipped in enumerate(shipment.lines):
            yield from _units(f"/shipments/{index}/lines/{row}/quantity", shipped.quantity)


def _amount(pointer: str, amount: int) -> Iterator[FieldError]:
    if amount < 0:
        yield _error(pointer, "amount_below_0", "An amount is 0 or more.")
    if amount > _MOST_MINOR_UNITS:
        yield _error(pointer, "amount_too_large", f"An amount is at most {_MOST_MINOR_UNITS}.")


def _units(pointer: str, quantity: int) -> Iterator[FieldError]:
    if quantity < 1:
        yield _error(pointer, "quantity_below_1", "A quantity is 1 or more.")
    if quantity > _MOST_UNITS:
        yield _error(pointer, "quantity_too_large", f"A quantity is at most {_MOST_UNITS}.")


def _moments_out_of_range(order: OrderDocument) -> Iterator[FieldError]:
    moments = {
        "/placed_at": order.placed_at,
        "/paid_at": order.paid_at,
        "/confirmed_at": order.confirmed_at,
        "/production_started_at": order.production_started_at,
    }
    for index, shipment in enumerate(order.shipments):
        moments[f"/shipments/{index}/shipped_at"] = shipment.shipped_at
        moments[f"/shipments/{index}/delivered_at"] = shipment.delivered_at
    for index, payment in enumerate(order.payments):
        moments[f"/payments/{index}/refundable_until"] = payment.refundable_until
    for pointer, moment in moments.items():
        if moment is not None and not moment_is_possible(moment):
            detail = "A date lies between the years 1970 and 8999."
            yield _error(pointer, "date_out_of_range", detail)


def _ids_given_twice(order: OrderDocument) -> Iterator[FieldError]:
    lines = [line.line_id for line in order.lines]
    yield from _twice(lines, "/lines/{}/line_id", "line_id_twice")
    payments = [payment.payment_id for payment in order.payments]
    yield from _twice(payments, "/payments/{}/payment_id", "payment_id_twice")
    references = [(payment.provider, payment.reference) for payment in order.payments]
    yield from _twice(references, "/payments/{}/reference", "payment_reference_twice")
    shipments = [shipment.shipment_id for shipment in order.shipments]
    yield from _twice(shipments, "/shipments/{}/shipment_id", "shipment_id_twice")


def _twice(values: Sequence[object], pointer: str, code: str) -> Iterator[FieldError]:
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield _error(pointer.format(index), code, "This is given twice in the order.")
        seen.add(value)


def _shipment_problems(order: OrderDocument) -> Iterator[FieldError]:
    left = Counter({line.line_id: line.quantity for line in order.lines})
    for index, shipment in enumerate(order.shipments):
        for row, shipped in enumerate(shipment.lines):
            at = f"/shipments/{index}/lines/{row}"
            if shipped.line_id not in left:
                detail = "The order has no line of this id."
                yield _error(f"{at}/line_id", "unknown_line", detail)
                continue
            left[shipped.line_id] -= max(0, shipped.quantity)
            if left[shipped.line_id] < 0:
                detail = "More was shipped of this line than ordered."
                yield _error(f"{at}/quantity", "more_shipped_than_ordered", detail)


def _money_problems(order: OrderDocument) -> Iterator[FieldError]:
    if order.currency not in CURRENCIES:
        detail = "The currency is an ISO 4217 code in capital letters, such as USD."
        yield _error("/currency", "unknown_currency", detail)
    if not order.lines:
        yield _error("/lines", "no_lines", "An order has at least one line.")
    goods = sum(line.unit_price * line.quantity for line in order.lines)
    if order.discount > max(0, goods):
        yield _error("/discount", "discount_above_goods", "The discount is above the goods.")
    for index, line in enumerate(order.lines):
        if line.tax_included and line.tax > line.unit_price * line.quantity:
            detail = "A tax inside the price cannot be above it."
            yield _error(f"/lines/{index}/tax", "tax_above_price", detail)


def _error(pointer: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail)
