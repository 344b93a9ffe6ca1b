"""Where a process may die or be held up: around every commit, and every call to the provider.

Nothing in the engine knows of it. The engine's transaction and the payment gateway are wrapped from
here, and a step that is watched dies, or waits, at the moment that was named: "before commit 2".
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from returns_engine.tables import engine


class Point(StrEnum):
    """What a process is about to do, or has just done."""

    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    BEFORE_CALL = "before call"
    AFTER_CALL = "after call"


class Crash(BaseException):
    """The process is gone: nothing that it would have done next is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The nth time that a step comes to a point."""

    point: Point
    nth: int

    def __str__(self) -> str:
        return f"{self.point} {self.nth}"

    __repr__ = __str__


@dataclass(kw_only=True)
class Watch:
    """Lies in wait for one step: it is held up at `moment`, or dies there, or both.

    Whoever clears `may_go` lets it stand still at the next point it comes to. `backend` is its
    connection's process at the database while a transaction of its own is open.
    """

    moment: Moment | None = None
    dies: bool = False
    holds: bool = False
    backend: int | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    may_go: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: Counter[Point] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.may_go.set()

    async def pass_by(self, point: Point) -> None:
        self._seen[point] += 1
        here = self.moment == Moment(point=point, nth=self._seen[point])
        if here:
            if self.holds:
                self.may_go.clear()
            self.reached.set()
        await self.may_go.wait()
        if here and self.dies:
            raise Crash(str(self.moment))


_watch: ContextVar[Watch | None] = ContextVar("_watch", default=None)


async def pass_by(point: Point) -> None:
    """Come to a point; whoever is not watched goes on at once."""
    watch = _watch.get()
    if watch is not None:
        await watch.pass_by(point)


def watched(step: Coroutine[Any, Any, Any], watch: Watch | None) -> asyncio.Task[Any]:
    """Start a step in a task of its own, under a watch of its own."""

    async def alone() -> Any:
        _watch.set(watch)
        return await step

    return asyncio.get_running_loop().create_task(alone())


class WatchedTransaction(engine.Transaction):
    """The engine's transaction, which may lose its process around its commit."""

    async def begin(self) -> None:
        await super().begin()
        if (watch := _watch.get()) is not None:
            watch.backend = self.connection.get_server_pid()

    async def rollback(self) -> None:
        await super().rollback()
        if (watch := _watch.get()) is not None:
            watch.backend = None

    async def commit(self) -> None:
        try:
            await pass_by(Point.BEFORE_COMMIT)
        except Crash:
            # What PostgreSQL does for a client that went away.
            await self.rollback()
            raise
        await super().commit()
        if (watch := _watch.get()) is not None:
            watch.backend = None
        await pass_by(Point.AFTER_COMMIT)


@contextmanager
def watched_commits() -> Iterator[None]:
    """Let every transaction of the engine come by its points."""
    before = engine.Transaction
    engine.Transaction = WatchedTransaction
    try:
        yield
    finally:
        engine.Transaction = before


class WatchedGateway:
    """The real gateway, which comes by its points around each call.

    `hangs` says whether the peer will say nothing to the next call of that name: only then the
    client that gives up soon is taken, so that no other answer depends on how busy this machine is.
    """

    def __init__(self, patient: object, impatient: object, hangs: Callable[[str], bool]) -> None:
        self._patient, self._impatient, self._hangs = patient, impatient, hangs

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: object, **named: object) -> Any:
            await pass_by(Point.BEFORE_CALL)
            gateway = self._impatient if self._hangs(name) else self._patient
            answer = await getattr(gateway, name)(*args, **named)
            await pass_by(Point.AFTER_CALL)
            return answer

        return call
