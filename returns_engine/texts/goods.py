"""Name what a customer has in hand: for a wrong item that is never what was ordered (66, 67)."""

from returns_engine.rules.words import Reason
from returns_engine.texts.localized import Texts


def goods_in_words(title: str, reason: str | None, texts: Texts) -> str:
    """Return the title of the order line, or for a wrong item what came in its place."""
    if reason != Reason.WRONG_ITEM:
        return title
    return texts.gettext("the item you received instead of %(title)s", title=title)
