"""Templates that speak a language: Jinja with gettext, money and dates as filters."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from returns_engine.texts.goods import goods_in_words
from returns_engine.texts.localized import Texts
from returns_engine.texts.words import NAMES


def jinja_environment(
    texts: Texts, folders: Iterable[Path], zone: tzinfo, *, escape: bool = True
) -> Environment:
    """Return an environment that finds templates in `folders`, the first one first.

    HTML is escaped unless `escape` is False, which is for plain text alone. A name that was not
    given is an error, never an empty place. Filters: `money(currency)`, `date`, `weekday`,
    `moment`, `named(list)`, `goods(reason)` of a title; dates may be text as the API writes them.
    """
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=escape,  # noqa: S701 - plain text alone is not escaped; HTML always is
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        texts.gettext, texts.raw_ngettext, newstyle=True
    )
    environment.filters.update(_filters(texts, zone))
    environment.globals.update(language=texts.language)
    return environment


def _filters(texts: Texts, zone: tzinfo) -> dict[str, object]:
    return {
        "money": texts.money,
        "number": texts.number,
        "date": lambda value, style="long": texts.day(_when(value), zone, style=style),
        "weekday": lambda value: texts.weekday(_when(value), zone),
        "moment": lambda value: texts.moment(_instant(value), zone),
        "named": lambda word, among: texts.gettext(NAMES[among].get(word, word)),
        "goods": lambda title, reason: goods_in_words(title, reason, texts),
        "said": lambda sentence: texts.gettext(sentence) if sentence else "",
    }


def _when(value: date | datetime | str) -> date | datetime:
    if isinstance(value, str):
        return _instant(value) if "T" in value else date.fromisoformat(value)
    return value


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
