import asyncio
from collections import Counter
from uuid import uuid4

import httpx

from tests.journeys.orders import asked, good, line, units
from tests.journeys.shop import Shop

MANY = 20


def _counted(answers: list[httpx.Response]) -> Counter:
    return Counter(answer.status_code for answer in answers)


class TestTwentyAtOnce:
    async def test_who_want_the_last_unit_one_gets_it(self, shop: Shop):
        order = await shop.order(line(quantity=1))
        wish = {"order_number": order.number, "lines": [asked()]}
        answers = await asyncio.gather(
            *(shop.send("support", "POST", "/returns", wish) for _ in range(MANY))
        )

        assert _counted(answers) == {201: 1, 422: MANY - 1}
        codes = {answer.json()["code"] for answer in answers if answer.status_code == 422}
        assert codes == {"exceeds_returnable"}
        listed = await shop.get("support", f"/returns?order_number={order.number}")
        assert len(listed["items"]) == 1

    async def test_who_approve_one_refund_send_the_money_once(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        body = {"amount": refund["proposed"]}
        url = f"/refunds/{refund['id']}/approve"
        answers = await asyncio.gather(
            *(shop.send("finance", "POST", url, body) for _ in range(MANY))
        )

        assert _counted(answers) == {200: 1, 409: MANY - 1}
        await shop.refund_is(refund, "succeeded")
        await shop.state_is(refund["return_number"], "closed")
        assert len((await shop.ledger(order))["refunds"]) == 1

    async def test_with_one_key_have_one_effect(self, shop: Shop):
        order = await shop.order()
        wish = {"order_number": order.number, "lines": [asked()]}
        key = {"Idempotency-Key": str(uuid4())}
        answers = await asyncio.gather(
            *(shop.send("support", "POST", "/returns", wish, **key) for _ in range(MANY))
        )

        assert set(_counted(answers)) <= {201, 409}
        taken = [answer for answer in answers if answer.status_code == 201]
        assert len({answer.json()["number"] for answer in taken}) == 1
        assert sum("Idempotent-Replayed" not in answer.headers for answer in taken) == 1
        busy = {answer.json()["code"] for answer in answers if answer.status_code == 409}
        assert busy <= {"idempotency_key_in_use"}
        listed = await shop.get("support", f"/returns?order_number={order.number}")
        assert len(listed["items"]) == 1

    async def test_who_take_in_one_unit_count_it_once(self, shop: Shop):
        number = (await shop.ask(await shop.order()))["number"]
        body = {"lines": [units()]}
        answers = await asyncio.gather(
            *(shop.send("bench", "POST", f"/returns/{number}/receipts", body) for _ in range(MANY))
        )

        assert _counted(answers) == {201: 1, 409: MANY - 1}
        assert (await shop.case(number))["lines"][0]["received"] == 1

    async def test_who_take_in_one_of_two_units_count_both_once(self, shop: Shop):
        number = (await shop.ask(await shop.order(), asked(2)))["number"]
        body = {"lines": [units()]}
        answers = await asyncio.gather(
            *(shop.send("bench", "POST", f"/returns/{number}/receipts", body) for _ in range(MANY))
        )

        assert _counted(answers) == {201: 2, 409: MANY - 2}
        assert (await shop.case(number))["lines"][0]["received"] == 2


class TestReturnsOfOneOrder:
    async def test_are_inspected_and_decided_at_once_without_waiting_in_a_circle(self, shop: Shop):
        order = await shop.order(line(quantity=16, tax=1600))
        cases = [await shop.ask(order) for _ in range(16)]
        numbers = [case["number"] for case in cases]
        await asyncio.gather(*(shop.receive(number) for number in numbers))
        first, later = numbers[:8], numbers[8:]
        refunds = [await shop.refund(await shop.inspect(number)) for number in first]
        body = {"lines": [good()]}
        no = {"reason": "Paid back in the shop."}
        answers = await asyncio.gather(
            *(
                shop.send("bench", "POST", f"/returns/{number}/inspections", body)
                for number in later
            ),
            *(shop.send("finance", "POST", f"/refunds/{one['id']}/refuse", no) for one in refunds),
        )

        assert _counted(answers) == {201: 8, 200: 8}
