"""The file of orders that were not taken, each with its reasons; the first of them makes it."""

import json
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from returns_engine.cli.closed_file import open_closed
from returns_engine.documents.order_file.given_order import GivenOrder


class RejectsLost(Exception):  # noqa: N818 - named for what happened
    """What was not taken cannot be written down, so the import must not go on."""


class Rejects:
    """Write orders aside, an entry a line; what an earlier run left there goes at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._out: TextIO | None = None

    def __enter__(self) -> Self:
        """Take away what an earlier run left; raises RejectsLost where nothing could be put."""
        if not os.access(self._path.parent, os.W_OK | os.X_OK):
            why = "its folder is not there, or takes no files"
            raise RejectsLost(f"{self._path} cannot be written: {why}.")
        try:
            if self._path.is_file():
                self._path.unlink()
        except OSError as error:
            raise self._lost(error) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file; whatever it still had to write was flushed, or has failed already."""
        if self._out is not None:
            with suppress(OSError):
                self._out.close()

    def write(self, order: GivenOrder, reasons: list[str]) -> None:
        """Write an order aside; raises RejectsLost."""
        entry = json.dumps(order.set_aside(reasons), ensure_ascii=False)
        # Half of a surrogate pair is one of the reasons, and cannot be written otherwise.
        text = entry.encode("utf-8", "backslashreplace").decode()
        try:
            if self._out is None:
                self._out = open(  # noqa: SIM115 - closed at our own end
                    self._path, "w", encoding="utf-8", opener=open_closed
                )
            self._out.write(f"{text}\n")
        except OSError as error:
            raise self._lost(error) from None

    def flush(self) -> None:
        """See that all of it is on disk's way; raises RejectsLost."""
        try:
            if self._out is not None:
                self._out.flush()
        except OSError as error:
            raise self._lost(error) from None

    def _lost(self, error: OSError) -> RejectsLost:
        return RejectsLost(f"{self._path} cannot be written: {error.strerror}.")
