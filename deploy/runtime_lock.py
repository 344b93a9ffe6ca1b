"""Print the part of a lock that the installed engine needs to run, without tests and tools.

For example: .venv/bin/python deploy/runtime_lock.py requirements.lock
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Return the distribution `name` and all that it needs, by their canonical names."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(canonicalize_name(name), extras)]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _needed_by(*one)
    return {found_name for found_name, _ in found}


def _needed_by(name: str, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    try:
        texts = requires(name) or []
    except PackageNotFoundError:
        return []  # for another system than this one
    requirements = [Requirement(text) for text in texts]
    return [
        (canonicalize_name(one.name), frozenset(one.extras))
        for one in requirements
        if one.marker is None
        or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def entries(lock: str) -> dict[str, str]:
    """Return each package's lines of a lock, by its canonical name."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock)
    return {canonicalize_name(re.split(r"[=\[ ]", block, maxsplit=1)[0]): block for block in blocks}


def main() -> None:
    """Print the lines; nothing that is needed may be missing."""
    locked = entries(Path(sys.argv[1]).read_text("utf-8"))
    wanted = needed("returns-engine") - {"returns-engine"}
    print("\n".join(locked[name].rstrip("\n") for name in sorted(wanted)))


if __name__ == "__main__":
    main()
