"""The provider's side of the wire: key, faults, stored answers, work, in Stripe's order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from litestar.types import Receive, Scope, Send

from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.connections import Connections, Line
from returns_engine.sandbox.fault_modes import DROPS, HANGS, IN_FRONT, RESETS, Mode, Stage
from returns_engine.sandbox.faults import Fault, Faults, Met
from returns_engine.sandbox.provider.books import BY_ITSELF, Books, Resource
from returns_engine.sandbox.provider.calls import Call, find_call
from returns_engine.sandbox.provider.idempotency import KeptAnswers, StoredAnswer, in_use
from returns_engine.sandbox.provider.lists import expanded
from returns_engine.sandbox.provider.parameters import Nested
from returns_engine.sandbox.provider.refunds import create_refund
from returns_engine.sandbox.provider.refusals import Refusal, failed
from returns_engine.sandbox.provider.requests import ProviderRequest, read_request

LONGEST_HANG = 60.0
MADE_WITH = {Mode.PENDING: "pending", Mode.REQUIRES_ACTION: "requires_action"}
SILENT = HANGS | DROPS | RESETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was understood, and the faults that it meets."""

    request: ProviderRequest
    call: Call
    resource_id: str
    params: Nested
    met: Met


class ProviderWire:
    """Answers Stripe's protocol under /v1/; an ASGI application.

    `before_answers` is awaited between the work and its answer: events that overtake it. Without
    `connections`, served by a plain uvicorn, what would be cut off or reset breaks off instead.
    """

    def __init__(
        self,
        books: Books,
        faults: Faults,
        *,
        agenda: Agenda | None = None,
        connections: Connections | None = None,
        before_answers: Callable[[], Awaitable[None]] | None = None,
        longest_hang: float = LONGEST_HANG,
    ) -> None:
        self._books, self._faults = books, faults
        self._agenda = agenda or Agenda(books.unix)
        self._connections = connections or Connections()
        self._before_answers = before_answers
        self._kept = KeptAnswers(books.unix)
        self._longest_hang = longest_hang

    def forget_answers(self) -> None:
        """Forget every key."""
        self._kept = KeptAnswers(self._books.unix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it end the way an armed fault wants."""
        line = Line(self._connections, scope, receive, send)
        headers: dict[str, str] = {}
        lost: Fault | None = None
        try:
            request = await read_request(scope, receive)
            headers["request-id"] = request.id
            request.authorize()
            self._agenda.catch_up()
            status, body, lost = await self._answer(request, headers)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
            headers |= refusal.headers
        except _Silence as silence:
            lost, status, body = silence.fault, 0, {}
        if lost is not None and lost.mode in SILENT:
            await self._fall_silent(line, lost.mode)
        elif lost is not None and lost.mode is Mode.SLOW_HEADERS:
            await line.crawl(status, body, headers, lost.lasts)
        else:
            cut = lost is not None and lost.mode is Mode.TRUNCATED
            await line.answer(status, body, headers, cut=cut)

    async def _answer(
        self, request: ProviderRequest, headers: dict[str, str]
    ) -> tuple[int, Resource, Fault | None]:
        call, resource_id = find_call(request.method, request.path)
        params = request.params()
        facts = {**params, "idempotency_key": request.idempotency_key, "id": resource_id}
        met = self._faults.meet(call.name, facts)
        _strike_before(met.take(Stage.BEFORE))
        asked = Asked(request=request, call=call, resource_id=resource_id, params=params, met=met)
        answer = await self._worked(asked, headers)
        lost = met.take(Stage.AFTER)
        if lost is not None and lost.mode in IN_FRONT:
            raise _in_front(lost.mode)
        return answer.status, answer.body, lost

    async def _worked(self, asked: Asked, headers: dict[str, str]) -> StoredAnswer:
        request = asked.request
        key = request.idempotency_key
        if key is None:
            return await self._work(asked)
        headers["idempotency-key"] = key
        kept = self._kept
        known = kept.begin(key, f"{request.method} {request.path}", asked.params)
        if known is not None:
            headers |= {"idempotent-replayed": "true", "original-request": known.request_id}
            return known
        try:
            answer = await self._work(asked)
        except BaseException:
            kept.release(key)
            raise
        kept.store(key, answer)
        return answer

    async def _work(self, asked: Asked) -> StoredAnswer:
        fault = asked.met.take(Stage.DURING)
        if fault is not None and fault.mode is Mode.SLOW:
            await asyncio.sleep(fault.lasts)
        try:
            status, body = 200, self._done(asked, fault)
        except Refusal as refusal:
            if not refusal.kept:
                raise
            status, body = refusal.status, refusal.body()
        if self._before_answers is not None:
            await self._before_answers()
        return StoredAnswer(status=status, body=body, request_id=asked.request.id)

    def _done(self, asked: Asked, fault: Fault | None) -> Resource:
        mode = None if fault is None else fault.mode
        if mode is Mode.DECLINED:
            raise Refusal(402, "The bank declined.", kind="card_error", code="card_declined")
        if mode is Mode.HTTP_500:
            raise failed()
        if fault is not None and mode is Mode.HTTP_500_LATE:
            self._agenda.add(fault.lasts, lambda: self._carry_out_late(asked))
            raise failed()
        answer = self._carried_out(asked, None if mode is None else MADE_WITH.get(mode))
        if mode is Mode.HTTP_500_DONE:
            raise failed()
        return expanded(self._books, answer, asked.params)

    def _carried_out(self, asked: Asked, made: str | None = None) -> Resource:
        request = asked.request
        self._books.cause = {"id": request.id, "idempotency_key": request.idempotency_key}
        try:
            if made is not None:
                return create_refund(self._books, asked.params, held_back=made)
            return asked.call.answer(self._books, asked.params, asked.resource_id)
        finally:
            self._books.cause = BY_ITSELF

    def _carry_out_late(self, asked: Asked) -> None:
        """Roll forward what was answered with a 500; what is no longer allowed is left undone."""
        with suppress(Refusal):
            self._carried_out(asked)

    async def _fall_silent(self, line: Line, mode: Mode) -> None:
        if mode in HANGS:
            await line.hang(self._longest_hang)
        elif mode in RESETS:
            await line.reset()
        else:
            await line.close()


class _Silence(Exception):  # noqa: N818 - not an error, the absence of an answer
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.mode)
        self.fault = fault


def _strike_before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.mode in SILENT:
        raise _Silence(fault)
    raise _in_front(fault.mode)


def _in_front(mode: Mode) -> Refusal:
    again = {"stripe-should-retry": "true"}
    match mode:
        case Mode.RATE_LIMITED:
            return Refusal(429, "Too many requests.", code="rate_limit", kept=False)
        case Mode.RATE_LIMITED_RETRY:
            message = "Too many requests, try again."
            return Refusal(429, message, code="rate_limit", kept=False, headers=again)
        case Mode.LOCK_TIMEOUT:
            message = "The object is in use."
            return Refusal(429, message, code="lock_timeout", kept=False, headers=again)
        case Mode.CONFLICT:
            return in_use()
        case _:
            return failed("A machine in front of the provider broke down.", IN_FRONT[mode])
