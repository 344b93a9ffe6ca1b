"""A PostgreSQL of its own that can be crashed in the middle of everything, and comes back."""

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.postgres_server.account import server_account
from returns_engine.postgres_server.binaries import programs_for
from returns_engine.postgres_server.place import Place, place_for
from returns_engine.postgres_server.starting import start
from returns_engine.postgres_server.stopping import listener

SECONDS_TO_DIE = 20


@dataclass(frozen=True, kw_only=True)
class CrashingPostgres:
    """A server whose address stays the same; what was committed is there after every crash."""

    url: str
    place: Place

    def crash(self) -> None:
        """Stop in PostgreSQL's immediate mode: no session ends well, nothing is written out."""
        found = listener(self.place)
        assert found is not None, "The database is down already."
        process = os.pidfd_open(found[0])
        try:
            signal.pidfd_send_signal(process, signal.SIGQUIT)
            ended, _, _ = select.select([process], [], [], SECONDS_TO_DIE)
            assert ended, "PostgreSQL did not stop."
        finally:
            os.close(process)

    def start(self) -> None:
        """Come back; recovery reads what the crash left in the log of writes."""
        start(self.place, programs_for(self.place.account), fast=True)

    def restart(self, seconds_down: float) -> None:
        self.crash()
        time.sleep(seconds_down)
        self.start()


@contextmanager
def crashing_postgres(folder: Path) -> Iterator[CrashingPostgres]:
    """Give a server that nobody else uses."""
    with embedded_postgres(folder, fast=True) as url:
        yield CrashingPostgres(url=url, place=place_for(folder, server_account()))
