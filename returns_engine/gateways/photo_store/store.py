"""Where pictures are kept."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_KEY = re.compile(r"[0-9a-z][0-9a-z-]{7,63}(\.[a-z]{3,4})?")


class PhotoMissing(Exception):  # noqa: N818 - named for what happened
    """There is no such picture in the store."""


class PhotoStoreAway(Exception):  # noqa: N818 - likewise
    """The store cannot be used now; says what to mend, and never a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the store; `kept_at` by the store's own clock."""

    key: str
    kept_at: datetime


class PhotoStore(Protocol):
    """A place for pictures, by a key that we choose; every call may raise PhotoStoreAway."""

    async def put(self, key: str, content: bytes) -> None:
        """Keep `content`, whole or not at all; a key that is there already is written anew."""

    async def get(self, key: str) -> bytes:
        """Return what is kept under `key`; raises PhotoMissing."""

    async def delete(self, key: str) -> None:
        """Forget `key`; nothing happens where it is not there."""

    def listed(self) -> AsyncIterator[Sequence[KeptFile]]:
        """Give every file there is, some at a time."""


def place_of(key: str) -> str:
    """Return where a key lies in the store: `0f/0f8f….jpg`; raises ValueError for no key of ours.

    Folder and bucket share it, so that one can be copied into the other as it is.
    """
    if not is_key(key):
        raise ValueError("a key of the photo store holds small letters, digits and dashes")
    return f"{key[:2]}/{key}"


def is_key(text: str) -> bool:
    """Tell whether a file can be one of ours."""
    return _KEY.fullmatch(text) is not None
