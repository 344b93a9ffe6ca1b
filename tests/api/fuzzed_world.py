"""A shop in the middle of its day, for calls that nobody thought of: something in every state."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from piccolo.apps.user.tables import BaseUser

from returns_engine.rules.words import Role, Scope
from returns_engine.tables.access import StaffRole
from returns_engine.workflow.make_api_key import make_api_key
from tests.api.conftest import Api
from tests.api.journey import found, print_label
from tests.api.orders import asked, line, order, request

EVERYTHING = "everything"
ORDER = "EKR-1001"
UNSHIPPED = ("EKR-1002", "EKR-1003")
ONE_UNIT = {"lines": [{"line_id": "L1", "quantity": 1}]}
GOOD = {"lines": [found()]}
FAULTY = {"lines": [found(found_cause="sewing")]}


@dataclass
class World:
    """What is there, by the parameter that names it in an address."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, parameter: str, *values: str) -> None:
        self.names.setdefault(parameter, []).extend(values)


async def make_world(api: Api) -> World:
    """Fill the database through the API; return what can be named, and add a key for everything."""
    api.keys[EVERYTHING] = await _key_for_everything()
    world = World()
    await _orders(api, world)
    await _returns_on_their_way(api, world)
    await _settled(api, world)
    await _replaced(api, world)
    await _refused(api, world)
    await _found_at_the_dock(api, world)
    return world


async def _key_for_everything() -> str:
    """A key of somebody who has every role, and has not inspected anything yet."""
    email = f"{EVERYTHING}@example.com"
    user = BaseUser(
        username=email, password="pbkdf2_sha256$1$none$none", email=email, active=True, admin=True
    )
    await user.save()
    await StaffRole.insert(*[StaffRole(staff=user.id, role=str(role)) for role in Role])
    return await make_api_key(
        name=EVERYTHING, scopes=set(Scope), staff_email=email, now=datetime.now(UTC)
    )


async def _orders(api: Api, world: World) -> None:
    shipment = order()["shipments"][0] | {"lines": [{"line_id": "L1", "quantity": 40}]}
    payment = order()["payments"][0] | {"captured": 10**7}
    await api.put_order(lines=[line(quantity=40)], payments=[payment], shipments=[shipment])
    world.add("order_number", ORDER, *UNSHIPPED)
    one = {"kind": "out_of_stock", "lines": [{"line_id": "L1", "quantity": 1}]}
    for number in UNSHIPPED:
        reference = f"pi_{number}"
        await api.put_order(number, reference=reference, shipments=[], status="processing")
        offered = await _post(api, "support", f"/orders/{number}/choices", one)
        world.add("choice_id", offered["id"])


async def _returns_on_their_way(api: Api, world: World) -> None:
    approved = await _asked(api, "changed_mind")
    await print_label(approved, b"%PDF-1.4 a label")
    received = await _asked(api, "changed_mind")
    await _post(api, "bench", f"/returns/{received}/receipts", ONE_UNIT)
    world.add("number", approved, received, await _asked(api, "defective"))
    written = await _post(api, "support", f"/returns/{approved}/messages", {"message": "Hello."})
    shown = await api.by("support").get(f"/returns/{written['number']}/messages")
    world.add("message_id", *[one["id"] for one in shown.json()["items"]])


async def _settled(api: Api, world: World) -> None:
    for _ in range(4):
        number = await _asked(api, "defective")
        await _post(api, "support", f"/returns/{number}/approve", {})
        await _post(api, "bench", f"/returns/{number}/receipts", ONE_UNIT)
        shown = await _post(api, "bench", f"/returns/{number}/inspections", FAULTY)
        world.add("number", number)
        world.add("refund_id", *[one["id"] for one in shown["refunds"]])
        world.add("compensation_id", *[one["id"] for one in shown["compensations"]])


async def _replaced(api: Api, world: World) -> None:
    for _ in range(3):
        number = await _asked(api, "wrong_item", resolution="replacement")
        await _post(api, "support", f"/returns/{number}/approve", {})
        await _post(api, "bench", f"/returns/{number}/receipts", ONE_UNIT)
        shown = await _post(api, "bench", f"/returns/{number}/inspections", GOOD)
        world.add("replacement_id", *[one["id"] for one in shown["replacements"]])


async def _refused(api: Api, world: World) -> None:
    too_many = request(ORDER, asked(quantity=500))
    answer = await api.by("support").post("/returns", json=too_many)
    assert answer.status_code == 422, answer.text
    world.add("decision_id", answer.json()["decision_id"])


async def _found_at_the_dock(api: Api, world: World) -> None:
    for contents in ("Seat covers, black", "A box"):
        parcel = await _post(api, "bench", "/parcels", {"contents": contents, "sender": "Dana"})
        world.add("parcel_id", parcel["id"])


async def _asked(api: Api, reason: str, **changes: Any) -> str:
    wish = request(ORDER, asked(reason=reason), **changes)
    return (await _post(api, "support", "/returns", wish))["number"]


async def _post(api: Api, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.by(who).post(path, json=body)
    assert answer.is_success, answer.text
    return answer.json()
