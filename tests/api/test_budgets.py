from tests.api.conftest import Api
from tests.api.journey import proposed
from tests.api.orders import request
from tests.api.statements import every_statement


class TestTheStatementsOf:
    async def test_opening_a_return_are_eight_at_most(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        with every_statement() as said:
            answer = await customer.post(
                "/returns", json=request(), headers={"Idempotency-Key": "a"}
            )

        assert answer.status_code == 201
        assert len(said) <= 8, "\n\n".join(said)

    async def test_knowing_the_caller_and_the_key_are_three_at_most(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        with every_statement() as said:
            await customer.post("/returns", json=request(), headers={"Idempotency-Key": "a"})
        with_key = len(said)
        with every_statement() as said:
            await customer.post("/returns", json=request())
        in_the_use_case = len([one for one in said if "customer_tokens" not in one])

        assert with_key - in_the_use_case <= 3

    async def test_listing_fifty_returns_are_four_at_most(self, api: Api):
        for number in range(50):
            await api.put_order(f"EKR-{number}", reference=f"pi_{number}")
            await (await api.customer(f"EKR-{number}")).post(
                "/returns", json=request(f"EKR-{number}")
            )
        with every_statement() as said:
            answer = await api.by("support").get("/returns?limit=50")

        assert len(answer.json()["items"]) == 50
        assert len(said) <= 4, "\n\n".join(said)

    async def test_approving_a_refund_are_fourteen_at_most(self, api: Api):
        refund = await proposed(api)
        finance = api.by("finance")
        with every_statement() as said:
            answer = await finance.post(
                f"/refunds/{refund['id']}/approve",
                json={"amount": refund["proposed"]},
                headers={"Idempotency-Key": "a"},
            )

        assert answer.status_code == 200
        assert len(said) <= 14, "\n\n".join(said)
