"""What the demo starts with: people, a warehouse, orders, and their payments at the sandbox."""

import json
from datetime import datetime
from typing import Any

import httpx

from returns_engine.documents.order import OrderDocument
from returns_engine.documents.reading import read_document
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role, Scope
from returns_engine.sandbox.item_pictures import with_pictures
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.sandbox.sample_orders import UNANNOUNCED, sample_orders
from returns_engine.sandbox.sample_tenders import DECLINED, LESS_AT_BANK, OTHERWISE_AT_BANK
from returns_engine.tables.engine import the_engine
from returns_engine.tables.orders import Order
from returns_engine.tables.reference import Warehouse
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.keep_staff import add_staff
from returns_engine.workflow.make_api_key import make_api_key
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel

PASSWORD = "returns-demo"  # noqa: S105 - printed for whoever tries the demo on their own machine
STAFF = {
    Role.SUPPORT: ("sam@ekr.example", "Sam Ito"),
    Role.WAREHOUSE: ("wanda@ekr.example", "Wanda Okafor"),
    Role.FINANCE: ("finn@ekr.example", "Finn Baker"),
    Role.MANAGER: ("mara@ekr.example", "Mara Lind"),
    Role.ADMINISTRATOR: ("ada@ekr.example", "Ada Novak"),
}

_MOVE_PICTURES = r"""
UPDATE order_lines SET image_url = $1 || sku WHERE image_url ~ '^http://127\.0\.0\.1:\d+/pictures/'
"""


def logins() -> list[dict[str, str]]:
    """Return who can sign in at /admin, with what password and role."""
    return [
        {"email": email, "password": PASSWORD, "name": name, "role": str(role)}
        for role, (email, name) in STAFF.items()
    ]


async def seed(sandbox: str, now: datetime) -> list[SampleOrder]:
    """Add what is missing here and at the sandbox, and return the sample orders."""
    await _seed_staff(now)
    await _seed_warehouse()
    orders = sample_orders(now)
    for order in orders:
        if not await Order.exists().where(Order.number == order.number):
            await put_order(with_pictures(order, sandbox), now)
            if order.number == UNANNOUNCED:
                await _leave_parcel(now)
    await move_pictures(sandbox)
    await _tell_payments(sandbox, orders)
    await _let_one_fail(sandbox, orders)
    return orders


async def put_order(order: SampleOrder, now: datetime) -> None:
    """Import a sample order just as the API would."""
    document = read_document(json.dumps(order.document).encode(), OrderDocument)
    await import_order(order.number, document, expected_version=None, actor=SYSTEM, now=now)


async def move_pictures(sandbox: str) -> None:
    """Let the items of the times before have their pictures at the sandbox of now."""
    await the_engine().fetch_rows(_MOVE_PICTURES, f"{sandbox}/pictures/")


async def _leave_parcel(now: datetime) -> None:
    """Leave a parcel at the dock that nobody announced."""
    found = FoundParcel(
        tracking_number="1Z999AA10123456719",
        sender="NOOR HADDAD\nChicago",
        contents="Seat covers, black, for a Ford F-150. No papers inside.",
        note="Stood at dock 7 this morning.",
    )
    await take_in_parcel(found, actor=SYSTEM, now=now)


async def _seed_staff(now: datetime) -> None:
    for role, (email, name) in STAFF.items():
        try:
            await add_staff(email=email, name=name, password=PASSWORD, roles=[role], now=now)
        except Conflict:
            # Somebody tried the demo in this folder before.
            continue


async def _seed_warehouse() -> None:
    if await Warehouse.exists().where(Warehouse.code == "CHI"):
        return
    await Warehouse.insert(
        Warehouse(
            code="CHI",
            name="EKR Returns",
            line1="4400 W Lake St, Dock 7",
            city="Chicago",
            region="IL",
            postal_code="60624",
            country="US",
        )
    )


async def _tell_payments(sandbox: str, orders: list[SampleOrder]) -> None:
    """Register every payment that the sandbox does not know, new or kept from the last time.

    One is told with less than the shop says, for somebody to see what then is done.
    """
    other = _payment_of(OTHERWISE_AT_BANK, orders)
    less = {other["reference"]: other["amount"] - LESS_AT_BANK}
    rows = await the_engine().fetch_rows(
        "SELECT p.reference, p.captured, o.currency FROM payments p"
        ' JOIN orders o ON o.id = p."order"'
        " WHERE p.provider = 'stripe' AND p.captured > 0"
    )
    async with httpx.AsyncClient(base_url=sandbox) as client:
        ledger = (await client.get("/_test/ledger")).raise_for_status().json()
        known = {one["payment_intent"] for one in ledger["items"]}
        for row in rows:
            if row["reference"] in known:
                continue
            await tell_payment(
                client,
                {
                    "reference": row["reference"],
                    "amount": less.get(row["reference"], row["captured"]),
                    "currency": row["currency"],
                },
            )


async def _let_one_fail(sandbox: str, orders: list[SampleOrder]) -> None:
    """Let the bank decline the first refund of one order, for somebody to see what then is done."""
    reference = _payment_of(DECLINED, orders)["reference"]
    fault = {
        "on": "refunds.create",
        "mode": "declined",
        "times": 1,
        "match": {"payment_intent": reference},
    }
    async with httpx.AsyncClient(base_url=sandbox) as client:
        (await client.post("/_test/faults", json=fault)).raise_for_status()


def _payment_of(number: str, orders: list[SampleOrder]) -> dict[str, Any]:
    """Return the one payment of a sample order, as the sandbox is told it."""
    (order,) = [one for one in orders if one.number == number]
    return order.stripe_payments()[0]


async def tell_payment(client: httpx.AsyncClient, payment: dict[str, Any]) -> None:
    """Tell the sandbox of one captured payment."""
    answer = await client.post("/_test/payments", json=payment)
    answer.raise_for_status()


async def demo_keys(tag: str, now: datetime) -> dict[str, str]:
    """Make the keys that one walk needs: the shop's, the bench's and finance's."""
    wanted = {
        "shop": ([Scope.ORDERS_WRITE], None),
        "bench": (
            [Scope.RETURNS_READ, Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE],
            STAFF[Role.WAREHOUSE][0],
        ),
        "finance": (
            [Scope.RETURNS_READ, Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE],
            STAFF[Role.FINANCE][0],
        ),
    }
    return {
        name: await make_api_key(name=f"{tag}-{name}", scopes=scopes, staff_email=staff, now=now)
        for name, (scopes, staff) in wanted.items()
    }
