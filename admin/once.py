"""A form that is sent twice counts once: its token is kept with where its answer led."""

from datetime import datetime
from uuid import UUID

from returns_engine.queries.rows import first_row, loaded
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection

_SEEN = "SELECT headers FROM idempotent_answers WHERE caller = {} AND key = {}"
_KEEP = """
INSERT INTO idempotent_answers (caller, key, request_digest, status, media_type, headers, body,
                                created_at)
VALUES ($1, $2, '', 303, '', jsonb_build_object('location', $3::text), '', $4)
ON CONFLICT (caller, key) DO NOTHING RETURNING id
"""


class SentBefore(Exception):  # noqa: N818 - not a fault: the same form arrived a moment earlier
    """The same form was saved while this one was; what this one wrote is to be rolled back."""


def token_of(text: str) -> str:
    """Return the token of a form, or "" for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


async def led_to(token: str, *, actor: Actor) -> str | None:
    """Return where the answer to this person's form led, or None where it never arrived."""
    row = await first_row(_SEEN, _caller(actor), token) if token else None
    return None if row is None else str(loaded(row["headers"])["location"])


async def count_once(token: str, where: str, *, actor: Actor, now: datetime) -> None:
    """Keep that the form was saved, in the transaction that saves it; raises SentBefore.

    It is forgotten with the answers of the API, after two days. A form without a token counts.
    """
    if token:
        kept = await connection().fetchval(_KEEP, _caller(actor), token, where, now)
        if kept is None:
            raise SentBefore


def _caller(actor: Actor) -> str:
    return f"form:{actor.person}"
