"""Keep which language a customer reads: every later mail about the order speaks it."""

from returns_engine.tables.engine import connection, transaction
from returns_engine.texts.catalogue import customer_languages

_KEEP = """
UPDATE orders SET language = COALESCE($2, language, $3) WHERE number = $1 RETURNING language
"""


async def keep_language(order_number: str, *, chosen: str | None, asked: str | None) -> str | None:
    """Keep what was chosen, else what was kept, else what a browser asked for, and return it.

    None where there is none that we speak. What a browser asks for never replaces what is kept: a
    link may be opened on another's device.
    """
    async with transaction():
        kept = await connection().fetchval(_KEEP, order_number, chosen, asked)
    return kept if kept in customer_languages() else None
