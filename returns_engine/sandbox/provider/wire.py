"""The provider's side of the wire: key, faults, stored answers, work, in Stripe's order."""

import asyncio
from typing import Any

from litestar.types import Receive, Scope, Send

from returns_engine.sandbox.faults import Faults, Mode, Stage
from returns_engine.sandbox.provider.books import BY_ITSELF, Books, Resource
from returns_engine.sandbox.provider.calls import Call, find_call
from returns_engine.sandbox.provider.idempotency import KeptAnswers, StoredAnswer, in_use
from returns_engine.sandbox.provider.lists import expanded
from returns_engine.sandbox.provider.parameters import Nested
from returns_engine.sandbox.provider.refunds import create_refund
from returns_engine.sandbox.provider.refusals import Refusal, failed
from returns_engine.sandbox.provider.requests import (
    ProviderRequest,
    drop,
    read_request,
    send_answer,
    wait_for_hang_up,
)

LONGEST_HANG = 60.0
SLOW_WORK = 1.0
HANGS = frozenset({Mode.TIMEOUT_BEFORE, Mode.TIMEOUT_AFTER})
DROPS = frozenset({Mode.DROP_BEFORE, Mode.DROP_AFTER})


class ProviderWire:
    """Answers Stripe's protocol under /v1/; an ASGI application."""

    def __init__(self, books: Books, faults: Faults, *, longest_hang: float = LONGEST_HANG) -> None:
        self._books, self._faults = books, faults
        self._kept = KeptAnswers(books.unix)
        self._longest_hang = longest_hang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it end the way an armed fault wants."""
        headers: dict[str, str] = {}
        lost: Mode | None = None
        try:
            request = await read_request(scope, receive)
            headers["request-id"] = request.id
            request.authorize()
            status, body, lost = await self._answer(request, headers)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
            headers |= refusal.headers
        except _Silence as silence:
            lost, status, body = silence.mode, 0, {}
        await self._send(receive, send, lost, (status, body, headers))

    async def _answer(
        self, request: ProviderRequest, headers: dict[str, str]
    ) -> tuple[int, Resource, Mode | None]:
        call, resource_id = find_call(request.method, request.path)
        params = request.params()
        facts = {**params, "idempotency_key": request.idempotency_key}
        self._strike_before(self._faults.take(call.name, Stage.BEFORE, facts))
        answer = await self._worked(request, call, resource_id, params, headers)
        lost = self._faults.take(call.name, Stage.AFTER, facts)
        if lost is Mode.HTTP_502_AFTER:
            raise failed("A machine in front of the provider broke down.", 502)
        return answer.status, answer.body, lost

    async def _worked(
        self,
        request: ProviderRequest,
        call: Call,
        resource_id: str,
        params: Nested,
        headers: dict[str, str],
    ) -> StoredAnswer:
        key = request.idempotency_key
        if key is None:
            return await self._work(request, call, resource_id, params)
        headers["idempotency-key"] = key
        known = self._kept.begin(key, f"{request.method} {request.path}", params)
        if known is not None:
            headers |= {"idempotent-replayed": "true", "original-request": known.request_id}
            return known
        try:
            answer = await self._work(request, call, resource_id, params)
        except BaseException:
            self._kept.release(key)
            raise
        self._kept.store(key, answer)
        return answer

    async def _work(
        self, request: ProviderRequest, call: Call, resource_id: str, params: Nested
    ) -> StoredAnswer:
        facts = {**params, "idempotency_key": request.idempotency_key}
        fault = self._faults.take(call.name, Stage.DURING, facts)
        if fault is Mode.SLOW:
            await asyncio.sleep(SLOW_WORK)
        self._books.cause = {"id": request.id, "idempotency_key": request.idempotency_key}
        try:
            status, body = 200, self._done(call, resource_id, params, fault)
        except Refusal as refusal:
            if not refusal.kept:
                raise
            status, body = refusal.status, refusal.body()
        finally:
            self._books.cause = BY_ITSELF
        return StoredAnswer(status=status, body=body, request_id=request.id)

    def _done(self, call: Call, resource_id: str, params: Nested, fault: Mode | None) -> Resource:
        if fault is Mode.DECLINED:
            raise Refusal(402, "The bank declined.", kind="card_error", code="card_declined")
        if fault is Mode.HTTP_500:
            raise failed()
        if fault is Mode.PENDING:
            answer = create_refund(self._books, params, held_back=True)
        else:
            answer = call.answer(self._books, params, resource_id)
        if fault is Mode.HTTP_500_DONE:
            raise failed()
        return expanded(self._books, answer, params)

    def _strike_before(self, fault: Mode | None) -> None:
        if fault in HANGS | DROPS:
            raise _Silence(fault)
        if fault is not None:
            raise _in_front(fault)

    async def _send(
        self,
        receive: Receive,
        send: Send,
        lost: Mode | None,
        answer: tuple[int, dict[str, Any], dict[str, str]],
    ) -> None:
        if lost in HANGS | DROPS:
            await self._lose(receive, send, hangs=lost in HANGS)
            return
        await send_answer(send, *answer, cut=lost is Mode.TRUNCATED)

    async def _lose(self, receive: Receive, send: Send, *, hangs: bool) -> None:
        try:
            if hangs:
                await wait_for_hang_up(receive, self._longest_hang)
        finally:
            # Also when the sandbox stops meanwhile: the server would answer a 500 in our place.
            await drop(send)


class _Silence(Exception):  # noqa: N818 - not an error, the absence of an answer
    def __init__(self, mode: Mode) -> None:
        super().__init__(mode)
        self.mode = mode


def _in_front(fault: Mode) -> Refusal:
    if fault is Mode.RATE_LIMITED:
        return Refusal(429, "Too many requests.", code="rate_limit", kept=False)
    if fault is Mode.LOCK_TIMEOUT:
        again = {"stripe-should-retry": "true"}
        return Refusal(429, "The object is in use.", code="lock_timeout", kept=False, headers=again)
    if fault is Mode.CONFLICT:
        return in_use()
    return failed(
        "A machine in front of the provider broke down.",
        502 if fault is Mode.HTTP_502_BEFORE else 503,
    )
