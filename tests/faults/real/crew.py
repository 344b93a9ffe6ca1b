"""The processes of the engine, started again whenever one died, as a supervisor would."""

import asyncio
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

STALLED_AFTER = 2
# All is loaded, and begins when it is told to.
_WORKER = f"""
import asyncio, os, sys
from returns_engine.settings import Settings
from returns_engine.worker import run_worker
sys.stdin.readline()
asyncio.run(run_worker(Settings.from_environment(os.environ, None), stalled_after={STALLED_AFTER}))
"""
_WEB = """
import sys
import returns_engine.asgi
from returns_engine.cli.main import main
sys.stdin.readline()
sys.argv = ["returns-engine", "serve"]
main()
"""
LOOKS_EVERY = 0.1
READY_WITHIN = 180.0


@dataclass(kw_only=True)
class Crew:
    """Workers and one web process; all of them may be killed at any moment.

    A spare of each kind stands by, loaded, so that the dead are missed for a moment only.
    """

    environ: dict[str, str]
    web_address: str
    log: Path
    workers: int = 2
    deaths: int = 0
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _spares: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _supervisor: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start all, and return when the web process answers."""
        for name in self.names:
            self._put(name)
        self._supervisor = asyncio.create_task(self._supervise())
        await self.ready()

    async def stop(self) -> None:
        """End all for good."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
        for process in (*self._running.values(), *self._spares.values()):
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()

    @property
    def names(self) -> list[str]:
        return ["web", *(f"worker {number}" for number in range(self.workers))]

    def kill(self, name: str) -> None:
        """Let a process die on the spot, with SIGKILL."""
        self._running[name].send_signal(signal.SIGKILL)

    async def ready(self) -> None:
        """Wait until the web process answers."""
        async with asyncio.timeout(READY_WITHIN), httpx.AsyncClient(timeout=10) as client:
            while True:
                with suppress(httpx.TransportError):
                    answer = await client.get(f"{self.web_address}/health/ready")
                    if answer.is_success:
                        return
                await asyncio.sleep(LOOKS_EVERY)

    async def _supervise(self) -> None:
        while True:
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self.deaths += 1
                    self._put(name)
            await asyncio.sleep(LOOKS_EVERY)

    def _put(self, name: str) -> None:
        """Let the spare of its kind begin, and load another."""
        program = _WEB if name == "web" else _WORKER
        process = self._spares.pop(program, None) or self._load(program)
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(b"begin\n")
            process.stdin.close()
        self._running[name] = process
        if program not in self._spares:
            self._spares[program] = self._load(program)

    def _load(self, program: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", program],
                env=self.environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
