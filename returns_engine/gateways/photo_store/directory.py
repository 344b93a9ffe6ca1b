"""Pictures in a folder of this machine, written whole or not at all."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from returns_engine.gateways.photo_store.store import (
    KeptFile,
    PhotoMissing,
    PhotoStoreAway,
    is_key,
    place_of,
)


class DirectoryPhotoStore:
    """Keeps each picture as a file; keys are our own ids, so no name from outside gets here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes) -> None:
        """Write a picture beside its place, then move it there in one step."""
        path = self._folder / place_of(key)
        with self._or_away():
            await asyncio.to_thread(_write, path, content)

    async def get(self, key: str) -> bytes:
        """Read a picture; raises PhotoMissing."""
        path = self._folder / place_of(key)
        with self._or_away():
            try:
                return await asyncio.to_thread(path.read_bytes)
            except FileNotFoundError:
                raise PhotoMissing(key) from None

    async def delete(self, key: str) -> None:
        """Remove a picture, if it is there."""
        path = self._folder / place_of(key)
        with self._or_away():
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def listed(self) -> AsyncIterator[Sequence[KeptFile]]:
        """Give every file, a folder at a time; one that was never finished is among them."""
        with self._or_away():
            for folder in await asyncio.to_thread(_folders, self._folder):
                yield await asyncio.to_thread(_files, folder)

    @contextmanager
    def _or_away(self) -> Iterator[None]:
        """Turn what the operating system refuses into the store's own word."""
        try:
            yield
        except OSError as error:
            says = f"The photo folder {self._folder} cannot be used: {error.strerror}."
            raise PhotoStoreAway(says) from error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Its name makes it a file of the store that no photo knows: what a crash leaves is found.
    unfinished = path.with_name(f"{path.name[:2]}{uuid4().hex}.part")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
        ) as to:
            to.write(content)
            to.flush()
            os.fsync(to.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _files(folder: Path) -> list[KeptFile]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # What another process has removed since the folder was read is no file any more.
            with suppress(FileNotFoundError):
                if is_key(entry.name) and entry.name.startswith(folder.name) and entry.is_file():
                    kept_at = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                    found.append(KeptFile(key=entry.name, kept_at=kept_at))
    return found
