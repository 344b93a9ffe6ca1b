"""What a stranger learns by looking orders up: nothing, however often and from wherever."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from returns_engine.tables.access import LookupCode
from returns_engine.web import lookup_limits
from tests.api.conftest import Api
from tests.api.site import whole_site
from tests.api.statements import every_statement
from tests.api.test_looking_up import DANA, mailed_code
from tests.api.test_refusals import is_problem

VERIFY = "/order-lookups/verify"
LOOKUP = "/order-lookups"
STRANGERS: list[dict[str, str]] = [
    DANA | {"order_number": "EKR-9999"},
    DANA | {"contact": "eve@example.com"},
    DANA | {"contact": "+14155550100"},
    {"order_number": "EKR-9999", "contact": "eve@example.com"},
]


def wrong_for(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def caller_at(app: Any, address: str, **headers: str) -> httpx.AsyncClient:
    """A client whose connection comes from this address."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
    return httpx.AsyncClient(
        transport=transport, base_url="http://shop.test/api/v1", headers=headers
    )


class TestTheAnswerToALookUp:
    async def test_takes_the_same_time_whatever_was_done_meanwhile(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ):
        """Time here is what the database is asked: each statement a tenth of what all may last."""
        await api.put_order()
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        monkeypatch.setattr(lookup_limits, "sleep", sleep)
        for body in (DANA, *STRANGERS):
            with every_statement() as said:
                monkeypatch.setattr(lookup_limits, "monotonic", lambda: len(said) / 100)
                answer = await api.client().post(LOOKUP, json=body)
                lasted = len(said) / 100 + waited[-1]
            assert answer.status_code == 202
            assert lasted == pytest.approx(lookup_limits.ALWAYS_SECONDS)
            assert len(said) / 100 < lookup_limits.ALWAYS_SECONDS

    async def test_is_the_same_to_the_letter(self, api: Api):
        await api.put_order()
        seen = set()
        for body in (DANA, *STRANGERS):
            answer = await api.client().post(LOOKUP, json=body)
            seen.add((answer.status_code, answer.content, tuple(answer.headers.items())))

        assert len(seen) == 1


class TestACodeThatIsTried:
    async def test_asks_the_same_of_the_database_whatever_is_wrong_with_it(self, api: Api):
        await api.put_order()
        await api.client().post(LOOKUP, json=DANA)
        code = wrong_for(await mailed_code())
        asked = set()
        for body in (DANA, *STRANGERS):
            with every_statement() as said:
                answer = await api.client().post(VERIFY, json=body | {"code": code})
            is_problem(answer, 401, "wrong_code")
            asked.add(tuple(said))

        assert len(asked) == 1

    async def test_bears_five_tries(self, api: Api):
        await api.put_order()
        await api.client().post(LOOKUP, json=DANA)
        code = await mailed_code()
        for _ in range(5):
            wrong = await api.client().post(VERIFY, json=DANA | {"code": wrong_for(code)})
            is_problem(wrong, 401, "wrong_code")

        right = await api.client().post(VERIFY, json=DANA | {"code": code})
        is_problem(right, 401, "wrong_code")
        assert (await LookupCode.select(LookupCode.tries).first())["tries"] == 5

    async def test_bears_no_more_of_them_at_once(self, api: Api):
        await api.put_order()
        await api.client().post(LOOKUP, json=DANA)
        code = await mailed_code()
        tries = [wrong_for(code)] * 8
        answers = await asyncio.gather(
            *[api.client().post(VERIFY, json=DANA | {"code": one}) for one in tries]
        )

        assert {answer.status_code for answer in answers} == {401}
        assert (await LookupCode.select(LookupCode.tries).first())["tries"] == 5

    async def test_lets_in_one_of_two_who_type_it_at_once(self, api: Api):
        await api.put_order()
        await api.client().post(LOOKUP, json=DANA)
        body = DANA | {"code": await mailed_code()}
        answers = await asyncio.gather(*[api.client().post(VERIFY, json=body) for _ in range(4)])

        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
        assert (await api.row_counts())["customer_tokens"] == 1

    @pytest.mark.parametrize(("after", "status"), [(599, 200), (600, 401)])
    async def test_lives_ten_minutes(self, api: Api, after: int, status: int):
        await api.put_order()
        await api.client().post(LOOKUP, json=DANA)
        body = DANA | {"code": await mailed_code()}
        api.clock.now += timedelta(seconds=after)

        assert (await api.client().post(VERIFY, json=body)).status_code == status

    async def test_opens_no_other_order_of_the_same_person(self, api: Api):
        await api.put_order()
        await api.put_order("EKR-2", reference="pi_2")
        await api.client().post(LOOKUP, json=DANA)
        body = DANA | {"order_number": "EKR-2", "code": await mailed_code()}

        is_problem(await api.client().post(VERIFY, json=body), 401, "wrong_code")


