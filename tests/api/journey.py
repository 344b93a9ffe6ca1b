"""Bring a return as far as a test needs it, by the API alone; the worker's part is played here."""

from typing import Any
from uuid import UUID

from returns_engine.tables.engine import transaction
from returns_engine.tables.reference import Warehouse
from returns_engine.tables.returns import Label, LabelDocument, Return
from tests.api.conftest import Api
from tests.api.orders import request


async def opened(api: Api, **changes: Any) -> dict[str, Any]:
    """An order and an approved return of one unit of it."""
    await api.put_order()
    answer = await (await api.customer()).post("/returns", json=request(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def in_review(api: Api) -> dict[str, Any]:
    """A return that a person must look at: a fault of ours without photos."""
    await api.put_order()
    faulty = {"line_id": "L1", "quantity": 1, "reason": "defective"}
    answer = await (await api.customer()).post("/returns", json=request("EKR-1001", faulty))
    assert answer.json()["state"] == "in_review", answer.text
    return answer.json()


async def received(api: Api) -> dict[str, Any]:
    number = (await opened(api))["number"]
    answer = await api.by("bench").post(
        f"/returns/{number}/receipts", json={"lines": [{"line_id": "L1", "quantity": 1}]}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def found(**changes: Any) -> dict[str, Any]:
    """What the bench says of a good unit."""
    return {
        "line_id": "L1",
        "quantity": 1,
        "checks": {
            "as_received": True,
            "unused": True,
            "tags_attached": True,
            "original_packaging": True,
        },
        "grade": "A",
        "found_cause": None,
        "verdict": "accepted",
        "disposition": "restock",
        "note": None,
        "photo_ids": [],
    } | changes


async def proposed(api: Api) -> dict[str, Any]:
    """A refund that waits for finance."""
    number = (await received(api))["number"]
    answer = await api.by("bench").post(f"/returns/{number}/inspections", json={"lines": [found()]})
    assert answer.status_code == 201, answer.text
    refund_id = answer.json()["refunds"][0]["id"]
    shown = await api.by("finance").get(f"/refunds/{UUID(refund_id)}")
    assert shown.status_code == 200, shown.text
    return shown.json()


async def print_label(number: str, pdf: bytes) -> None:
    """Keep a label the way the worker does."""
    async with transaction():
        row = (
            await Return.select(Return.id, Return.requested_at)
            .where(Return.number == number)
            .first()
        )
        warehouse = Warehouse(
            code="W1",
            name="EKR",
            line1="1 Dock Rd",
            city="Chicago",
            postal_code="60601",
            country="US",
        )
        await warehouse.save()
        label = Label(
            return_=row["id"],
            warehouse=warehouse.id,
            carrier="ups",
            tracking_number="1Z12345E0205271688",
            postage="reimbursed",
            expires_at=row["requested_at"],
            issued_at=row["requested_at"],
        )
        await label.save()
        await LabelDocument.insert(LabelDocument(label=label.id, pdf=pdf))
