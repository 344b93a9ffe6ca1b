import pytest

from tests.api.conftest import Api
from tests.api.journey import proposed
from tests.api.orders import asked, request
from tests.api.test_refusals import is_problem


async def five_returns(api: Api) -> list[str]:
    numbers = []
    for place in range(5):
        order = f"EKR-{place}"
        await api.put_order(order, reference=f"pi_{place}", email=f"dana{place}@example.com")
        reason = "changed_mind" if place % 2 else "defective"
        answer = await api.by("support").post("/returns", json=request(order, asked(reason=reason)))
        numbers.append(answer.json()["number"])
    return numbers[::-1]


class TestTheListOfReturns:
    async def test_goes_on_where_it_stopped_until_its_end(self, api: Api):
        numbers = await five_returns(api)
        support = api.by("support")
        seen, cursor, pages = [], None, 0
        while cursor is not None or not pages:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await support.get("/returns", params=params)).json()
            seen += [one["number"] for one in page["items"]]
            cursor, pages = page["next_cursor"], pages + 1

        assert seen == numbers
        assert pages == 3

    async def test_shows_each_as_it_is_shown_alone_without_its_decision(self, api: Api):
        await proposed(api)
        await five_returns(api)
        manager = api.by("manager")
        listed = (await manager.get("/returns")).json()["items"]

        assert len(listed) == 6
        for one in listed:
            alone = (await manager.get(f"/returns/{one['number']}")).json()
            assert alone.pop("decision")
            assert one == alone

    async def test_tells_at_once_what_has_changed_since_it_was_asked_for(self, api: Api):
        number = (await five_returns(api))[0]
        support = api.by("support")
        before = (await support.get("/returns")).json()["items"]
        assert (await support.post(f"/returns/{number}/withdraw")).is_success
        after = (await support.get("/returns")).json()["items"]

        assert [one["state"] for one in before if one["number"] == number] != ["withdrawn"]
        assert [one["state"] for one in after if one["number"] == number] == ["withdrawn"]
        assert after[1:] == before[1:]

    async def test_is_filtered_and_searched(self, api: Api):
        numbers = await five_returns(api)
        support = api.by("support")

        async def found(**params: str) -> list[str]:
            answer = await support.get("/returns", params=params)
            return [one["number"] for one in answer.json()["items"]]

        assert await found(state="approved") == [numbers[1], numbers[3]]
        assert await found(order_number="EKR-4") == [numbers[0]]
        assert await found(q="dana3@") == [numbers[1]]
        assert await found(q=numbers[2][4:].lower()) == [numbers[2]]
        assert await found(q="100%_") == []

    async def test_takes_no_cursor_of_another_list_or_changed_by_a_letter(self, api: Api):
        await five_returns(api)
        cursor = (await api.by("manager").get("/returns?limit=2")).json()["next_cursor"]
        changed = ("B" if cursor[0] == "A" else "A") + cursor[1:]

        for path, given in (("/refunds", cursor), ("/returns", changed)):
            answer = await api.by("manager").get(path, params={"cursor": given})
            is_problem(answer, 400, "invalid_request")


class TestTheListOfRefunds:
    async def test_is_filtered_by_state(self, api: Api):
        refund = await proposed(api)
        finance = api.by("finance")

        waiting = (await finance.get("/refunds?state=proposed")).json()
        assert waiting == {"items": [refund], "next_cursor": None}
        assert (await finance.get("/refunds?state=succeeded")).json()["items"] == []


class TestAFilterThatIsNotUnderstood:
    @pytest.mark.parametrize(
        ("address", "says"),
        [
            ("/refunds?state=paid", "Expected one of proposed, approved, "),
            ("/returns?state=Null", "Expected one of requested, in_review, "),
            ("/promises?standing=late", "Expected one of due, broken, kept."),
            ("/returns?limit=500", "Expected a whole number from 1 to 200."),
            ("/returns?limit=", "Expected a whole number from 1 to 200."),
            (f"/returns?q={'x' * 201}", "Expected str of length <= 200."),
        ],
    )
    async def test_is_refused_with_what_would_be(self, api: Api, address: str, says: str):
        problem = is_problem(await api.by("manager").get(address), 400, "invalid_request")

        assert problem["detail"].startswith(says)
        assert problem["errors"][0]["detail"] == problem["detail"]


class TestAScannedCode:
    async def test_is_known_in_any_letter_case(self, api: Api):
        number = (await five_returns(api))[0]
        bench = api.by("bench")

        async def scanned(code: str) -> dict[str, object]:
            return (await bench.post("/scan", json={"code": code})).json()

        assert (await scanned(number.lower()))["kind"] == "return"
        assert (await scanned(number.replace("-", " ")))["number"] == number
        assert await scanned("ekr-3") == {"kind": "order", "order_number": "EKR-3"}
        assert (await scanned("1z999aa10123456784"))["kind"] == "tracking"
        assert (await scanned("nothing of ours"))["kind"] == "unknown"
        await api.put_order("Mixed-1", reference="pi_mixed")
        for code in ("MIXED-1", "mixed-1", "Mixed-1", "mIXED-1 "):
            assert await scanned(code) == {"kind": "order", "order_number": "Mixed-1"}

    async def test_is_the_order_that_is_written_exactly_so(self, api: Api):
        for place, number in enumerate(("tv-1", "TV-1", "Tv-1")):
            await api.put_order(number, reference=f"pi_{place}")
        for code in ("tv-1", "TV-1", "Tv-1", " TV-1 "):
            answer = await api.by("bench").post("/scan", json={"code": code})
            assert answer.json()["order_number"] == code.strip()

    async def test_of_a_carrier_is_known_behind_its_prefix(self, api: Api):
        number = (await five_returns(api))[1]
        tracking = "9400111899223197428490"
        body = {"carrier": "usps", "tracking_number": tracking}
        sent = await api.by("support").post(f"/returns/{number}/tracking", json=body)
        assert sent.status_code == 200
        for code in (tracking, f"42060601{tracking}", f"]C1420606011234{tracking}", f"{tracking} "):
            answer = await api.by("bench").post("/scan", json={"code": code})
            assert answer.json()["return_number"] == number, code
