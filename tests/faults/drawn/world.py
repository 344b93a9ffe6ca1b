"""What one process keeps for many histories: database, the provider's door, clock."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import uvicorn

from returns_engine.documents.policy_file import load_policy
from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.rules.policy import Policy
from returns_engine.sandbox.connections import Connections
from returns_engine.tables.engine import engine_at
from tests.faults.drawn.crash_points import WatchedGateway, watched_commits
from tests.faults.drawn.opening import OPENINGS, Opening, copy_opening, play_opening, restoring
from tests.faults.drawn.peer import Peer
from tests.workflow.orders import NOW

SECOND_ABOVE = 15
"""In dollars: above it two people approve a refund; the refund of two units is."""

SOON = 0.1
"""Seconds after which a call is given up that will not be answered."""


@dataclass(kw_only=True)
class World:
    """The shop, its database and its provider; `peer` and the clock begin anew each time."""

    watcher: asyncpg.Connection
    policy: Policy
    now: datetime = NOW
    peer: Peer = field(init=False)
    payments: Any = None
    connections: Connections = field(default_factory=Connections)
    on_the_way: dict[str, str] = field(default_factory=dict)
    _restoring: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.peer = Peer(self.clock, self.connections)

    def clock(self) -> datetime:
        """Return the moment that it is in this history."""
        return self.now

    def wait(self, time: timedelta) -> None:
        """Let time pass here and at the provider, whatever is due there meanwhile."""
        self.now += time
        self.peer.agenda.catch_up()

    async def prepare(self) -> None:
        """Play every opening once, and keep it."""
        for opening in OPENINGS:
            if self.on_the_way:
                await self.watcher.execute(await restoring(self.watcher, "nothing"))
            else:
                await copy_opening(self.watcher, "nothing")
            self.on_the_way[opening.name] = await play_opening(opening)
            await copy_opening(self.watcher, opening.name)
        for opening in OPENINGS:
            self._restoring[opening.name] = await restoring(self.watcher, opening.name)

    async def begin(self, opening: Opening) -> None:
        """Forget the history before, and stand at the beginning of another."""
        self.now = NOW
        self.peer = Peer(self.clock, self.connections)
        self.peer.know(opening.payments)
        await self.watcher.execute(self._restoring[opening.name])

    def leaves_unanswered(self, call: str) -> bool:
        """Say whether the provider of this history leaves a call of the gateway unanswered."""
        return self.peer.leaves_unanswered(call)

    async def somebody_waits_for(self, backend: int) -> bool:
        """Say whether a step stands before a lock that this process of the database holds."""
        return bool(await self.watcher.fetchval(_WAITS, backend))


_WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'
               AND $1 = ANY(pg_blocking_pids(pid)))
"""


@asynccontextmanager
async def world_in(database_url: str) -> AsyncIterator[World]:
    """Give a world in an empty, migrated database; the provider answers on loopback."""
    watcher = await asyncpg.connect(database_url)
    policy = load_policy(None)
    approval = replace(policy.approval, second_above=SECOND_ABOVE)
    world = World(watcher=watcher, policy=replace(policy, approval=approval))
    try:
        async with engine_at(database_url), _door(world) as address:
            patient = StripeGateway(api_key="sk_test_histories", address=address)
            impatient = StripeGateway(api_key="sk_test_histories", address=address, timeout=SOON)
            world.payments = WatchedGateway(patient, impatient, world.leaves_unanswered)
            async with patient, impatient:
                with watched_commits():
                    await world.prepare()
                    yield world
    finally:
        await watcher.close()


class _Server(uvicorn.Server):
    def capture_signals(self) -> Any:
        """Leave signals to the program that runs the histories."""
        return nullcontext()


@asynccontextmanager
async def _door(world: World) -> AsyncIterator[str]:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await world.peer.wire(scope, receive, send)

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        application,
        http=world.connections.protocol(),
        loop="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()
