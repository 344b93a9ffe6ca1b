"""What a caller may see: for a customer whatever is not of their order does not exist."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response

from returns_engine.queries.refunds import read_refund
from returns_engine.queries.return_view import order_of_decision, order_of_return, read_return
from returns_engine.web.answers import address_of, resource
from returns_engine.web.api.bodies import InspectedBody, UnitsBody
from returns_engine.web.who import Caller
from returns_engine.workflow.refusals import FieldRefusal, NotFound, Unprocessable

_MOST_UNITS = 10**6


async def require_return(number: str, caller: Caller) -> None:
    """Raise NotFound for a return that is not there, or not the customer's."""
    order_number = await order_of_return(number)
    if order_number is None or not caller.sees_order(order_number):
        raise NotFound("return")


async def require_decision(decision_id: UUID, caller: Caller) -> None:
    """Raise NotFound for a decision that is not there, or not about the customer's order."""
    order_number = await order_of_decision(decision_id)
    if order_number is None or not caller.sees_order(order_number):
        raise NotFound("decision")


def refund_id_of(text: str) -> UUID:
    """Return the id of a refund in an address; raises NotFound for what can be none."""
    return _id_of(text, "refund")


def replacement_id_of(text: str) -> UUID:
    """Return the id of a replacement in an address; raises NotFound for what can be none."""
    return _id_of(text, "replacement")


def decision_id_of(text: str) -> UUID:
    """Return the id of a decision in an address; raises NotFound for what can be none."""
    return _id_of(text, "decision")


def message_id_of(text: str) -> UUID:
    """Return the id of a message in an address; raises NotFound for what can be none."""
    return _id_of(text, "mail")


def photo_id_of(text: str) -> UUID:
    """Return the id of a photo in an address; raises NotFound for what can be none."""
    return _id_of(text, "photo")


def _id_of(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what) from None


async def return_answer(number: str, caller: Caller, *, made: bool = False) -> Response[bytes]:
    """Answer with a return as it stands now, as the caller may see it.

    `made` where it is new, or something in it that has no address of its own.
    """
    found = await read_return(number, for_staff=not caller.is_customer)
    if found is None:
        raise NotFound("return")
    return resource(found, made_at=address_of("returns", number) if made else None)


async def refund_answer(refund_id: UUID) -> Response[bytes]:
    """Answer with a refund as it stands now."""
    found = await read_refund(refund_id)
    if found is None:
        raise NotFound("refund")
    return resource(found)


def refuse_bad_units(lines: Sequence[UnitsBody | InspectedBody]) -> None:
    """Raise Unprocessable for no lines at all, and for quantities that are none."""
    if not lines:
        raise Unprocessable("no_lines", "At least one line must be named.", _fault("", "no_lines"))
    faults = [
        _fault(f"/{place}/quantity", "quantity_below_1" if line.quantity < 1 else "too_many_units")
        for place, line in enumerate(lines)
        if not 1 <= line.quantity <= _MOST_UNITS
    ]
    if faults:
        raise Unprocessable(faults[0].code, faults[0].detail, *faults)


_DETAILS = {
    "no_lines": "At least one line must be named.",
    "quantity_below_1": "A quantity is 1 or more.",
    "too_many_units": f"A quantity is at most {_MOST_UNITS}.",
}


def _fault(pointer: str, code: str) -> FieldRefusal:
    return FieldRefusal(pointer=f"/lines{pointer}", code=code, detail=_DETAILS[code])
