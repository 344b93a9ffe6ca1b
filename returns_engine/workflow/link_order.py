"""A guest's order is given to the account that its customer made later, after a check (3, 5)."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import transaction
from returns_engine.tables.orders import Order, OrderContact
from returns_engine.texts.words import mark
from returns_engine.workflow.contacts import normalized_contact
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import Conflict, NotFound, StaleVersion, refuse_field

LONGEST_ACCOUNT = 128
_LINKED = mark("This order belongs to an account already.")
_ERASED = mark("The customer's data was erased; there is nothing to check against.")
_DIFFERS = mark("This is neither the e-mail address nor the phone number of the order.")
_TOO_LONG = mark("This is longer than an account's id can be.")


async def link_order(
    order_number: str,
    *,
    account_id: str,
    contact: str,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Link an order to an account; `contact` is what the customer named, and must be the order's.

    An equal address alone never links (3): a person does, and says how they checked. The record
    holds what was compared and never the account, which goes with the contact when it is erased.
    Raises NotFound, StaleVersion, Conflict `already_linked` or `person_erased`, and Unprocessable
    `contact_differs`.
    """
    async with transaction():
        order = (
            await Order.select(Order.id, Order.country, Order.version)
            .where(Order.number == order_number)
            .first()
            .lock_rows("NO KEY UPDATE")
        )
        if order is None:
            raise NotFound("order")
        if expected_version is not None and order["version"] != expected_version:
            raise StaleVersion(order["version"])
        held = await OrderContact.select().where(OrderContact.order == order["id"]).first()
        if held is None:
            raise Conflict("person_erased", _ERASED)
        if held["account_id"] is not None:
            raise Conflict("already_linked", _LINKED)
        if len(account_id) > LONGEST_ACCOUNT:
            raise refuse_field("too_long", _TOO_LONG, "/account_id")
        named = normalized_contact(contact, order["country"])
        compared = next((one for one in ("email", "phone") if held[one] == named), None)
        if compared is None:
            raise refuse_field("contact_differs", _DIFFERS, "/contact")
        await OrderContact.update({"account_id": account_id}).where(OrderContact.id == held["id"])
        await Order.update({"version": order["version"] + 1}).where(Order.id == order["id"])
        event = NewEvent(type="order.linked", data={"compared": compared}, text=reason)
        await record_in_chain(order_chain(order_number), event, actor=actor, now=now)
