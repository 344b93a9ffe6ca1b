"""What a letter says of something extra, read fresh when the letter is written."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from returns_engine.rules.lifecycle.compensation_states import COUNTED
from returns_engine.rules.words import CompensationKind
from returns_engine.tables.engine import connection
from returns_engine.texts.localized import Texts

_OF_THE_RETURN = """
SELECT kind, what, value, currency FROM compensations
WHERE return_id = $1 AND state = ANY($2) ORDER BY proposed_at, id
"""
_GIFTS = """
SELECT o.line_id, c.what FROM compensations c
JOIN return_lines l ON l.id = c.return_line JOIN order_lines o ON o.id = l.order_line
WHERE c.return_id = $1 AND c.state = ANY($2) AND c.kind = $3
"""
_REFERENCE = "SELECT reference FROM compensations WHERE id = $1"


async def extras_of(return_id: int, texts: Texts) -> list[str]:
    """Return in words what is certain to go on top of a return; inside a transaction."""
    states = [str(state) for state in COUNTED]
    rows = await connection().fetch(_OF_THE_RETURN, return_id, states)
    return [
        in_words(row["kind"], row["what"], row["value"], row["currency"], texts) for row in rows
    ]


async def gifts_of(return_id: int, texts: Texts) -> dict[str, str]:
    """Return by line id the gift that certainly goes with what is sent again, in words."""
    states = [str(state) for state in COUNTED]
    rows = await connection().fetch(_GIFTS, return_id, states, CompensationKind.GIFT)
    return {line_id: texts.gettext(what) for line_id, what in rows}


def with_gift(item: str, gift: str | None, texts: Texts) -> str:
    """Return an item that is sent again, with the gift that goes with it."""
    return texts.gettext("%(item)s, with a gift: %(gift)s", item=item, gift=gift) if gift else item


async def compensation_facts(context: Mapping[str, Any], texts: Texts) -> dict[str, object]:
    """Return the one compensation a letter is about: in words, and its code where it has one."""
    reference = await connection().fetchval(_REFERENCE, UUID(str(context["compensation_id"])))
    extra = in_words(
        context["kind"], context["what"], context["amount"], context["currency"], texts
    )
    return {"extra": extra, "reference": reference or ""}


def in_words(kind: str, what: str, value: int, currency: str, texts: Texts) -> str:
    """Return a gift's words alone, a coupon's with what it is worth."""
    if kind == CompensationKind.GIFT:
        return texts.gettext(what)
    return f"{texts.gettext(what)}: {texts.money(value, currency)}"
