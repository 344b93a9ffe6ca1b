"""What became of a case while somebody had a form of it open, and what they had typed into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from admin.forms import SentForm
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.workflow.refusals import StaleVersion

_WORDS = (
    *(
        "note",
        "reason",
        "hold_reason",
        "bench_reason",
        "otherwise",
        "came_back",
        "external_reference",
    ),
    *("question", "override_reason", "message", "tracking_number", "void_reason"),
)
# Day and night the engine keeps its promises up to date; nobody decided anything by that.
_NOBODYS = "promise."


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """Events that somebody had not seen when they sent their form, and the words they had typed.

    `says_it_all` tells that they are the whole reason why nothing was done.
    """

    events: Sequence[Mapping[str, Any]]
    typed: Sequence[str]
    says_it_all: bool


def last_seen(events: Sequence[Mapping[str, Any]]) -> int:
    """Return the sequence number of the last event: what a form carries as `seen`."""
    return events[-1]["sequence"] if events else 0


def meanwhile(
    form: SentForm | None, events: Sequence[Mapping[str, Any]], error: Exception | None
) -> Meanwhile | None:
    """Return what happened since the page was made that `form` was sent from; None for nothing."""
    seen = form.text("seen") if form else ""
    if form is None or not (seen.isascii() and seen.isdigit()):
        return None
    new = [
        event
        for event in events
        if event["sequence"] > int(seen) and not event["type"].startswith(_NOBODYS)
    ]
    typed = form.typed()
    # Of rows there are several: `override_reason-0`.
    words = [
        text.strip()
        for name, text in typed.items()
        if name.partition("-")[0] in _WORDS and text.strip()
    ]
    overtaken = isinstance(error, StaleVersion | TransitionNotAllowed)
    return Meanwhile(events=new, typed=words, says_it_all=overtaken) if new else None
