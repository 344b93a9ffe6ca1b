"""Take out of a text what must not reach paper: controls, lone surrogates, direction tricks."""

import unicodedata

# Marks that print nothing themselves: direction overrides (a name must not turn an address
# around), zero-width joiners, variation selectors and tags. The non-joiner stays: Persian is
# spelled with it.
_UNSEEN = frozenset(
    [
        0x00AD,
        0x061C,
        *range(0x180B, 0x1810),
        0x200B,
        *range(0x200D, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0000, 0xE1000),
    ]
)

LAST_TWO_OF_PLANE = 0xFFFE
NONCHARACTERS = range(0xFDD0, 0xFDF0)


def clean(text: str) -> str:
    """Return `text` on one line, composed (NFC), without what cannot or must not be printed."""
    spaced = "".join(_clean_character(character) for character in text)
    words = unicodedata.normalize("NFC", spaced).split(" ")
    return " ".join(word for word in words if word)


def _clean_character(character: str) -> str:
    code = ord(character)
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    if code in _UNSEEN or _is_noncharacter(code):
        return ""
    category = unicodedata.category(character)
    if category in {"Cc", "Cs"}:
        return ""
    return " " if category == "Zs" and character != "\u00a0" else character


def _is_noncharacter(code: int) -> bool:
    # U+FFFE, U+FFFF, their fellows at the end of each plane, and U+FDD0 to U+FDEF.
    return code & LAST_TWO_OF_PLANE == LAST_TWO_OF_PLANE or code in NONCHARACTERS
