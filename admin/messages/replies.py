"""Texts to answer with, filled in for one return; what a person makes of them is what is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.texts.catalogue import DEFAULT_LOCALE, available_locales
from returns_engine.texts.localized import texts_in

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A template as it reads for one return."""

    id: int
    name: str
    language: str
    text: str


def replies_for(
    templates: Sequence[Mapping[str, Any]], *, case: Mapping[str, Any], name: str
) -> list[Reply]:
    """Fill `{name}`, `{number}`, `{order}` and `{next_step}` in; any other brace stays as it is."""
    known = {
        "{name}": name,
        "{number}": case["number"],
        "{order}": case["order_number"],
    }
    return [
        Reply(
            id=one["id"],
            name=one["name"],
            language=one["language"],
            text=_filled(one["text"], known | {"{next_step}": _step(case, one["language"])}),
        )
        for one in templates
    ]


def chosen_reply(replies: Sequence[Reply], asked: str | None) -> Reply | None:
    """Return the reply that the address asks for; nonsense is none."""
    return next((one for one in replies if str(one.id) == asked), None)


def _step(case: Mapping[str, Any], language: str) -> str:
    """Return the next step in the language of the text, in ours where it has no catalogue."""
    known = language if language in available_locales() else DEFAULT_LOCALE
    says: str = case["next_step"]["says"]
    return texts_in(known).gettext(says)


def _filled(text: str, known: Mapping[str, str]) -> str:
    for word, value in known.items():
        text = text.replace(word, value)
    return text
