"""A web process leaves in two steps: it says that it is not ready, and then takes no more calls."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

from litestar import Litestar
from litestar.datastructures import State

_LEAVING = "leaving"


@asynccontextmanager
async def ready_until_told(app: Litestar, drain_seconds: int) -> AsyncIterator[None]:
    """Let `/health/ready` say no from SIGTERM on; after `drain_seconds` the server hears of it.

    A second SIGTERM is handed on at once, and so is Ctrl-C, which is a person who waits.
    """
    server = signal.getsignal(signal.SIGTERM)
    if not callable(server) or threading.current_thread() is not threading.main_thread():
        yield  # no server that would have to be told
        return
    loop = asyncio.get_running_loop()

    def told(number: int, frame: FrameType | None) -> None:
        again, app.state[_LEAVING] = is_leaving(app.state), True
        wait = 0 if again else drain_seconds
        loop.call_soon_threadsafe(loop.call_later, wait, server, number, frame)

    signal.signal(signal.SIGTERM, told)
    end_with_supervisor()
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, server)


def is_leaving(state: State) -> bool:
    """Say whether the application of `state` was told to stop."""
    return bool(state.get(_LEAVING))


def end_with_supervisor() -> None:
    """Stop this process when the one that started it is gone: nobody else would ever stop it."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="watch-supervisor").start()
