"""A form counts once, however often an impatient finger sends it: its token decides."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from returns_engine.rules.actor import Actor
from returns_engine.tables.access import IdempotentAnswer
from returns_engine.tables.engine import connection, transaction
from returns_engine.web.portal.draft import Fields
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.who import services_of

_NOT_TYPED = "_csrf_token"


async def once(
    request: AnyRequest, fields: Fields, actor: Actor, act: Callable[[], Awaitable[None]]
) -> None:
    """Act, unless the same form was sent before with the same words in it.

    Words that differ are another message: a browser that goes back shows the same form again. A
    form without a token counts each time. Raises what `act` raises, and the form may be sent again.
    """
    if not fields.one("token"):
        await act()
        return
    path = request.url.path
    typed = {name: fields.many(name) for name in sorted(fields.values) if name != _NOT_TYPED}

    async def acted() -> str:
        await act()
        return path

    digest = hashlib.sha256(msgspec.json.encode([path, typed])).hexdigest()
    now = services_of(request).clock()
    await answered_once(f"portal:{actor.order}", digest, digest=digest, now=now, answer=acted)


async def answered_once(
    caller: str, key: str, *, digest: str, now: datetime, answer: Callable[[], Awaitable[str]]
) -> str:
    """Return the address to go to; the same key of a caller is answered once, and leads there.

    The second of two that come together waits for the first. `digest` is kept of what was asked.
    """
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{caller} {key}"
        )
        known = (
            await IdempotentAnswer.select(IdempotentAnswer.body)
            .where(IdempotentAnswer.caller == caller, IdempotentAnswer.key == key)
            .first()
        )
        if known is not None:
            return bytes(known["body"]).decode()
        address = await answer()
        await IdempotentAnswer.insert(
            IdempotentAnswer(
                caller=caller,
                key=key,
                request_digest=digest,
                status=303,
                media_type="text/plain",
                body=address.encode(),
                created_at=now,
            )
        )
        return address
