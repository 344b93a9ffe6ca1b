"""A customer asks to be forgotten: what names them goes, the money and the record stay."""

import re
from pathlib import Path
from typing import Any

import httpx

from returns_engine.cli.demo.seed import PASSWORD, STAFF
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.personal_data import orders_of
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.erase_order import Why, erase_order
from tests.journeys.orders import asked, bad, good, units
from tests.journeys.shop import Shop
from tests.whole_database import places_of

SAID = (
    "my uncle Ottokar",
    "ask for Ottilie",
    "a hair of Ottfried",
    "Otto is a difficult one",
    "1Z99OTTO99",
)


class TestErasure:
    async def test_of_a_whole_return_leaves_nobody_and_nothing_broken(self, shop: Shop):
        order = await shop.order(discount=0)
        customer = await shop.customer(order)
        number, refund = await _a_life(shop, order, customer)
        whose = (order.email, *SAID)
        assert len(await places_of(whose, shop.running.demo.database_url)) > len(whose)

        await _erase(shop, order)
        assert await places_of(whose, shop.running.demo.database_url) == set()
        await _the_bank_still_pays(shop, order, number, refund)
        await _everything_still_answers(shop, order, number, refund)
        assert await places_of(whose, shop.running.demo.database_url) == set()
        assert (await shop.send(customer, "GET", f"/orders/{order.number}")).status_code == 401


async def _a_life(shop: Shop, order: SampleOrder, customer: str) -> tuple[str, dict[str, Any]]:
    """Everybody writes something; half is accepted, and the bank takes its time."""
    case = await shop.ask(order, asked(2) | {"comment": SAID[0]}, who=customer)
    number = case["number"]
    await shop.state_is(number, "label_issued")
    await shop.post(customer, f"/returns/{number}/messages", {"message": SAID[1]})
    await shop.post("support", f"/returns/{number}/notes", {"note": SAID[3]})
    await shop.receive(number, units(quantity=2))
    photo = await shop.photo()
    inspected = await shop.inspect(number, good(1), bad(1, photo, note=SAID[2]))
    back = {"lines": [units()], "carrier": "ups", "tracking_number": SAID[4]}
    await shop.post("bench", f"/returns/{number}/send-back", back)
    await shop.goes_wrong(order, "pending")
    refund = await shop.refund(inspected)
    await shop.approve(refund)
    pending = await shop.refund_is(refund, "pending")
    await shop.mail(order, "inspected")
    return number, pending


async def _erase(shop: Shop, order: SampleOrder) -> None:
    demo = shop.running.demo
    async with engine_at(demo.database_url, pool_size=2):
        (found,) = await orders_of(email=order.email)
        await erase_order(
            found.id,
            why=Why.REQUESTED,
            photos=DirectoryPhotoStore(Path(demo.data_dir) / "photos"),
            actor=SYSTEM,
            now=demo.clock(),
            even_open=True,
        )
        report = await verify_chains()
    assert report.ok, report.problems


async def _the_bank_still_pays(
    shop: Shop, order: SampleOrder, number: str, refund: dict[str, Any]
) -> None:
    """Money on its way arrives; nobody is written to, and no job dies of it."""
    mails = len(await shop.mails(order))
    await shop.control("refunds/succeed", refund=refund["provider_refund_id"])
    paid = await shop.refund_is(refund, "succeeded")
    assert paid["amount"] == refund["amount"]
    await shop.control(
        "refunds/fail",
        refund=refund["provider_refund_id"],
        failure_reason="expired_or_canceled_card",
    )
    await shop.refund_is(refund, "failed")
    await shop.post("finance", f"/refunds/{refund['id']}/retry")
    again = await shop.refund_is(refund, "succeeded")
    assert again["provider_refund_id"] != refund["provider_refund_id"]
    assert len(await shop.mails(order)) == mails
    states = {one["state"] for one in (await shop.case(number))["refunds"]}
    assert states == {"succeeded"}


async def _everything_still_answers(
    shop: Shop, order: SampleOrder, number: str, refund: dict[str, Any]
) -> None:
    seen = await shop.get("manager", f"/orders/{order.number}")
    assert (seen["customer"], seen["shipping_address"]) == (None, None)
    assert (await shop.get("support", "/returns?limit=5"))["items"]
    told = [event["type"] for event in await shop.events(number)]
    assert "person.erased" in told
    label = await shop.send("support", "GET", f"/returns/{number}/label.pdf")
    assert (label.status_code, label.json()["code"]) == (409, "label_not_ready")
    again = await shop.send("shop", "PUT", f"/orders/{order.number}", dict(order.document))
    assert (again.status_code, again.json()["customer"]) == (200, None)
    who = {"order_number": order.number, "contact": order.email}
    assert (await shop.api.post("/order-lookups", json=who)).status_code == 202
    async with httpx.AsyncClient(base_url=shop.running.demo.web, timeout=60) as staff:
        await _sign_in(staff)
        for page in (
            f"/admin/returns/{number}",
            f"/admin/returns?q={number}",
            f"/admin/approvals/{refund['id']}",
            "/admin/approvals?show=done",
            f"/admin/bench/{number}",
            "/admin",
        ):
            answer = await staff.get(page)
            assert answer.status_code == 200, page
        case = await staff.get(f"/admin/returns/{number}")
        assert "data was erased" in case.text


async def _sign_in(staff: httpx.AsyncClient) -> None:
    page = await staff.get("/admin/sign-in")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    form = {
        "_csrf_token": token[1],
        "email": STAFF[Role.MANAGER][0],
        "password": PASSWORD,
        "next": "/admin",
    }
    answer = await staff.post("/admin/sign-in", data=form)
    assert answer.status_code == 303, answer.text
