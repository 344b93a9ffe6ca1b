"""What the doctor found, and how it looks at many things: side by side, and none for long."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.settings import Settings

LONGEST_SECONDS = 20.0
"""How long one look may last; those at other machines give up by themselves before."""

Check = Callable[[Settings], str | None]
"""Raises with what to mend where something fails; returns what to think about, or None."""


class Level(StrEnum):
    """How well a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not well."""

    what: str
    level: Level
    mend: str = ""


def look_at_all(checks: Mapping[str, Check], settings: Settings) -> list[Finding]:
    """Make every check, each for itself, and return what was found in their order."""
    found: dict[str, Finding] = {}

    def look(what: str, check: Check) -> None:
        found[what] = _look(what, check, settings)

    threads = [
        threading.Thread(target=look, args=item, daemon=True, name=f"check {item[0]}")
        for item in checks.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_SECONDS)
    return [found.get(what) or _never_ended(what) for what in checks]


def _look(what: str, check: Check, settings: Settings) -> Finding:
    try:
        warning = check(settings)
    except Exception as error:  # noqa: BLE001 - whatever is the matter, the doctor says it and goes on
        mend = " ".join(f"{error}".split()) or type(error).__name__
        return Finding(what=what, level=Level.FAIL, mend=mend)
    return Finding(what=what, level=Level.WARN if warning else Level.OK, mend=warning or "")


def _never_ended(what: str) -> Finding:
    return Finding(what=what, level=Level.FAIL, mend="It did not answer in time.")