class TestALimit:
    async def test_says_truly_when_the_next_call_passes(self, api: Api):
        for minutes in range(5):
            api.clock.now += timedelta(minutes=minutes)
            assert (await api.client().post(LOOKUP, json=DANA)).status_code == 202
        refused = await api.client().post(LOOKUP, json=DANA)
        is_problem(refused, 429, "too_many_requests")
        wait = timedelta(seconds=int(refused.headers["retry-after"]))
        api.clock.now += wait - timedelta(seconds=1)
        is_problem(await api.client().post(LOOKUP, json=DANA), 429, "too_many_requests")
        api.clock.now += timedelta(seconds=1)

        assert (await api.client().post(LOOKUP, json=DANA)).status_code == 202

    async def test_tells_the_longest_wait_of_those_that_are_full(self, api: Api):
        """The address is full first, the contact later and so for longer."""
        for place in range(15):
            await api.client().post(LOOKUP, json=DANA | {"contact": f"eve{place}@example.com"})
        api.clock.now += timedelta(minutes=30)
        for _ in range(5):
            assert (await api.client().post(LOOKUP, json=DANA)).status_code == 202
        refused = await api.client().post(LOOKUP, json=DANA)

        assert refused.headers["retry-after"] == "3600"
        api.clock.now += timedelta(hours=1)
        assert (await api.client().post(LOOKUP, json=DANA)).status_code == 202

    async def test_of_an_address_costs_its_victim_no_try(self, api: Api):
        for place in range(20):
            body = DANA | {"contact": f"eve{place}@example.com"}
            await caller_at(api.app, "203.0.113.9").post(LOOKUP, json=body)
        for _ in range(10):
            refused = await caller_at(api.app, "203.0.113.9").post(LOOKUP, json=DANA)
            is_problem(refused, 429, "too_many_requests")

        assert (await caller_at(api.app, "203.0.113.10").post(LOOKUP, json=DANA)).status_code == 202

    async def test_that_a_stranger_used_up_leaves_the_customer_theirs(self, api: Api):
        """Who knows an e-mail address and no order that goes with it shuts nobody out."""
        await api.put_order()
        wrong = DANA | {"order_number": "EKR-9999"}
        stranger = caller_at(api.app, "203.0.113.9")
        statuses = [(await stranger.post(LOOKUP, json=wrong)).status_code for _ in range(12)]
        assert statuses == [202] * 5 + [429] * 7

        assert (await caller_at(api.app, "203.0.113.10").post(LOOKUP, json=DANA)).status_code == 202

    async def test_of_a_phone_number_abroad_is_one_however_it_is_written(self, api: Api):
        spellings = [
            *("07911 123456", "+44 7911 123456", "0044 7911 123456", "tel:07911123456"),
            *(f"07911123456x{extension}" for extension in range(12)),
        ]
        statuses = []
        for spelling in spellings:
            answer = await api.client().post(LOOKUP, json=DANA | {"contact": spelling})
            statuses.append(answer.status_code)

        assert statuses == [202] * 5 + [429] * 11

    @pytest.mark.parametrize("number", ["EKR-1001", "EKR-9999"])
    async def test_of_an_order_holds_whatever_the_contact(self, api: Api, number: str):
        await api.put_order()
        statuses = []
        for place in range(26):
            typed = (number, number.lower(), number.replace("-", ""), f"# {number}")[place % 4]
            body = {"order_number": typed, "contact": f"eve{place}@example.com"}
            one = caller_at(api.app, f"198.51.100.{place}")
            statuses.append((await one.post(LOOKUP, json=body)).status_code)

        assert statuses == [202] * 25 + [429]
        other = {"order_number": "EKR-2", "contact": "eve@example.com"}
        assert (await api.client().post(LOOKUP, json=other)).status_code == 202

    async def test_is_one_for_all_processes(self, api: Api):
        """Two applications on one database count together."""
        apps = [api.app, whole_site(api)]
        assert apps[0] is not apps[1]
        for place in range(5 * lookup_limits.EVERYWHERE):
            one = caller_at(apps[place % 2], f"198.51.100.{place}")
            assert (await one.post(LOOKUP, json=DANA)).status_code == 202

        for app in apps:
            refused = await caller_at(app, "198.51.100.99").post(LOOKUP, json=DANA)
            is_problem(refused, 429, "too_many_requests")

    async def test_holds_when_all_tries_come_at_once(self, api: Api):
        answers = await asyncio.gather(
            *[api.client().post(LOOKUP, json=DANA, timeout=30) for _ in range(12)]
        )

        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [202] * 5 + [429] * 7

    async def test_of_codes_is_five_for_each_look_up(self, api: Api):
        statuses = []
        for _ in range(26):
            answer = await api.client().post(VERIFY, json=DANA | {"code": "123456"})
            statuses.append(answer.status_code)

        assert statuses == [401] * 25 + [429]


