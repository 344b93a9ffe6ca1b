"""A shop in which use cases are called one after the other, and what they left is looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.tables.refunds import Refund
from returns_engine.tables.returns import Return
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.import_order import ImportedOrder, import_order
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.request_return import Declined, Opened, request_return
from returns_engine.workflow.review_return import approve_return
from tests.workflow.orders import NOW, a_request, an_order, order_document

POLICY = load_policy(None)
DANA = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
BENCH = Actor(kind=ActorKind.STAFF, id="11", person=11)
FINANCE = Actor(kind=ActorKind.STAFF, id="22", person=22)
SUPPORT = Actor(kind=ActorKind.API_KEY, id="3", person=33)

Units = dict[str, int]


async def put_order(
    number: str = "EKR-1001",
    document: dict[str, Any] | None = None,
    *,
    expected_version: int | None = None,
    now: datetime = NOW,
) -> ImportedOrder:
    document = an_order() if document is None else document
    return await import_order(
        number,
        order_document(document),
        expected_version=expected_version,
        actor=SYSTEM,
        now=now,
    )


async def ask(
    *lines: dict[str, Any], actor: Actor = DANA, now: datetime = NOW, **changes: Any
) -> Opened | Declined:
    return await request_return(a_request(*lines, **changes), actor=actor, policy=POLICY, now=now)


async def opened(*lines: dict[str, Any], **changes: Any) -> str:
    """Ask, and return the number of the return that was opened."""
    answer = await ask(*lines, **changes)
    assert isinstance(answer, Opened), answer
    return answer.number


async def let_through(*lines: dict[str, Any], **changes: Any) -> str:
    """Ask, and let a person approve what waits for one: a fault without photos does."""
    number = await opened(*lines, **changes)
    if (await the_return(number))["state"] == "in_review":
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
    return number


async def receive(number: str, units: Units) -> None:
    lines = [ReceivedUnits(line_id=name, quantity=count) for name, count in units.items()]
    await receive_parcel(number, lines=lines, parcel_reference=None, actor=BENCH, now=NOW)


def good(line_id: str = "L1", quantity: int = 1, **changes: Any) -> InspectedUnits:
    values = {
        "checks": {"as_received": True, "unused": True},
        "grade": "A",
        "found_cause": None,
        "verdict": "accepted",
        "disposition": "restock",
        "note": None,
        "photo_ids": [],
    } | changes
    return InspectedUnits(line_id=line_id, quantity=quantity, **values)


async def inspect(number: str, *lines: InspectedUnits, actor: Actor = BENCH) -> None:
    await inspect_lines(number, lines=lines, policy=POLICY, actor=actor, now=NOW)


async def come_back(number: str, units: Units) -> list[dict[str, Any]]:
    """Take units in and accept them; return the refunds of the return, oldest first."""
    await receive(number, units)
    await inspect(number, *[good(name, count) for name, count in units.items()])
    return await refunds_of(number)


async def refunds_of(number: str) -> list[dict[str, Any]]:
    return (
        await Refund.select()
        .where(Refund.return_.number == number)
        .order_by(Refund.proposed_at)
        .order_by(Refund.payment)
    )


async def approve(refund_id: UUID, amount: int, *, actor: Actor = FINANCE, **changes: Any) -> None:
    values = {"note": None, "clause": None, "external_reference": None, "now": NOW} | changes
    await approve_refund(refund_id, amount=amount, policy=POLICY, actor=actor, **values)


async def record(
    refund_id: UUID, reference: str, *, actor: Actor = FINANCE, **changes: Any
) -> None:
    values = {"policy": POLICY, "now": NOW} | changes
    await record_refund(refund_id, external_reference=reference, actor=actor, **values)


async def the_return(number: str) -> dict[str, Any]:
    row = await Return.select().where(Return.number == number).first()
    assert row is not None
    return row


async def rows(sql: str, *values: object) -> Sequence[Any]:
    return await the_engine().fetch_rows(sql, *values)


async def value(sql: str, *values: object) -> Any:
    found = await the_engine().fetch_row(sql, *values)
    return None if found is None else found[0]
