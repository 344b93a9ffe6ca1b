"""A call sent twice happens once: on every POST there is, walked."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from returns_engine.tables.access import IdempotentAnswer
from returns_engine.web.api.routes import LARGEST_BODY
from returns_engine.web.idempotency import REPLAYED
from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.orders import request
from tests.api.test_calls_sent_twice import PNG, under
from tests.api.test_refusals import is_problem
from tests.api.walk import Operation, World, faults_of, operations, world, wrong


def body_of(here: World, one: Operation) -> dict[str, Any]:
    """Something to send: what is there, or a photo."""
    if one.takes is None:
        return {"files": {"file": ("a.png", PNG, "image/png")}}
    content = json.dumps(here.body(one)).encode()
    return {"content": content, "headers": {"Content-Type": "application/json"}}


async def send(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], **headers: str
) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(path, **body | {"headers": body.get("headers", {}) | given})


def same(first: httpx.Response, again: httpx.Response) -> str | None:
    """What tells the second answer from the first, the word that it is one left out."""
    if again.headers.get(REPLAYED) != "true" or REPLAYED in first.headers:
        return f"{again.status_code} is not marked as sent before"
    told = {name: value for name, value in again.headers.items() if name != REPLAYED}
    alike = (first.status_code, first.content) == (again.status_code, again.content)
    return None if alike and told == dict(first.headers) else f"{again.status_code} {again.text}"


class TestEveryPost:
    async def test_is_answered_again_by_its_key(self, api: Api):
        here = await world(api)
        found, succeeded = [], 0
        for one in operations(api.app):
            if not one.takes_keys:
                continue
            client, path, body = await here.who_may(one), here.at(one), body_of(here, one)
            for what, where in (("there", path), ("nowhere", here.nowhere(one))):
                key = f"{what}-{one}".replace(" ", "-")
                first = await send(client, where, body, Idempotency_Key=key)
                again = await send(client, where, body, Idempotency_Key=key)
                found.append((f"{one} {what}", same(first, again)))
                succeeded += first.status_code < 300
            other = {"content": b'{"zz": 1}'} if one.takes else {"content": b"x"}
            reused = await send(
                client, path, other, Idempotency_Key=f"there-{one}".replace(" ", "-")
            )
            found.append((f"{one} reused", faults_of(reused, 422)))
            if reused.json()["code"] != "idempotency_key_reused":
                found.append((str(one), reused.text))

        assert wrong(found) == []
        assert succeeded > 10

    async def test_takes_a_key_that_can_be_read_alone(self, api: Api):
        here = await world(api)
        before = await api.row_counts()
        found = []
        for one in operations(api.app):
            if not one.takes_keys:
                continue
            client, path, body = await here.who_may(one), here.at(one), body_of(here, one)
            for key in ("", "two words", "k" * 256, "tab\tbed", "ü"):
                answer = await send(client, path, body, Idempotency_Key=key.encode())
                found.append((f"{one} {key[:9]!r}", faults_of(answer, 400)))

        assert wrong(found) == []
        assert await api.row_counts() == before

    async def test_is_told_apart_by_who_sends_it(self, api: Api):
        """Everybody has keys of their own: a customer, a program, another order's customer."""
        here = await world(api)
        path, body = f"/returns/{here.things.names['number']}/messages", {"message": "Hello."}
        callers = [await api.customer(), api.by("manager"), api.by("support")]
        answers = [await one.post(path, json=body, headers=under("k")) for one in callers]
        same_order = await (await api.customer()).post(path, json=body, headers=under("k"))

        assert [(one.status_code, one.headers.get(REPLAYED)) for one in answers] == [
            (200, None)
        ] * 3
        assert same_order.headers[REPLAYED] == "true"

    async def test_that_has_no_keys_ignores_them(self, api: Api):
        found = []
        for one in operations(api.app):
            if one.method != "POST" or one.takes_keys:
                continue
            for key in ("k", "k", "two words"):
                answer = await api.client().post(one.path, json={}, headers=under(key))
                unmarked = answer.status_code == 400 and REPLAYED not in answer.headers
                found.append((f"{one}", None if unmarked else answer.text))

        assert wrong(found) == []
        assert len(found) == 9


async def held_by_another(api: Api, client: httpx.AsyncClient, key: str) -> asyncpg.Connection:
    """A connection of its own that holds the lock of a key, as a call that still runs does."""
    answer = await client.post("/scan", json={"code": "x"}, headers=under("who-am-i"))
    assert answer.status_code == 200
    row = await IdempotentAnswer.select(IdempotentAnswer.caller).first()
    other = await asyncpg.connect(api.database_url)
    held = f"{row['caller']} {key}"
    await other.execute("BEGIN")
    await other.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", held)
    return other


