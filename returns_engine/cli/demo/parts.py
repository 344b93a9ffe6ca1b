"""The demo's parts: database and sandbox in this process, web and worker in their own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import rich_click as click

from returns_engine.bootstrap import database_at
from returns_engine.gateways.clock import Clock, shifted_clock, write_offset
from returns_engine.sandbox.server import Sandbox, running_sandbox
from returns_engine.settings import Settings, read_setting

LOOPBACK = "127.0.0.1"
READY_WITHIN_SECONDS = 60.0
STOP_WITHIN_SECONDS = 40.0
BANK = "demo-bank.json"
"""What the sandbox remembers of payments and refunds, in the folder of the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The running demo."""

    web: str
    database_url: str
    data_dir: Path
    sandbox: Sandbox
    clock: Clock

    @property
    def api(self) -> str:
        """Return the base of the HTTP API."""
        return f"{self.web}/api/v1"


@contextmanager
def running_demo(environ: Mapping[str, str], env_file: Path) -> Iterator[Demo]:
    """Start everything, wait until it answers, and stop all of it at the end.

    Data is kept in RETURNS_ENGINE_DATA_DIR; ports come from RETURNS_ENGINE_PORT,
    RETURNS_ENGINE_PORT_SANDBOX and RETURNS_ENGINE_PORT_SMTP, else they are free ones.
    """
    # What is wrong is said before anything is started.
    Settings.from_environment({**environ, "RETURNS_ENGINE_MODE": "demo"}, env_file)
    data_dir: Path = read_setting("data_dir", environ, env_file).absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    clock_file = data_dir / "demo-clock"
    if not clock_file.exists():
        write_offset(clock_file, 0)
    with ExitStack() as stack:
        configured = read_setting("database_url", environ, env_file)
        database_url = stack.enter_context(database_at(configured, data_dir))
        sandbox = stack.enter_context(
            running_sandbox(
                clock_file=clock_file,
                port=int(environ.get("RETURNS_ENGINE_PORT_SANDBOX") or 0),
                smtp_port=int(environ.get("RETURNS_ENGINE_PORT_SMTP") or 0),
                # The database remembers what was paid back: a bank that forgot it would differ.
                kept_in=data_dir / BANK,
            )
        )
        port = int(environ.get("RETURNS_ENGINE_PORT") or free_port())
        web = f"http://{LOOPBACK}:{port}"
        sandbox.send_webhooks_to(f"{web}/api/v1/webhooks/stripe")
        settings = {
            **environ,
            "RETURNS_ENGINE_MODE": "demo",
            "RETURNS_ENGINE_DATABASE_URL": database_url,
            "RETURNS_ENGINE_DATA_DIR": str(data_dir),
            "RETURNS_ENGINE_S3_BUCKET": "",  # photos of the demo stay in its folder
            "RETURNS_ENGINE_SECRET_KEY": _secret(data_dir / "demo-secret"),
            "RETURNS_ENGINE_HOST": LOOPBACK,
            "RETURNS_ENGINE_PORT": str(port),
            "RETURNS_ENGINE_PUBLIC_URL": web,
            "RETURNS_ENGINE_STRIPE_KEY": sandbox.api_key,
            "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
            "RETURNS_ENGINE_STRIPE_WEBHOOK_SECRET": sandbox.webhook_secret,
            "RETURNS_ENGINE_SMTP_HOST": sandbox.host,
            "RETURNS_ENGINE_SMTP_PORT": str(sandbox.smtp_port),
            "RETURNS_ENGINE_SMTP_SECURITY": "none",
            "RETURNS_ENGINE_MAIL_PLUS": "yes",
            "RETURNS_ENGINE_PICTURES_FROM": sandbox.address,
            "RETURNS_ENGINE_LOG_LEVEL": environ.get("RETURNS_ENGINE_LOG_LEVEL") or "warning",
            "RETURNS_ENGINE_CLOCK_FILE": str(clock_file),
            "RETURNS_ENGINE_RETURN_ACCOUNT": environ.get("RETURNS_ENGINE_RETURN_ACCOUNT")
            or "X4R829",
        }
        server = stack.enter_context(_child("serve", settings))
        worker = stack.enter_context(_child("worker", settings))
        _wait_until_ready(web, (server, worker))
        yield Demo(
            web=web,
            database_url=database_url,
            data_dir=data_dir,
            sandbox=sandbox,
            clock=shifted_clock(clock_file),
        )


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        port: int = listening.getsockname()[1]
        return port


def _secret(file: Path) -> str:
    """Return the demo's secret, kept so that what it signed stays valid after a restart."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return file.read_text(encoding="ascii")


@contextmanager
def _child(name: str, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a subcommand as a process of its own; it gets SIGTERM at the end, and time to finish."""
    # A session of its own: Ctrl-C reaches this process alone, which then stops its children.
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "returns_engine.cli.main", name],
        env=dict(settings),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(web: str, processes: tuple[subprocess.Popen[bytes], ...]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        for process in processes:
            if process.poll() is not None:
                raise click.ClickException("A part of the demo stopped; what it said is above.")
        try:
            if httpx.get(f"{web}/health/ready", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise click.ClickException(f"The demo did not answer at {web} in time.")


def told_to_stop() -> None:
    """Make SIGTERM end the demo as Ctrl-C does, also where a shell started it in the background."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def here() -> Mapping[str, str]:
    """Return the environment the demo is started in."""
    return os.environ
