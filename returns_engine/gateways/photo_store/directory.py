"""Pictures in a folder of this machine, written whole or not at all."""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from returns_engine.gateways.photo_store.store import PhotoMissing

_KEY = re.compile(r"[0-9a-z][0-9a-z-]{7,63}(\.[a-z]{3,4})?")


class DirectoryPhotoStore:
    """Keeps each picture as a file; keys are our own ids, so no name from outside gets here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes) -> None:
        """Write a picture beside its place, then move it there in one step."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """Read a picture; raises PhotoMissing."""
        path = self._path(key)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            raise PhotoMissing(key) from None

    async def delete(self, key: str) -> None:
        """Remove a picture, if it is there."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a key of the photo store holds small letters, digits and dashes")
        return self._folder / key[:2] / key

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
