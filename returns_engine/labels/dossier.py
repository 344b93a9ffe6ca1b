"""A case on paper: headings, and under each what is said, on as many pages as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.labels.geometry import A4
from returns_engine.labels.pages import SIZE, Entry, Pages
from returns_engine.labels.template import load_template

_HEADING, _TITLE = 12.0, 18.0
_LEADING = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading and what stands under it."""

    heading: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case as it is printed; `foot` stands on every page."""

    title: str
    merchant: str
    foot: str
    chapters: Sequence[Chapter]


def render_dossier(dossier: Dossier) -> bytes:
    """Return the dossier as PDF, A4, in any script our fonts have; nothing is ever cut."""
    pages = Pages(
        A4,
        title=dossier.title,
        author=dossier.merchant,
        foot=dossier.foot,
        page="page",
        fonts=load_template().fonts,
    )
    pages.write(dossier.title, _TITLE, bold=True)
    pages.top += _TITLE / 2
    for chapter in dossier.chapters:
        if chapter.entries:
            _head(pages, chapter.heading)
            for entry in chapter.entries:
                pages.put(entry)
    return pages.finish()


def _head(pages: Pages, heading: str) -> None:
    """Write a heading, with room for what follows on the same page."""
    pages.room(_HEADING * _LEADING * 2 + SIZE * _LEADING)
    pages.top += _HEADING / 2
    pages.rule()
    pages.top += _HEADING / 2
    pages.write(heading, _HEADING, bold=True)
    pages.top += 2
