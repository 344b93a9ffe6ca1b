"""Words, money and dates in one language."""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import (
    format_date,
    format_time,
    get_datetime_format,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from returns_engine.rules.money.money import decimal_text
from returns_engine.texts.catalogue import DEFAULT_LOCALE, load_translations

# Where a language alone does not say how dates and money are written.
_HOME_OF = {"en": "en_US", "es": "es_US"}
_LONGEST_ZONE = 5
# CLDR parts a code of letters from its figures (`currencySpacing`), which Babel does not yet.
_LETTER_AND_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)")


class Texts:
    """Speaks one language: catalogue texts, money in minor units, dates in a zone."""

    def __init__(self, locale: str = DEFAULT_LOCALE) -> None:
        self.language = locale
        self.locale = Locale.parse(_HOME_OF.get(locale, locale))
        self._translations = load_translations(locale)

    def gettext(self, message: str, /, **values: object) -> str:
        """Return the text for `message`, with `%(name)s` filled in where values are given."""
        text = self._translations.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the text for `n` things; `%(n)s` and other values are filled in."""
        return self._translations.ngettext(one, many, n) % {"n": self.number(n), **values}

    def raw_ngettext(self, one: str, many: str, n: int) -> str:
        """Return the text for `n` things, nothing filled in: what Jinja asks for."""
        return self._translations.ngettext(one, many, n)

    def money(self, amount: int, currency: str) -> str:
        """Return minor units of `currency` as people read them: 13534 USD is `$135.34`."""
        value = Decimal(decimal_text(amount, currency))
        written = format_currency(value, currency, locale=self.locale, decimal_quantization=False)
        return _LETTER_AND_FIGURE.sub("\u00a0", written)

    def number(self, value: int) -> str:
        """Return a whole number as people write it."""
        return format_decimal(value, locale=self.locale)

    def day(self, value: date | datetime, zone: tzinfo, *, style: str = "long") -> str:
        """Return the day of a moment in `zone`, or a plain date as it is."""
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        return format_date(day, format=_style(style), locale=self.locale)

    def weekday(self, value: date | datetime, zone: tzinfo) -> str:
        """Return day and month alone, with the weekday: `Tue, Mar 3`."""
        moment = value.astimezone(zone) if isinstance(value, datetime) else value
        return format_date(moment, format="EEE, MMM d", locale=self.locale)

    def moment(self, value: datetime, zone: tzinfo) -> str:
        """Return a moment as date, time and name of `zone`: `Mar 1, 2026, 11:30 PM EST`."""
        there = value.astimezone(zone)
        day = format_date(there, format="medium", locale=self.locale)
        time = format_time(there, format="short", tzinfo=zone, locale=self.locale)
        together = str(get_datetime_format("medium", locale=self.locale))
        written = together.replace("{0}", time).replace("{1}", day).replace("'", "")
        return f"{written} {self._zone(there)}"

    def _zone(self, there: datetime) -> str:
        """Return the name of a moment's zone, as short as people know it: `EST`, `GMT+02:00`."""
        name = get_timezone_name(there, width="short", locale=self.locale)
        # Where a language has no short name for a zone, Babel writes a sentence or bare digits.
        known = name.isalpha() and len(name) <= _LONGEST_ZONE
        return name if known else get_timezone_gmt(there, width="long", locale=self.locale)

    def sequence(self, parts: list[str]) -> str:
        """Return parts as one phrase: `a, b, and c`."""
        return format_list(parts, locale=self.locale)


def _style(style: str) -> str:
    return {"short": "short", "medium": "medium", "long": "long", "full": "full"}[style]


@cache
def texts_in(locale: str) -> Texts:
    """Return the texts of a language, read once in a process."""
    return Texts(locale)


def currency_sign(currency: str) -> str:
    """Return the sign of a currency as English pages write it: `$`, `¥`, `CA$`; else its code."""
    return get_currency_symbol(currency, locale="en_US")
