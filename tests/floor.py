"""The workers' floor: a database, a bank and a mail server of its own for each test of the worker.

The folders whose tests work on it name its fixtures in their conftest.
"""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from procrastinate import App

from returns_engine.cli.demo.seed import put_order, tell_payment
from returns_engine.documents.request import RequestDocument, RequestLineDocument
from returns_engine.gateways.payments.from_settings import payment_gateway
from returns_engine.jobs.tools import JobTools
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Reason
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.sandbox.server import Sandbox, running_sandbox
from returns_engine.settings import Settings
from returns_engine.tables.engine import the_engine
from returns_engine.tables.reference import Warehouse
from returns_engine.worker import job_app, job_tools
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.request_return import Opened, request_return
from tests.journeys.orders import an_order
from tests.journeys.shop import until

SOON_STALLED = (
    "import asyncio, os; from returns_engine.settings import Settings;"
    " from returns_engine.worker import run_worker;"
    " asyncio.run(run_worker(Settings.from_environment(os.environ, None), stalled_after=2))"
)


@dataclass(kw_only=True)
class Floor:
    """The workers' floor: what waits, and what the bank has seen of it."""

    settings: Settings
    environ: dict[str, str]
    tools: JobTools
    app: App
    bank: httpx.AsyncClient
    order: SampleOrder | None = None
    until: Callable[..., Any] = field(default=until)

    async def jobs(self, *tasks: str) -> list[dict[str, Any]]:
        rows = await the_engine().fetch_rows(
            "SELECT id, task_name, status::text AS status, lock, attempts, args::text AS args"
            " FROM procrastinate_jobs WHERE cardinality($1::text[]) = 0 OR task_name = ANY($1)"
            " ORDER BY id",
            list(tasks),
        )
        return [dict(row) for row in rows]

    async def work(self) -> None:
        """Run what is ready, as a worker would, and stop."""
        await self.app.run_worker_async(
            wait=False,
            concurrency=8,
            install_signal_handlers=False,
            listen_notify=False,
            delete_jobs="successful",
        )

    async def ordered(self, *lines: dict[str, Any], **about: Any) -> SampleOrder:
        """An order whose payment is on the bank's books; two covers unless told otherwise."""
        now = self.tools.clock()
        self.order = an_order(now, *lines, **about)
        for payment in self.order.stripe_payments():
            await tell_payment(self.bank, payment)
        await put_order(self.order, now)
        return self.order

    async def asked_for(self, order: SampleOrder | None = None) -> str:
        """An approved return of one unit; its number. Its label waits to be printed."""
        order, now = order or await self.ordered(), self.tools.clock()
        line = RequestLineDocument(line_id="L1", quantity=1, reason=Reason.CHANGED_MIND)
        document = RequestDocument(order_number=order.number, lines=[line])
        opened = await request_return(document, actor=SYSTEM, policy=self.tools.policy, now=now)
        assert isinstance(opened, Opened)
        return opened.number

    async def accepted(self, order: SampleOrder | None = None) -> dict[str, Any]:
        """A refund that was proposed of what the bench accepted."""
        number, now = await self.asked_for(order), self.tools.clock()
        unit = ReceivedUnits(line_id="L1", quantity=1)
        await receive_parcel(number, lines=[unit], parcel_reference=None, actor=SYSTEM, now=now)
        found = InspectedUnits(
            line_id="L1",
            quantity=1,
            checks={},
            grade="A",
            found_cause=None,
            verdict="accepted",
            disposition="restock",
            note=None,
            photo_ids=[],
        )
        await inspect_lines(number, lines=[found], policy=self.tools.policy, actor=SYSTEM, now=now)
        row = await the_engine().fetch_row(
            "SELECT id, proposed FROM refunds WHERE state = 'proposed'"
        )
        assert row is not None
        return dict(row)

    async def approved(self, order: SampleOrder | None = None) -> UUID:
        """A refund that was approved and waits for a worker."""
        row, now = await self.accepted(order), self.tools.clock()
        await approve_refund(
            row["id"],
            amount=row["proposed"],
            note=None,
            clause=None,
            external_reference=None,
            policy=self.tools.policy,
            actor=SYSTEM,
            now=now,
        )
        refund_id: UUID = row["id"]
        return refund_id

    async def refund(self) -> dict[str, Any]:
        row = await the_engine().fetch_row("SELECT * FROM refunds")
        assert row is not None
        return dict(row)

    async def refund_is(self, state: str) -> dict[str, Any]:
        async def there() -> dict[str, Any] | None:
            refund = await self.refund()
            return refund if refund["state"] == state else None

        return await until(there)

    async def refunds_at_the_bank(self) -> list[dict[str, Any]]:
        items = (await self.bank.get("/_test/ledger")).json()["items"]
        return [refund for payment in items for refund in payment["refunds"]]

    async def goes_wrong(self, mode: str, times: int = 1) -> None:
        fault = {"on": "refunds.create", "mode": mode, "times": times}
        (await self.bank.post("/_test/faults", json=fault)).raise_for_status()

    @contextmanager
    def worker(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A worker as a process of its own; killed at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, *command], env=self.environ, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(clock_file=tmp_path / "clock") as running:
        yield running


@pytest.fixture
async def floor(database: str, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Floor]:
    environ = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name} | {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": database,
        "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
        "RETURNS_ENGINE_STRIPE_KEY": sandbox.api_key,
        "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
        "RETURNS_ENGINE_PAYMENT_TIMEOUT": "2",
        "RETURNS_ENGINE_SMTP_HOST": sandbox.host,
        "RETURNS_ENGINE_SMTP_PORT": str(sandbox.smtp_port),
        "RETURNS_ENGINE_SMTP_SECURITY": "none",
        "RETURNS_ENGINE_CLOCK_FILE": str(tmp_path / "clock"),
        "RETURNS_ENGINE_RETURN_ACCOUNT": "X4R829",
    }
    settings = Settings.from_environment(environ, None)
    async with (
        payment_gateway(settings) as payments,
        httpx.AsyncClient(base_url=sandbox.address, timeout=30) as bank,
    ):
        tools = job_tools(settings, payments)
        app = job_app(database, tools)
        async with app.open_async():
            yield Floor(settings=settings, environ=environ, tools=tools, app=app, bank=bank)


@pytest.fixture
async def warehouse(database: str) -> None:  # noqa: ARG001 - must be open
    house = Warehouse(
        code="W1", name="EKR", line1="1 Dock Rd", city="Chicago", postal_code="60601", country="US"
    )
    await house.save()
