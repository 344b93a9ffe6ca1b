"""The way to all orders of one account: a signed text that lives half an hour, and names nobody.

It holds the id of one order of the account, when it was mailed, until when it works, and a keyed
digest of the address it was mailed to. It is renewed by use, for twelve hours in all. Once the
order has another address, it opens nothing any more. Nothing is kept in the database.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from returns_engine.queries.account_orders import email_of_account_order
from returns_engine.workflow.contacts import contact_digest

LINK_LIVES = timedelta(minutes=30)
_LONGEST_LIFE = timedelta(hours=12)
_PURPOSE = "account link, 2"
_SIGNATURE = 32
_DIGEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The proven address, the order by which it is known, and since when (UTC)."""

    order_id: int
    email: str
    since: datetime


def account_link(account: Account, now: datetime, *, secret_key: str) -> str:
    """Return a text that opens the account's orders until half an hour after `now`."""
    since = int(account.since.timestamp())
    until = int(min(now + LINK_LIVES, account.since + _LONGEST_LIFE).timestamp())
    told = f"{account.order_id}.{since}.{until}.{_digest(account.email, secret_key)}"
    return f"{told}.{_signature(told, secret_key)}"


async def account_of_link(link: str, now: datetime, *, secret_key: str) -> Account | None:
    """Return the account that a link opens, by one statement; None for any other text."""
    told, _, signature = link.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(told, secret_key).encode()):
        return None
    order_id, since, until, digest = told.split(".")
    if int(until) < now.timestamp():
        return None
    email = await email_of_account_order(int(order_id))
    if email is None or not hmac.compare_digest(_digest(email, secret_key), digest):
        return None
    return Account(
        order_id=int(order_id), email=email, since=datetime.fromtimestamp(int(since), UTC)
    )


def _digest(email: str, secret_key: str) -> str:
    return contact_digest(email, secret_key)[:_DIGEST]


def _signature(told: str, secret_key: str) -> str:
    signed = f"{_PURPOSE}\n{told}".encode()
    return hmac.new(secret_key.encode(), signed, hashlib.sha256).hexdigest()[:_SIGNATURE]
