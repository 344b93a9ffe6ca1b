"""Join Arabic letters: each takes the form of its place in the word, as the script demands."""

import unicodedata
from functools import cache

from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]  # it has no annotations

# A mark that keeps two letters apart (as in Persian); it prints nothing itself.
NON_JOINER = "\u200c"


def joined(text: str) -> str:
    """Return the text with its Arabic letters in their joined forms, in the order they are read."""
    if text.isascii():
        return text
    forms: str = _reshaper().reshape(text)
    return forms.replace(NON_JOINER, "")


def plain_letters(form: str) -> str:
    """Return the letters that a joined form stands for; any other character as it is."""
    is_form = "\ufb50" <= form <= "\ufdff" or "\ufe70" <= form <= "\ufefc"
    return unicodedata.normalize("NFKC", form) if is_form else form


@cache
def _reshaper() -> ArabicReshaper:
    # Vowel marks stay: what somebody wrote is printed. The one word that the script writes as a
    # picture is spelled out, as our fonts have no picture of it.
    settings = {"delete_harakat": False, "ARABIC LIGATURE ALLAH": False}
    return ArabicReshaper(settings)
