"""Lists: a limit, filters, and a cursor that nobody can make up; on every list there is."""

import base64
from typing import Any

import httpx

from tests.api.conftest import Api
from tests.api.journey import found as seen
from tests.api.orders import asked, request
from tests.api.statements import every_statement
from tests.api.test_choices import offered, unshipped
from tests.api.test_parcels import quarantined
from tests.api.test_refusals import is_problem
from tests.api.test_replacements import planned
from tests.api.walk import Operation, World, faults_of, operations, world, wrong

NO_LIMIT = ("0", "201", "-1", "1e1", "5.0", "ten", "", "\u0663", "9" * 30, "1 ", "+1", "null")


async def two_of_each(api: Api) -> World:
    """A world in which every list goes on."""
    here = await world(api)
    await planned(api, "EKR-2", reference="pi_2")
    await api.put_order("EKR-3", reference="pi_3b")
    support, bench = api.by("support"), api.by("bench")
    wish = request("EKR-3", asked(reason="defective"))
    rma = (await support.post("/returns", json=wish)).json()["number"]
    await support.post(f"/returns/{rma}/approve")
    units = {"lines": [{"line_id": "L1", "quantity": 1}]}
    await bench.post(f"/returns/{rma}/receipts", json=units)
    await bench.post(f"/returns/{rma}/inspections", json={"lines": [seen(found_cause="sewing")]})
    await unshipped(api, "EKR-4")
    await offered(api, "EKR-4")
    await quarantined(api)
    again = request("EKR-1001", asked())
    assert (await support.post("/returns", json=again)).status_code == 201
    return here


def lists(api: Api) -> list[Operation]:
    return [one for one in operations(api.app) if one.lists]


