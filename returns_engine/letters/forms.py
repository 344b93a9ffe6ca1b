"""The parts a letter is made of, in two forms that say the same."""

import textwrap
from collections.abc import Iterable, Sequence

from markupsafe import Markup

ACCENT = "#0e5a4f"
"""Our color; white can be read on it."""

_WIDTH = 72
_P = "margin:0 0 16px"
_BUTTON = (
    "display:inline-block;padding:12px 22px;border-radius:8px;background:{};color:#ffffff;"
    "font-weight:bold;text-decoration:none"
)
_QUOTE = "margin:0 0 16px;padding:10px 16px;border-left:4px solid #c9822b;background:#f6f4ee"
_CODE = "margin:0 0 16px;font-size:30px;font-weight:bold;letter-spacing:8px"


class TextForm:
    """Plain text, wrapped where people read it; addresses are never broken."""

    def p(self, sentence: str) -> str:
        """Write a paragraph."""
        return _wrapped(sentence) + "\n\n"

    def code(self, digits: str) -> str:
        """Show a code to type in."""
        return f"    {digits}\n\n"

    def quote(self, words: str) -> str:
        """Somebody's own words, kept line by line."""
        lines = words.splitlines() or [""]
        return "\n".join(_wrapped(line, indent="> ") for line in lines) + "\n\n"

    def items(self, entries: Iterable[str]) -> str:
        """Write a list."""
        return "\n".join(_wrapped(entry, indent="- ", then="  ") for entry in entries) + "\n\n"

    def facts(self, pairs: Iterable[Sequence[str]]) -> str:
        """Names and values."""
        return "\n".join(f"{name}: {value}" for name, value in pairs) + "\n\n"

    def button(self, address: str, says: str) -> str:
        """Offer the one thing to do next."""
        return f"{says}:\n{address}\n\n"


class HtmlForm:
    """HTML that every mail program shows: styles inside, nothing loaded from anywhere.

    What has a class gets other colors by night, from the style sheet of the frame.
    """

    def __init__(self, accent: str = ACCENT) -> None:
        self._button = _BUTTON.format(accent)

    def p(self, sentence: str) -> Markup:
        """Write a paragraph."""
        return Markup('<p style="{}">{}</p>').format(_P, sentence)

    def code(self, digits: str) -> Markup:
        """Show a code to type in."""
        return Markup('<p style="{}">{}</p>').format(_CODE, digits)

    def quote(self, words: str) -> Markup:
        """Somebody's own words, kept line by line."""
        lines = Markup("<br>").join(words.splitlines())
        return Markup('<div class="quote" style="{}">{}</div>').format(_QUOTE, lines)

    def items(self, entries: Iterable[str]) -> Markup:
        """Write a list."""
        rows = Markup("").join(Markup("<li>{}</li>").format(entry) for entry in entries)
        return Markup('<ul style="{}">{}</ul>').format(_P, rows)

    def facts(self, pairs: Iterable[Sequence[str]]) -> Markup:
        """Names and values."""
        row = Markup('<tr><td style="padding:3px 24px 3px 0">{}</td><td><b>{}</b></td></tr>')
        rows = Markup("").join(row.format(name, value) for name, value in pairs)
        return Markup('<table role="presentation" style="{}">{}</table>').format(_P, rows)

    def button(self, address: str, says: str) -> Markup:
        """Offer the one thing to do next."""
        return Markup(
            '<p style="margin:24px 0"><a class="button" href="{}" style="{}">{}</a></p>'
        ).format(address, self._button, says)


def _wrapped(text: str, *, indent: str = "", then: str | None = None) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if then is None else then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def unwrapped(text: str) -> str:
    """Return a mail's text with each paragraph on one line, for a page that breaks lines itself."""
    lines: list[str] = []
    before = ""
    for line in text.splitlines():
        if _goes_on(before, line):
            lines[-1] += " " + line.removeprefix("> ").strip()
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def _goes_on(before: str, line: str) -> bool:
    """Tell whether a line follows because its first word found no room on the one before."""
    quoted = line.startswith("> ")
    words = line.removeprefix("> ").split()
    if not words or words[0] == "-" or "://" in words[0] or quoted != before.startswith("> "):
        return False
    return len(before) <= _WIDTH < len(before) + 1 + len(words[0])
