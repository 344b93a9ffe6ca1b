"""The provider's books in a file, for a demo that goes on with the database of the last time."""

import json
from pathlib import Path

from returns_engine.sandbox.provider.books import KINDS, Books


def write_books(books: Books, file: Path) -> None:
    """Write down what the provider remembers, in place of what the file held."""
    objects = [one for kind in KINDS.values() for one in reversed(books.newest_first(kind))]
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"balances": books.balances, "objects": objects}), encoding="utf-8")
    new.replace(file)


def read_books(books: Books, file: Path) -> None:
    """Add what `write_books` wrote to empty books; where there is no file, nothing."""
    if not file.exists():
        return
    kept = json.loads(file.read_text(encoding="utf-8"))
    books.balances.update(kept["balances"])
    for one in kept["objects"]:
        books.add(one)
