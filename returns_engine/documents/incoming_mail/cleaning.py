"""Text from outside made fit to be kept: nothing that PostgreSQL or a page could stumble over."""

import unicodedata

_KEPT = {"\n", "\t"}


def clean(text: str) -> str:
    """Return a text with plain line feeds, without control characters and surrogates."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    known = plain.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        sign for sign in known if sign in _KEPT or unicodedata.category(sign) not in {"Cc", "Cs"}
    )


def clean_line(text: str) -> str:
    """Return a text cleaned and in one line."""
    return " ".join(clean(text).split())
