"""Files that hold names and words: their owner alone may read them."""

import os
from pathlib import Path


def open_closed(path: str, flags: int) -> int:
    """Open a file as `open` does; one that is made is its owner's alone. For `open(opener=…)`."""
    return os.open(path, flags, 0o600)


def write_closed(file: Path, content: bytes) -> None:
    """Write a file anew that its owner alone may read, whoever could read what was there."""
    with open(file, "wb", opener=open_closed) as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(content)
