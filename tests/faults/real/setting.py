"""Where real histories happen: database, provider, web and workers, each a process of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from returns_engine.bootstrap import migrate
from returns_engine.cli.demo.parts import free_port
from returns_engine.gateways.clock import Clock, shifted_clock
from returns_engine.rules.words import Role, Scope
from returns_engine.sandbox.server import Sandbox
from returns_engine.settings import Settings
from returns_engine.tables.engine import engine_at
from returns_engine.tables.reference import Warehouse
from returns_engine.workflow.keep_staff import add_staff
from returns_engine.workflow.make_api_key import make_api_key
from tests.faults.real.crashing_postgres import CrashingPostgres, crashing_postgres
from tests.faults.real.crew import Crew

APPROVERS = ("finn", "fay")
SCOPES = (Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE)
PAYMENT_TIMEOUT = 1
"""How many seconds a worker waits for an answer."""

LONGEST_HANG = 3.0
"""Longer than a worker waits for an answer."""

KEYS_LAST_LONGER_BY = 4 * 3600
"""How much longer the bank remembers a key than we send it (24 hours, and 20)."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Everything that real histories need; one setting serves many of them."""

    settings: Settings
    postgres: CrashingPostgres
    crew: Crew
    clock: Clock
    api: httpx.AsyncClient
    bank: httpx.AsyncClient
    keys: dict[str, str]

    async def control(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.bank.post(f"/_test/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def later(self, seconds: float) -> None:
        """Move the clock of bank and engine on."""
        if seconds < KEYS_LAST_LONGER_BY:
            await self._move_clock(seconds)
            return
        async with _no_call_under_way(self.postgres.url):
            await self._move_clock(seconds)

    async def _move_clock(self, seconds: float) -> None:
        offset = (await self.bank.get("/_test/clock")).json()["offset_seconds"]
        await self.control("clock", offset_seconds=offset + int(seconds))

    async def decide(self, who: str, refund: str, decision: str, **body: Any) -> httpx.Response:
        """Let one of finance decide about a refund."""
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        return await self.api.post(f"/refunds/{refund}/{decision}", json=body, headers=headers)


@asynccontextmanager
async def real_setting(folder: Path) -> AsyncIterator[Setting]:
    """Start everything in an empty folder, and stop it all at the end."""
    with crashing_postgres(folder) as postgres, _sandbox(folder) as sandbox:
        await asyncio.to_thread(migrate, postgres.url)
        clock = shifted_clock(folder / "clock")
        async with engine_at(postgres.url, pool_size=2):
            keys = await _people(clock)
        port = free_port()
        web = f"http://127.0.0.1:{port}"
        sandbox.send_webhooks_to(f"{web}/api/v1/webhooks/stripe")
        crew = Crew(
            environ=_environ(folder, postgres, sandbox, port),
            web_address=web,
            log=folder / "crew.log",
        )
        async with (
            httpx.AsyncClient(base_url=f"{web}/api/v1", timeout=60) as api,
            httpx.AsyncClient(base_url=sandbox.address, timeout=30) as bank,
        ):
            try:
                await crew.start()
                yield Setting(
                    settings=Settings.from_environment(crew.environ, None),
                    postgres=postgres,
                    crew=crew,
                    clock=clock,
                    api=api,
                    bank=bank,
                    keys=keys,
                )
            finally:
                await crew.stop()


@asynccontextmanager
async def _no_call_under_way(url: str) -> AsyncIterator[None]:
    """Let no refund be on its way to the bank: a call lasts a second here, and never a day.

    Whoever is about to send one has to write it down first, and waits for us there.
    """
    connection = await _connected(url)
    try:
        # Gone with a crash it holds nobody up, and for that moment nobody can write either.
        with suppress(psycopg.OperationalError):
            await connection.execute("LOCK TABLE refund_attempts IN SHARE MODE")
        await asyncio.sleep(1.5 * PAYMENT_TIMEOUT)
        yield
    finally:
        await connection.close()


async def _connected(url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    """Wait for the database, which may have crashed just now."""
    while True:
        with suppress(psycopg.OperationalError):
            return await psycopg.AsyncConnection.connect(url)
        await asyncio.sleep(0.1)


@contextmanager
def _sandbox(folder: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(
        clock_file=folder / "clock",
        webhook_pauses=(0.2, 0.4, 0.8, 1.6, 3.2),
        longest_hang=LONGEST_HANG,
    )
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()


def _environ(
    folder: Path, postgres: CrashingPostgres, sandbox: Sandbox, port: int
) -> dict[str, str]:
    others = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    return others | {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": postgres.url,
        "RETURNS_ENGINE_DATA_DIR": str(folder),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
        "RETURNS_ENGINE_HOST": "127.0.0.1",
        "RETURNS_ENGINE_PORT": str(port),
        "RETURNS_ENGINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "RETURNS_ENGINE_STRIPE_KEY": sandbox.api_key,
        "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
        "RETURNS_ENGINE_STRIPE_WEBHOOK_SECRET": sandbox.webhook_secret,
        "RETURNS_ENGINE_PAYMENT_TIMEOUT": str(PAYMENT_TIMEOUT),
        "RETURNS_ENGINE_SMTP_HOST": sandbox.host,
        "RETURNS_ENGINE_SMTP_PORT": str(sandbox.smtp_port),
        "RETURNS_ENGINE_SMTP_SECURITY": "none",
        "RETURNS_ENGINE_CLOCK_FILE": str(folder / "clock"),
        "RETURNS_ENGINE_RETURN_ACCOUNT": "X4R829",
        "RETURNS_ENGINE_LOG_LEVEL": "warning",
    }


async def _people(clock: Clock) -> dict[str, str]:
    """Make two who approve, and return a key for each."""
    house = Warehouse(
        code="W1", name="EKR", line1="1 Dock Rd", city="Chicago", postal_code="60601", country="US"
    )
    await house.save()
    keys = {}
    for name in APPROVERS:
        email = f"{name}@ekr.example"
        await add_staff(
            email=email, name=name, password="f" * 20, roles=[Role.FINANCE], now=clock()
        )
        keys[name] = await make_api_key(name=name, scopes=SCOPES, staff_email=email, now=clock())
    return keys
