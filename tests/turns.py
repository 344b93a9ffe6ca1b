"""Who may run now: most tests beside one another, and a few with the machine to themselves.

Two locks of the kernel, which gives them back when a process dies. `running.lock` is shared by the
tests that run side by side. `next.lock` is held while waiting for it, so that who waits to be alone
is overtaken by nobody.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Wait for a turn among all who keep their locks in `folder`, and have it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(folder / "running.lock") as running:
        with _opened(folder / "next.lock") as next_one:
            fcntl.flock(next_one, fcntl.LOCK_EX)
            fcntl.flock(running, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)