class TestTheAddressThatIsCounted:
    async def test_of_ipv6_is_the_whole_site(self, api: Api):
        for place in range(20):
            body = DANA | {"contact": f"eve{place}@example.com"}
            one = caller_at(api.app, f"2001:db8:1:2:{place:x}::{place + 1:x}")
            assert (await one.post(LOOKUP, json=body)).status_code == 202

        neighbour = await caller_at(api.app, "2001:db8:1:2:ffff::1").post(LOOKUP, json=DANA)
        is_problem(neighbour, 429, "too_many_requests")
        other = await caller_at(api.app, "2001:db8:1:3::1").post(LOOKUP, json=DANA)
        assert other.status_code == 202

    async def test_of_ipv4_is_the_same_in_ipv6_writing(self, api: Api):
        for place in range(20):
            body = DANA | {"contact": f"eve{place}@example.com"}
            await caller_at(api.app, "203.0.113.9").post(LOOKUP, json=body)

        same = await caller_at(api.app, "::ffff:203.0.113.9").post(LOOKUP, json=DANA)
        is_problem(same, 429, "too_many_requests")
        other = await caller_at(api.app, "::ffff:203.0.113.10").post(LOOKUP, json=DANA)
        assert other.status_code == 202

    @pytest.mark.parametrize(("proxy", "status"), [("203.0.113.9", 429), ("127.0.0.1", 202)])
    async def test_is_what_a_proxy_says_only_where_it_is_trusted(
        self, api: Api, proxy: str, status: int
    ):
        # As `serve` runs it: uvicorn believes the proxies in FORWARDED_ALLOW_IPS, this machine's
        # own unless it is told otherwise.
        served = ProxyHeadersMiddleware(api.app, trusted_hosts="127.0.0.1")
        for place in range(21):
            body = DANA | {"contact": f"eve{place}@example.com"}
            spoofed = caller_at(served, proxy, **{"X-Forwarded-For": f"198.51.100.{place}"})
            answer = await spoofed.post(LOOKUP, json=body)

        assert answer.status_code == status
