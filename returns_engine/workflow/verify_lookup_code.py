"""Give a customer a short-lived token for one order, against the code that was mailed."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from returns_engine.tables.access import CustomerToken, digest
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.contacts import contact_digest, normalized_contact
from returns_engine.workflow.looked_up_order import looked_up_order
from returns_engine.workflow.refusals import Refusal
from returns_engine.workflow.send_lookup_code import code_digest

TOKEN_LIVES = timedelta(minutes=30)
TOKEN_PREFIX = "ret_"  # noqa: S105 - says what kind of token it is, and opens nothing
MOST_TRIES = 5


class WrongCode(Refusal):
    """The code is wrong, used, too old, or for something else; nobody learns which."""

    def __init__(self) -> None:
        super().__init__(
            "wrong_code", "This code does not fit, or is too old; you can ask for a new one."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAccess:
    """A way to one order; the token is shown once and stored hashed."""

    token: str
    expires_at: datetime
    order_number: str


_NO_ORDER = -1
_CODES = """
SELECT id, code_digest FROM lookup_codes
WHERE "order" = $1 AND contact_digest = $2 AND expires_at > $3 AND used_at IS NULL AND tries < $4
ORDER BY id FOR UPDATE
"""
_USED = "UPDATE lookup_codes SET used_at = $2 WHERE id = $1"
_TRIED = "UPDATE lookup_codes SET tries = tries + 1 WHERE id = ANY($1::int[])"


async def verify_lookup_code(
    *, order_number: str, contact: str, code: str, now: datetime, secret_key: str
) -> CustomerAccess:
    """Return a token for the order; raises WrongCode. A code works once and bears five tries.

    The try that failed is committed before the refusal is raised. Whatever is wrong with it, the
    same is asked of the database: the time it takes does not tell which orders there are.
    """
    async with transaction():
        order = await looked_up_order(order_number)
        fits = await _use_code(order, contact, code, now, secret_key)
        if fits and order is not None:
            return await give_access(order["id"], order["number"], now)
    raise WrongCode


async def _use_code(
    order: asyncpg.Record | None, contact: str, code: str, now: datetime, secret_key: str
) -> bool:
    order_id, country = (_NO_ORDER, "US") if order is None else (order["id"], order["country"])
    wanted = contact_digest(normalized_contact(contact, country), secret_key)
    given = code_digest(code.strip(), order_id, secret_key)
    codes = await connection().fetch(_CODES, order_id, wanted, now, MOST_TRIES)
    for row in codes:
        if hmac.compare_digest(given, row["code_digest"]):
            await connection().execute(_USED, row["id"], now)
            return True
    await connection().execute(_TRIED, [row["id"] for row in codes])
    return False


async def give_access(order_id: int, order_number: str, now: datetime) -> CustomerAccess:
    """Return a new token for an order; must run inside a transaction."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = now + TOKEN_LIVES
    await CustomerToken.insert(
        CustomerToken(
            token_digest=digest(token), order=order_id, created_at=now, expires_at=expires_at
        )
    )
    return CustomerAccess(token=token, expires_at=expires_at, order_number=order_number)