class TestAKeyInUse:
    async def test_is_a_conflict_until_the_first_call_ends(self, api: Api):
        bench = api.by("bench")
        other = await held_by_another(api, bench, "busy")
        try:
            busy = await bench.post("/scan", json={"code": "y"}, headers=under("busy"))
            still = await bench.post("/scan", json={"code": "y"}, headers=under("busy"))
        finally:
            await other.execute("ROLLBACK")
            await other.close()
        after = await bench.post("/scan", json={"code": "y"}, headers=under("busy"))

        is_problem(busy, 409, "idempotency_key_in_use")
        is_problem(still, 409, "idempotency_key_in_use")
        assert busy.headers["retry-after"] == "1"
        assert (after.status_code, after.headers.get(REPLAYED)) == (200, None)


class TestWhatIsKept:
    async def test_is_kept_a_day_at_least(self, api: Api):
        await api.put_order()
        support = api.by("support")
        first = await support.post("/returns", json=request(), headers=under("day"))
        api.clock.now += timedelta(hours=24)
        again = await support.post("/returns", json=request(), headers=under("day"))

        assert same(first, again) is None

    async def test_is_no_answer_that_may_be_another_in_a_moment(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ):
        await api.put_order()
        found = []
        for who, path, status in (
            ("nobody", "/returns", 401),
            ("shop", "/returns", 403),
            ("support", "/returns", 500),
        ):
            client = api.client() if who == "nobody" else api.by(who)
            with monkeypatch.context() as broken:
                if status == 500:
                    broken.setattr("returns_engine.web.api.returns.request_return", _broken)
                for _ in range(2):
                    answer = await client.post(path, json=request(), headers=under("n"))
                    found.append((who, faults_of(answer, status)))
                    found.append((who, answer.headers.get(REPLAYED)))

        assert wrong(found) == []
        assert await IdempotentAnswer.count() == 0

    async def test_is_that_a_body_was_too_large_however_it_came(self, api: Api):
        number = (await opened(api))["number"]
        customer, path = await api.customer(), f"/returns/{number}/messages"
        large = json.dumps({"message": "x" * LARGEST_BODY}).encode()
        first = await customer.post(path, content=large, headers=under("large"))
        again = await customer.post(path, content=large, headers=under("large"))
        in_pieces = await customer.post(path, content=pieces(large), headers=under("large"))
        smaller = await customer.post(path, json={"message": "x"}, headers=under("large"))

        is_problem(first, 413, "too_large")
        assert same(first, again) is None
        assert same(first, in_pieces) is None
        is_problem(smaller, 422, "idempotency_key_reused")

    async def test_is_sooner_that_there_is_no_such_thing_than_that_a_body_was_too_large(
        self, api: Api
    ):
        large = b" " * (LARGEST_BODY + 1)
        answer = await api.by("support").post(
            "/returns/RMA-00000000/messages", content=large, headers=under("large")
        )

        is_problem(answer, 404, "not_found")

    async def test_is_nothing_that_came_behind_what_was_too_large(self, api: Api):
        """What is left of a body that was given up is no body."""
        number = (await opened(api))["number"]
        customer = await api.customer()
        before = await api.row_counts()
        rest = b" " * LARGEST_BODY + b" ", b'{"message": "Hello."}'

        async def sent() -> AsyncIterator[bytes]:
            for piece in rest:
                yield piece

        path = f"/returns/{number}/messages"
        answer = await customer.post(path, content=sent(), headers=under("rest"))

        is_problem(answer, 413, "too_large")
        assert await api.row_counts() == before

    async def test_of_a_refusal_is_kept_before_it_is_answered(self, api: Api):
        """Whoever reads the refusal and asks again at once hears the same one."""
        await api.put_order()
        customer = await api.customer()
        before = await api.row_counts()
        refused = await customer.post("/returns", json=request("EKR-1"), headers=under("r"))
        (kept,) = await IdempotentAnswer.select(IdempotentAnswer.status, IdempotentAnswer.body)

        is_problem(refused, 404, "not_found")
        assert (kept["status"], bytes(kept["body"])) == (404, refused.content)
        assert await api.row_counts() == before


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 32 * 1024):
        yield content[start : start + 32 * 1024]


async def _broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken")