async def pages(client: httpx.AsyncClient, path: str, **filters: str) -> list[dict[str, Any]]:
    """All pages of a list, one item each."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while not found or found[-1]["next_cursor"]:
        answer = await client.get(path, params={"limit": "1"} | filters | cursor)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        cursor = {"cursor": found[-1]["next_cursor"]}
    return found


class TestEveryList:
    async def test_has_a_limit_from_1_to_200(self, api: Api):
        here = await world(api)
        found = []
        for one in lists(api):
            client = await here.who_may(one)
            for limit in NO_LIMIT:
                answer = await client.get(here.at(one), params={"limit": limit})
                fault = faults_of(answer, 400)
                named = not fault and answer.json()["errors"][0]["pointer"] == "/limit"
                found.append((f"{one} {limit!r}", fault or (None if named else answer.text)))
            for limit in ("1", "200"):
                answer = await client.get(here.at(one), params={"limit": limit})
                found.append((f"{one} {limit}", None if answer.is_success else answer.text))

        assert wrong(found) == []

    async def test_goes_on_page_by_page_at_the_price_of_the_first(self, api: Api):
        here = await two_of_each(api)
        found = []
        for one in lists(api):
            client, path = await here.who_may(one), here.at(one)
            whole = (await client.get(path, params={"limit": "200"})).json()
            with every_statement() as said:
                first = await client.get(path, params={"limit": "1"})
                price = len(said)
            cursor = first.json()["next_cursor"]
            with every_statement() as said:
                await client.get(path, params={"limit": "1", "cursor": cursor})
            cheap = len(said) == price and not any("OFFSET" in one for one in said)
            items = [item for page in await pages(client, path) for item in page["items"]]
            fault = None if items == whole["items"] else "leaves something out"
            found.append((str(one), fault or (None if cheap else f"{price} then {said}")))
            if len(items) < 2 or whole["next_cursor"] is not None:
                found.append((str(one), f"{len(items)} items are too few to go on"))

        assert wrong(found) == []
        assert len(found) >= 9

    async def test_goes_on_by_no_cursor_but_its_own(self, api: Api):
        here = await two_of_each(api)
        manager = api.by("manager")
        cursors = {
            one: (await pages(manager, here.at(one)))[0]["next_cursor"] for one in lists(api)
        }
        found = []
        for one in cursors:
            for other, cursor in cursors.items():
                if other is not one and cursor:
                    answer = await manager.get(here.at(one), params={"cursor": cursor})
                    found.append((f"{one} by one of {other}", faults_of(answer, 400)))

        assert wrong(found) == []


def changed(cursor: str) -> list[str]:
    """The cursor with each of its letters changed in turn, cut, and spelled otherwise."""
    letters = [
        cursor[:place] + ("B" if letter == "A" else "A") + cursor[place + 1 :]
        for place, letter in enumerate(cursor)
    ]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelled = [cursor[:-1] + letter for letter in last if letter != cursor[-1]]
    return [*letters, *spelled, cursor[:-1], cursor + "=", cursor + "A", f" {cursor}", ""]


class TestACursor:
    async def test_that_was_changed_by_a_letter_is_none(self, api: Api):
        await two_of_each(api)
        support = api.by("support")
        cursor = (await pages(support, "/returns"))[0]["next_cursor"]
        found = []
        for other in changed(cursor):
            answer = await support.get("/returns", params={"cursor": other})
            found.append((other, faults_of(answer, 400)))

        assert wrong(found) == []
        problem = is_problem(answer, 400, "invalid_request")
        assert problem["errors"][0]["pointer"] == "/cursor"

    async def test_of_a_place_that_somebody_signed_by_hand_is_none(self, api: Api):
        for text in ("0" * 32 + " 1", "1", " 1", "0" * 32 + " 1 OR 1=1", "é"):
            cursor = base64.urlsafe_b64encode(text.encode()).decode()
            is_problem(
                await api.by("support").get("/returns", params={"cursor": cursor}),
                400,
                "invalid_request",
            )

    async def test_holds_under_its_filters_alone(self, api: Api):
        await two_of_each(api)
        support = api.by("support")
        cursor = (await pages(support, "/returns"))[0]["next_cursor"]
        filtered = (await pages(support, "/returns", order_number="EKR-1001"))[0]["next_cursor"]

        for filters in ({"order_number": "EKR-2"}, {"state": "approved"}, {"q": "dana"}):
            answer = await support.get("/returns", params={"cursor": cursor} | filters)
            is_problem(answer, 400, "invalid_request")
        for filters in ({}, {"order_number": "EKR-2"}):
            answer = await support.get("/returns", params={"cursor": filtered} | filters)
            is_problem(answer, 400, "invalid_request")

    async def test_holds_for_whoever_may_read_the_same_list_at_any_limit(self, api: Api):
        await two_of_each(api)
        cursor = (await pages(api.by("support"), "/returns"))[0]["next_cursor"]

        for who in ("support", "finance"):
            for limit in ("1", "200"):
                params = {"cursor": cursor, "limit": limit}
                answer = await api.by(who).get("/returns", params=params)
                assert answer.status_code == 200, answer.text

    async def test_of_a_customer_leads_nobody_else_into_their_list(self, api: Api):
        await two_of_each(api)
        dana, other = await api.customer(), await api.customer("EKR-2")
        cursor = (await pages(dana, "/returns"))[0]["next_cursor"]
        of_staff = (await pages(api.by("support"), "/returns"))[0]["next_cursor"]

        for client, given in ((other, cursor), (api.by("support"), cursor), (dana, of_staff)):
            answer = await client.get("/returns", params={"cursor": given})
            is_problem(answer, 400, "invalid_request")


class TestWhatStandsBehindAnAddress:
    async def test_is_refused_where_nobody_knows_it_on_every_call(self, api: Api):
        here = await world(api)
        before = await api.row_counts()
        found = []
        for one in operations(api.app):
            if one.is_open:
                continue
            client, path = await here.who_may(one), here.at(one)
            for query, pointer in (
                ("zz=1", "/zz"),
                ("Limit=1", "/Limit"),
                ("zz%00=1", "/zz\\x00"),
                ("a/b~c=", "/a~1b~0c"),
                ("limit=1&limit=1", "/limit"),
            ):
                answer = await client.request(one.method, f"{path}?{query}")
                fault = faults_of(answer, 400)
                named = not fault and answer.json()["errors"][0]["pointer"] == pointer
                found.append((f"{one} {query}", fault or (None if named else answer.text)))

        assert wrong(found) == []
        assert await api.row_counts() == before
