"""Changing what one has read: `If-Match` on every call that changes something, walked."""

from typing import Any

from tests.api.conftest import Api
from tests.api.orders import order
from tests.api.test_refusals import is_problem
from tests.api.walk import faults_of, operations, world, wrong

NO_VERSION = (
    "3",
    "abc",
    "*",
    "",
    '"0"',
    '"-1"',
    '"1", "2"',
    'W/"1"',
    '"1e1"',
    '"1.0"',
    '"01"',
    '"9999999999"',
)
MAKES_SOMETHING_NEW = {
    "POST /decisions",
    "POST /decisions/{decision_id}/ask-a-person",
    "POST /orders/{order_number}/choices",
    "POST /parcels",
    "POST /photos",
    "POST /refunds/approve-batch",
    "POST /returns",
    "POST /returns/{number}/messages/{message_id}/resend",
    "POST /scan",
}


class TestEveryChange:
    async def test_takes_one_version_or_none(self, api: Api):
        here = await world(api)
        before = await api.row_counts()
        found = []
        for one in operations(api.app):
            if one.reads or one.is_open:
                continue
            client, path = await here.who_may(one), here.at(one)
            body = here.body(one)
            for given in NO_VERSION:
                answer = await client.request(
                    one.method, path, json=body, headers={"If-Match": given}
                )
                found.append((f"{one} {given}", faults_of(answer, 400)))
            twice = [("If-Match", '"1"'), ("If-Match", '"2"')]
            answer = await client.request(one.method, path, json=body, headers=twice)
            found.append((f"{one} twice", faults_of(answer, 400)))

        assert wrong(found) == []
        assert await api.row_counts() == before

    async def test_of_what_somebody_changed_meanwhile_is_refused(self, api: Api):
        here = await world(api)
        before = await api.row_counts()
        found, new = [], set()
        for one in operations(api.app):
            if one.reads or one.is_open:
                continue
            client, path = await here.who_may(one), here.at(one)
            body = here.body(one)
            answer = await client.request(one.method, path, json=body, headers={"If-Match": '"99"'})
            if answer.status_code == 400 and "no If-Match" in answer.text:
                new.add(str(one))
            else:
                found.append((str(one), faults_of(answer, 412)))

        assert wrong(found) == []
        assert new == MAKES_SOMETHING_NEW
        assert await api.row_counts() == before

    async def test_is_possible_with_the_version_that_was_read(self, api: Api):
        here = await world(api)
        path = f"/returns/{here.things.names['number']}"
        support = api.by("support")
        read = await support.get(path)
        first = await support.post(
            f"{path}/messages",
            json={"message": "Hello."},
            headers={"If-Match": read.headers["etag"]},
        )
        second = await support.post(
            f"{path}/notes", json={"note": "Wrote."}, headers={"If-Match": first.headers["etag"]}
        )

        assert (first.status_code, second.status_code) == (200, 200)


def versions_in(answer: Any) -> set[str]:
    """The versions of the thing an answer is about: its own, or that of the order it carries."""
    found = [answer, answer.get("order")] if isinstance(answer, dict) else []
    return {f'"{one["version"]}"' for one in found if isinstance(one, dict) and "version" in one}


class TestEveryAnswer:
    async def test_about_a_resource_carries_its_version(self, api: Api):
        here = await world(api)
        found, tagged = [], set()
        for one in operations(api.app):
            if one.is_open or (one.takes is None and not one.reads):
                continue
            client, path = await here.who_may(one), here.at(one)
            body = here.body(one)
            answer = await client.request(one.method, path, json=body)
            if answer.status_code >= 300 or "json" not in answer.headers["content-type"]:
                continue
            known = versions_in(answer.json())
            etag = answer.headers.get("etag")
            tagged |= {one.path.split("/")[1]} if etag else set()
            right = etag in known if known else etag is None
            found.append((str(one), None if right else f"{etag} of {known}"))

        assert wrong(found) == []
        assert tagged >= {
            "choices",
            "compensations",
            "orders",
            "parcels",
            "refunds",
            "replacements",
            "returns",
        }


class TestAnOrderSentAgain:
    async def test_that_changes_nothing_keeps_its_version(self, api: Api):
        shop = api.by("shop")
        first = await shop.put("/orders/EKR-1001", json=order())
        again = await shop.put("/orders/EKR-1001", json=order(), headers={"If-Match": '"1"'})
        changed = await shop.put("/orders/EKR-1001", json=order(channel="phone"))

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.headers["etag"] == again.headers["etag"] == '"1"'
        assert changed.headers["etag"] == '"2"'

    async def test_under_a_version_must_be_there(self, api: Api):
        answer = await api.by("shop").put(
            "/orders/EKR-1001", json=order(), headers={"If-Match": '"1"'}
        )

        is_problem(answer, 412, "stale_version")
        assert (await api.row_counts())["orders"] == 0
