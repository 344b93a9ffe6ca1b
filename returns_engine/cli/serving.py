"""Listen, and keep the web processes at it: uvicorn's supervisor, with an end that always comes."""

import errno
import os
import signal
import socket
import tempfile
import time
from contextlib import suppress

import structlog
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.server import Server
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from returns_engine.cli.http_protocol import ProblemProtocol
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.settings import Settings
from returns_engine.web.header_limits import LARGEST_HEADERS
from returns_engine.web.metrics import SHARED_BY

log = structlog.get_logger()

SECONDS_TO_FINISH = 10
"""What a running call is given once its process no longer takes others."""
_SECONDS_TO_CLOSE = 10
# A machine that is short of everything for some seconds must not lose its web processes too.
_SECONDS_UNTIL_HUNG = 20
_SECONDS_BEFORE_ANOTHER = 1
_BACKLOG = 2048
_FIRST_HANDED_OVER = 3
_APPLICATION = "returns_engine.asgi:application"


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens: the one systemd hands over, else one at `host` and `port`.

    Raises WrongInput with what to do where it cannot be had.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        # It goes on listening while this process is exchanged for the next one.
        return socket.socket(fileno=_FIRST_HANDED_OVER)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise WrongInput([_why_not(error, host, port)]) from None


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} at {host} is taken: end what listens there, or set RETURNS_ENGINE_PORT."
        )
    if error.errno == errno.EACCES:
        return (
            f"This user may not listen on port {port}: set RETURNS_ENGINE_PORT to one from 1024 up."
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"RETURNS_ENGINE_HOST: {host} is no address of this machine."
    return f"Nothing can listen at {host}, port {port}: {error.strerror or error}."


def serve_until_told(listening: socket.socket, settings: Settings) -> bool:
    """Serve until SIGTERM or SIGINT; say whether it ended as it was told, not by a failed start."""
    config = Config(
        _APPLICATION,
        factory=True,
        http=ProblemProtocol,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        # Nothing here speaks WebSocket: who asks to is answered as if they had not.
        ws="none",
        workers=settings.web_processes,
        access_log=False,
        # Its lines go where ours do, as JSON.
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        timeout_worker_healthcheck=_SECONDS_UNTIL_HUNG,
        log_level=settings.log_level,
    )
    if settings.web_processes == 1:
        server = Server(config)
        # Once it has stopped for Ctrl-C it raises the signal again.
        with suppress(KeyboardInterrupt):
            server.run([listening])
        return server.started
    supervisor = Supervisor(config, listening, settings.drain_seconds or 0)
    # They count their answers together: whichever is asked for its metrics tells of all.
    with tempfile.TemporaryDirectory(prefix="returns-engine-metrics-") as counts:
        os.environ[SHARED_BY] = counts
        supervisor.run()
    return not supervisor.failed


class Supervisor(Multiprocess):
    """Starts the web processes, replaces what dies, and ends all of them in bounded time."""

    def __init__(self, config: Config, listening: socket.socket, drain_seconds: int) -> None:
        super().__init__(config, [listening])
        self._longest_end = drain_seconds + SECONDS_TO_FINISH + _SECONDS_TO_CLOSE
        self.failed = False
        self._has_served = False

    def keep_subprocess_alive(self) -> None:
        """Put another in the place of each process that died.

        One that cannot start ends all of them only while none ever served: then it is broken for
        good. Afterwards it is the database that is away, and they wait for it as the others do.
        What ends because all are told to, by Ctrl-C in a terminal, is not replaced.
        """
        for place, process in enumerate(self.processes):
            if self._is_told():
                return
            if process.is_alive(self.config.timeout_worker_healthcheck):
                self._has_served = self._has_served or process.is_ready()
                continue
            process.kill()
            process.join()
            if self._is_told():
                return
            could_not_start = process.exitcode == STARTUP_FAILURE
            if could_not_start and not self._has_served:
                self.should_exit.set()
            if could_not_start and self.should_exit.wait(_SECONDS_BEFORE_ANOTHER):
                return
            log.warning("web_process_replaced", pid=process.pid, could_not_start=could_not_start)
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def terminate_all(self) -> None:
        """Tell every process to end."""
        self.failed = any(process.exitcode == STARTUP_FAILURE for process in self.processes)
        # While one copy of it is open the kernel takes calls that nobody would answer.
        for one in self.sockets:
            one.close()
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for every process; one that takes too long is killed, all by a second signal."""
        until = time.monotonic() + self._longest_end
        for process in self.processes:
            while process.process.is_alive():
                if time.monotonic() > until or self._told_again():
                    process.process.kill()
                process.process.join(0.2)

    def _is_told(self) -> bool:
        return self.should_exit.is_set() or self._told_again()

    def _told_again(self) -> bool:
        return bool({signal.SIGTERM, signal.SIGINT}.intersection(self.signal_queue))
