"""A mail taken apart: its words, its pictures, and the names of its other files."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from returns_engine.documents.incoming_mail.cleaning import clean_line
from returns_engine.documents.incoming_mail.html_words import words_of_html

MOST_PARTS = 200
MOST_FILES = 20
_LONGEST_NAME = 80
# Logos and signs of a signature stand inside the text and are small; photos are not.
_DECORATION_BYTES = 20 * 1024
# What calls itself one of these is often the larger one that holds it.
_CHARSETS = {"gb2312": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "utf-8"}
_SOFT_BREAK = re.compile(r"(?<!^--) \n(?=[^>\n])", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Parts:
    """What was found in a mail."""

    words: list[str] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    left: int = MOST_PARTS

    @property
    def text(self) -> str:
        """Return the words of all parts."""
        return "\n".join(self.words)


def parts_of(mail: EmailMessage) -> Parts:
    """Take a mail apart; mails inside it are named, not opened."""
    found = Parts()
    _look_into(mail, found)
    return found


def _look_into(part: EmailMessage, found: Parts) -> None:
    found.left -= 1
    if found.left < 0:
        return
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        _choose(part, found)
    elif part.is_multipart() and kind != "message/rfc822":
        for child in _children(part):
            _look_into(child, found)
    elif _is_text(part, kind):
        found.words.append(_words(part, kind))
    elif kind.startswith("image/"):
        _take_picture(part, kind, found)
    elif len(found.others) < MOST_FILES:
        found.others.append(_name(part, kind))


def _choose(part: EmailMessage, found: Parts) -> None:
    """Take the first form that says anything; plain text comes first (RFC 2046, 5.1.4)."""
    said: list[str] = []
    for child in _children(part):
        form = Parts(left=found.left)
        _look_into(child, form)
        found.left = form.left
        found.pictures += form.pictures
        if child.is_multipart():
            found.others += form.others
        if form.text.strip() and not said:
            said = form.words
    found.words += said


def _children(part: EmailMessage) -> list[EmailMessage]:
    return [child for child in part.get_payload() if isinstance(child, EmailMessage)]


def _is_text(part: EmailMessage, kind: str) -> bool:
    attached = part.get_content_disposition() == "attachment" or bool(_file_name(part))
    return kind in {"text/plain", "text/html"} and not attached


def _words(part: EmailMessage, kind: str) -> str:
    text = _decoded(part)
    if kind == "text/html":
        return words_of_html(text)
    if str(part.get_param("format", "")).casefold() == "flowed":
        return _SOFT_BREAK.sub(" ", text.replace("\r\n", "\n"))
    return text


def _decoded(part: EmailMessage) -> str:
    """Return the text of a part, whatever its charset claims to be."""
    raw = _content(part)
    named = str(part.get_content_charset() or "utf-8").casefold()
    for charset in (_CHARSETS.get(named, named), "utf-8", "cp1252"):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _take_picture(part: EmailMessage, kind: str, found: Parts) -> None:
    content = _content(part)
    within_the_text = part.get_content_disposition() != "attachment" and bool(part["Content-ID"])
    if within_the_text and len(content) < _DECORATION_BYTES:
        return
    if len(found.pictures) + len(found.others) < 2 * MOST_FILES:
        found.pictures.append((_name(part, kind), content))


def _name(part: EmailMessage, kind: str) -> str:
    return _file_name(part) or kind


def _file_name(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001 - the standard library's parser trips over headers in many ways
        return ""
    return clean_line(name.replace("\\", "/").rpartition("/")[2])[:_LONGEST_NAME]
