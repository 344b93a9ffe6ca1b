"""What somebody wrote themselves, without what their mail program quoted below or between."""

import re

import quotequail

from returns_engine.documents.incoming_mail.cleaning import clean
from returns_engine.documents.incoming_mail.mail import Words

LONGEST_WORDS = 2_000
# Looking for quotations takes time that grows with the square of the lines.
MOST_LINES = 1_000
_LONGEST_LINE = 5_000
_GAPS = re.compile(r"\n{3,}")


def own_words(text: str, *, forwarded: bool = False) -> Words:
    """Return the sender's own words, at most 2,000 characters.

    Words above, below and between quotations are kept, signatures too: rather a line too many than
    one that a customer wrote. Of a mail that was `forwarded` all is kept: that is what it is for.
    """
    cleaned = clean(text)
    lines = [line[:_LONGEST_LINE].rstrip() for line in cleaned.split("\n")[:MOST_LINES]]
    read = "\n".join(lines)
    kept = read if forwarded else _without_quotes(read)
    found = _GAPS.sub("\n\n", kept).strip()
    unread = 0 if len(lines) < MOST_LINES else len(cleaned) - len(read)
    return Words(
        text=found[:LONGEST_WORDS].rstrip(), cut=max(0, len(found) - LONGEST_WORDS) + max(0, unread)
    )


def _without_quotes(text: str) -> str:
    found = quotequail.unwrap(text)
    if found is None:
        return _unquoted(text)
    parts = [_unquoted(found.get(name, "")) for name in ("text_top", "text_bottom")]
    own = "\n\n".join(part for part in parts if part)
    # With nothing of their own around it, what was passed on is what they wanted to say.
    return text if not own and found["type"] == "forward" else own


def _unquoted(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(">")).strip()
