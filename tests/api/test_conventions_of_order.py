"""What is checked first: who asks, whether they may, whether it is there, and then the rest."""

from returns_engine.rules.words import Scope
from returns_engine.workflow.make_api_key import make_api_key
from tests.api.conftest import Api
from tests.api.orders import NOW
from tests.api.walk import faults_of, operations, world, wrong

ALL_WRONG = {"If-Match": "abc", "Idempotency-Key": "two words", "Content-Type": "text/plain"}
BODY = b"{"


class TestEveryCall:
    async def test_asks_first_who_it_is_and_then_whether_they_may(self, api: Api):
        here = await world(api)
        api.keys["orders alone"] = await make_api_key(
            name="orders alone", scopes={Scope.ORDERS_WRITE}, staff_email=None, now=NOW
        )
        found = []
        for one in operations(api.app):
            if one.is_open:
                continue
            lacks = api.by("bench" if one.method == "PUT" else "orders alone")
            for path in (here.at(one), here.nowhere(one), f"{here.at(one)}?zz=1"):
                for client, status in ((api.client(), 401), (lacks, 403)):
                    answer = await client.request(one.method, path, content=BODY, headers=ALL_WRONG)
                    found.append((f"{one} {path}", faults_of(answer, status)))

        assert wrong(found) == []
        assert len(found) > 300

    async def test_asks_then_whether_it_is_there_and_reads_the_body_last(self, api: Api):
        here = await world(api)
        found = []
        for one in operations(api.app):
            creates = one.method == "PUT"
            if one.is_open or not one.names() or creates:
                continue
            client = await here.who_may(one)
            headers = {"If-Match": "abc", "Content-Type": "text/plain"}
            answer = await client.request(
                one.method, here.nowhere(one), content=BODY, headers=headers
            )
            found.append((str(one), faults_of(answer, 404)))

        assert wrong(found) == []
        assert len(found) > 40
