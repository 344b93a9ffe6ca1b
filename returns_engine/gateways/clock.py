"""The engine's clock: the system's, or one that runs ahead of it by an offset kept in a file."""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

Clock = Callable[[], datetime]


class ClockSettings(Protocol):
    """The one setting that a clock is chosen by."""

    @property
    def clock_file(self) -> Path | None:
        """The file that holds the offset in whole seconds; None for the system's clock."""


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def shifted_clock(path: Path) -> Clock:
    """Return a clock that is ahead of the system's by the whole seconds written in `path`.

    The file is read at every call, so that one process moves the clock of all the others. It is
    also read here, so that a missing file (OSError) or an unreadable one (ValueError) stops the
    program when it starts rather than in the middle of a case.
    """
    read_offset(path)

    def ahead_of_the_system() -> datetime:
        return system_clock() + timedelta(seconds=read_offset(path))

    return ahead_of_the_system


def clock_from(settings: ClockSettings) -> Clock:
    """Return the clock that the settings name; only demo and tests set `clock_file`."""
    if settings.clock_file is None:
        return system_clock
    return shifted_clock(settings.clock_file)


def read_offset(path: Path) -> int:
    """Return the offset in whole seconds; OSError without the file, ValueError for other text."""
    return int(path.read_text(encoding="ascii"))


def write_offset(path: Path, seconds: int) -> None:
    """Replace the offset in one step, so that a reader never sees half a number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(str(seconds))
    Path(name).replace(path)
