import asyncio
from collections import Counter

from tests.api.conftest import Api
from tests.api.orders import NOW, asked, request
from tests.api.test_refusals import is_problem


def under(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


class TestACallSentTwice:
    async def test_is_answered_the_same_and_happens_once(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        first = await customer.post("/returns", json=request(), headers=under("a"))
        again = await customer.post("/returns", json=request(), headers=under("a"))

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["etag"] == first.headers["etag"]
        assert (await api.row_counts())["returns"] == 1

    async def test_with_another_body_is_refused(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        await customer.post("/returns", json=request(), headers=under("a"))
        other = request("EKR-1001", asked(quantity=2))

        answer = await customer.post("/returns", json=other, headers=under("a"))

        is_problem(answer, 422, "idempotency_key_reused")

    async def test_by_another_caller_is_another_call(self, api: Api):
        await api.put_order()
        await (await api.customer()).post("/returns", json=request(), headers=under("a"))
        answer = await api.by("support").post("/returns", json=request(), headers=under("a"))

        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers

    async def test_hears_the_same_refusal_though_all_was_rolled_back(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        before = await api.row_counts()
        bad = request("EKR-1001", asked(quantity=0))
        first = await customer.post("/returns", json=bad, headers=under("b"))
        again = await customer.post("/returns", json=bad, headers=under("b"))

        is_problem(first, 422, "request_not_judged")
        assert first.content == again.content
        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["content-type"] == "application/problem+json"
        assert await api.row_counts() == before

    async def test_hears_the_same_decision_which_is_kept_once(self, api: Api):
        await api.put_order()
        api.clock.now = NOW.replace(year=2027)
        customer = await api.customer()
        first = await customer.post("/returns", json=request(), headers=under("c"))
        again = await customer.post("/returns", json=request(), headers=under("c"))

        assert first.status_code == again.status_code == 422
        assert first.json()["decision_id"] == again.json()["decision_id"]
        assert (await api.row_counts())["decisions"] == 1

    async def test_is_never_answered_from_memory_where_rights_were_lacking(self, api: Api):
        answer = await api.by("shop").post("/returns", json=request(), headers=under("d"))
        again = await api.by("shop").post("/returns", json=request(), headers=under("d"))

        is_problem(answer, 403, "missing_scope")
        assert "idempotent-replayed" not in again.headers

    async def test_needs_a_key_that_can_be_read(self, api: Api):
        await api.put_order()
        for key in ("", "two words", "ü", "k" * 256):
            answer = await api.by("support").post(
                "/returns", json=request(), headers={"Idempotency-Key": key.encode()}
            )
            is_problem(answer, 400, "invalid_request")

    async def test_twenty_times_at_once_happens_once(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        answers = await asyncio.gather(
            *[
                customer.post("/returns", json=request(), headers=under("e"), timeout=30)
                for _ in range(20)
            ]
        )

        seen = Counter(answer.status_code for answer in answers)
        assert set(seen) <= {201, 409}
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
        codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
        assert codes <= {"idempotency_key_in_use"}
        assert (await api.row_counts())["returns"] == 1

    async def test_with_a_photo_is_known_by_the_photo(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        picture = {"file": ("a.png", PNG, "image/png")}
        first = await customer.post("/photos", files=picture, headers=under("f"))
        again = await customer.post("/photos", files=picture, headers=under("f"))

        assert first.status_code == 201, first.text
        assert first.json() == again.json()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c6360f8cfc0f01f0005000201a5d6a2e30000000049454e44ae426082"
)
