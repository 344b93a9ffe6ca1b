"""Whatever is made is answered with 201 and with the address where it is read: walked."""

import httpx

from returns_engine.web.api.description.document import declared_in
from tests.api.conftest import Api
from tests.api.journey import found, opened
from tests.api.orders import asked, order, request
from tests.api.test_choices import OFFER, unshipped
from tests.api.test_delivery_evidence import LATER
from tests.api.test_messages import one_mail
from tests.api.things import USED
from tests.workflow.pictures import a_picture

PLAIN = "EKR-1001"


async def one_of_each(api: Api) -> dict[str, tuple[httpx.Response, httpx.AsyncClient]]:
    """Make one of everything that can be made; by its call the answer, and whom it was given to."""
    shop, support, bench = api.by("shop"), api.by("support"), api.by("bench")
    number = (await opened(api))["number"]
    mail = await one_mail(api, number)
    customer = await api.customer()
    refused = await customer.post("/returns", json=request(PLAIN, asked(declared_condition=USED)))
    decision = refused.json()["decision_id"]
    await unshipped(api, "EKR-1002")
    unit = {"lines": [{"line_id": "L1", "quantity": 1}]}
    picture = {"file": ("a.jpg", a_picture(), "image/jpeg")}
    at = f"/returns/{number}"
    calls = [
        ("put /orders/{order_number}", shop, "/orders/EKR-1003", order(reference="pi_3")),
        ("post /returns", support, "/returns", request("EKR-1003")),
        (
            "post /decisions/{decision_id}/ask-a-person",
            customer,
            f"/decisions/{decision}/ask-a-person",
            {"message": "Please look at it."},
        ),
        ("post /orders/{order_number}/choices", support, "/orders/EKR-1002/choices", OFFER),
        (
            "post /orders/{order_number}/delivery-evidence",
            support,
            f"/orders/{PLAIN}/delivery-evidence",
            LATER,
        ),
        ("post /returns/{number}/receipts", bench, f"{at}/receipts", unit),
        ("post /returns/{number}/inspections", bench, f"{at}/inspections", {"lines": [found()]}),
        (
            "post /returns/{number}/messages/{message_id}/resend",
            customer,
            f"{at}/messages/{mail}/resend",
            {},
        ),
        ("post /parcels", bench, "/parcels", {"sender": "Dana Reyes, 60601"}),
    ]
    answers = {
        call: (await client.request(call.partition(" ")[0], path, json=body), client)
        for call, client, path, body in calls
    }
    return answers | {"post /photos": (await customer.post("/photos", files=picture), customer)}


class TestEveryCreation:
    async def test_says_where_to_read_what_was_made(self, api: Api):
        made = await one_of_each(api)

        assert set(made) == {
            f"{method} {path.removeprefix('/api/v1')}"
            for path, method, _, declaration in declared_in(api.app)
            if 201 in declaration.statuses
        }
        for call, (answer, client) in made.items():
            assert answer.status_code == 201, f"{call}: {answer.text}"
            there = await client.get(f"http://shop.test{answer.headers['location']}")
            assert there.status_code == 200, f"{call}: {answer.headers['location']}"

    async def test_leads_to_itself_where_it_has_an_address_of_its_own(self, api: Api):
        made = await one_of_each(api)
        names = {
            "post /returns": ("/returns/", "number"),
            "post /photos": ("/photos/", "photo_id"),
            "post /parcels": ("/parcels/", "id"),
            "post /orders/{order_number}/choices": ("/choices/", "id"),
            "put /orders/{order_number}": ("/orders/", "order_number"),
        }
        for call, (path, name) in names.items():
            answer, _ = made[call]
            assert answer.headers["location"] == f"/api/v1{path}{answer.json()[name]}"

    async def test_says_so_again_where_it_is_sent_twice(self, api: Api):
        await api.put_order()
        client, once = await api.customer(), {"Idempotency-Key": "once"}
        first = await client.post("/returns", json=request(), headers=once)
        again = await client.post("/returns", json=request(), headers=once)

        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"]

    async def test_writes_a_number_as_an_address_does(self, api: Api):
        address = "/orders/EKR%201001%C3%A4%3F"
        made = await api.by("shop").put(address, json=order())

        assert made.json()["order_number"] == "EKR 1001ä?"
        assert made.headers["location"] == f"/api/v1{address}"

    async def test_of_what_was_there_already_is_none(self, api: Api):
        await api.put_order()
        again = await api.by("shop").put("/orders/EKR-1001", json=order())

        assert again.status_code == 200
        assert "location" not in again.headers
