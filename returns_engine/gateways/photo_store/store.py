"""Where pictures are kept."""

from typing import Protocol


class PhotoMissing(Exception):  # noqa: N818 - named for what happened
    """There is no such picture in the store."""


class PhotoStore(Protocol):
    """A place for pictures, by a key that we choose."""

    async def put(self, key: str, content: bytes) -> None:
        """Keep `content`; a key that is there already is written anew."""

    async def get(self, key: str) -> bytes:
        """Return what is kept under `key`; raises PhotoMissing."""

    async def delete(self, key: str) -> None:
        """Forget `key`; nothing happens where it is not there."""
