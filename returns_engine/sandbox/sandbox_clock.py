"""The sandbox's clock, which is the engine's too: the real one and an offset that a test sets."""

from datetime import datetime, timedelta
from pathlib import Path

from returns_engine.gateways.clock import read_offset, system_clock, write_offset


class SandboxClock:
    """Runs ahead of the real clock; the offset is kept in `file` where there is one.

    A file that is already there keeps its offset, so that a demo started again goes on in the
    time in which its database was left.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._offset = 0
        if file is not None and file.exists():
            self._offset = read_offset(file)
        self.set_offset(self._offset)

    @property
    def offset(self) -> int:
        """How many seconds the clock is ahead."""
        return self._offset

    def set_offset(self, seconds: int) -> None:
        """Move the clock, for every process that reads the file."""
        self._offset = seconds
        if self._file is not None:
            write_offset(self._file, seconds)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return system_clock() + timedelta(seconds=self._offset)

    def exact(self) -> float:
        """Return the present moment in seconds since 1970, with their parts."""
        return datetime.timestamp(self.now())

    def unix(self) -> int:
        """Return the present moment in whole seconds since 1970, as the provider writes it."""
        return int(self.exact())
