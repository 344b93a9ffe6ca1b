"""Anchors as files in a folder: written whole or not at all, read line by line."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_NAME = re.compile(r"anchor-(\d{6,})-(\d{4}-\d{2}-\d{2})\.jsonl")
_LONGEST_LINE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFile:
    """One anchor that is kept."""

    number: int
    day: str
    path: Path

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.path.name

    def lines(self) -> Iterator[str]:
        """Give the lines without their ends; memory holds one at a time."""
        with self.path.open(encoding="utf-8", newline="\n", errors="replace") as file:
            while line := file.readline(_LONGEST_LINE):
                yield line.removesuffix("\n")


class AnchorFolder:
    """The folder anchors are kept in; it need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self) -> list[AnchorFile]:
        """Return the anchors that are there, in the order of their numbers."""
        if not self.folder.is_dir():
            return []
        named = ((path, _NAME.fullmatch(path.name)) for path in self.folder.iterdir())
        found = [
            AnchorFile(number=int(name[1]), day=name[2], path=path) for path, name in named if name
        ]
        return sorted(found, key=lambda one: (one.number, one.day))

    @contextmanager
    def new(self, number: int, day: str) -> Iterator[IO[str]]:
        """Give the file of a new anchor; it gets its name when all of it is on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, encoding="utf-8", newline="\n", delete=False
        ) as file:
            unfinished = Path(file.name)
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                unfinished.replace(self.path(number, day))
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise

    def path(self, number: int, day: str) -> Path:
        """Return where an anchor is kept."""
        return self.folder / f"anchor-{number:06}-{day}.jsonl"
