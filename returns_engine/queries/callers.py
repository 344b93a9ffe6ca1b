"""Find who holds a key, a token or a session: one statement each, and one an hour to note it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.tables.access import digest

TOKEN_LIFE = timedelta(minutes=30)
# However often it is used: a page left open asks for news for ever.
_LONGEST_LIFE = timedelta(hours=12)
_RENEW_BELOW = timedelta(minutes=25)
_USE_IS_NOTED = timedelta(hours=1)

_KEY = """
SELECT k.id, k.name, k.scopes, k.staff, k.last_used_at,
       ARRAY(SELECT role FROM staff_roles WHERE staff = k.staff) AS roles
FROM api_keys k LEFT JOIN piccolo_user u ON u.id = k.staff
WHERE k.key_digest = {} AND k.revoked_at IS NULL AND (k.staff IS NULL OR u.active)
"""
# Once an hour, and by a statement of its own: parallel calls of one program need not wait for each
# other, and a statement that may write costs PostgreSQL more even where it writes nothing.
_USED = """
UPDATE api_keys SET last_used_at = {}
WHERE id = {} AND (last_used_at IS NULL OR last_used_at <= {})
"""

# Writing only now and then keeps parallel requests of one customer from waiting for each other.
_CUSTOMER = """
WITH found AS (
    SELECT t.id, t.expires_at, t.created_at + {} AS ends_at, o.number
    FROM customer_tokens t JOIN orders o ON o.id = t."order"
    WHERE t.token_digest = {} AND t.expires_at > {}
), renewed AS (
    UPDATE customer_tokens SET expires_at = LEAST({}, found.ends_at)
    FROM found WHERE customer_tokens.id = found.id AND found.expires_at < {}
)
SELECT number FROM found
"""

_STAFF = """
SELECT u.id, u.username, u.first_name, u.last_name,
       ARRAY(SELECT role FROM staff_roles WHERE staff = u.id) AS roles,
       EXISTS (SELECT FROM staff_totp WHERE staff = u.id) AS second_step
FROM staff_sessions s JOIN piccolo_user u ON u.id = s.user_id
WHERE s.token = {} AND s.expiry_date > {} AND s.max_expiry_date > {} AND u.active
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """An API key that is in force; `person` where it belongs to one, with that person's roles."""

    id: int
    name: str
    scopes: list[str]
    person: int | None
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """A customer whose token is in force."""

    order_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStaff:
    """A member of staff whose session is in force; `second_step`: with an authenticator app."""

    person: int
    name: str
    roles: list[str]
    second_step: bool


async def find_key(key: str, now: datetime) -> KnownKey | None:
    """Return what the key opens, or None for one that is unknown, revoked, or of nobody active.

    Notes that it was used, once an hour.
    """
    row = await first_row(_KEY, digest(key))
    if row is None:
        return None
    noted = row["last_used_at"]
    if noted is None or noted <= now - _USE_IS_NOTED:
        await rows(_USED, now, row["id"], now - _USE_IS_NOTED)
    return KnownKey(
        id=row["id"],
        name=row["name"],
        scopes=loaded(row["scopes"]),
        person=row["staff"],
        roles=row["roles"],
    )


async def find_customer(token: str, now: datetime) -> KnownCustomer | None:
    """Return whose token it is, and let it live for another half hour from `now`.

    It ends twelve hours after it was given, used or not.
    """
    lives = now + TOKEN_LIFE
    row = await first_row(_CUSTOMER, _LONGEST_LIFE, digest(token), now, lives, now + _RENEW_BELOW)
    return None if row is None else KnownCustomer(order_number=row["number"])


async def find_staff(session: str) -> KnownStaff | None:
    """Return whose session it is, or None for one that is over."""
    # Piccolo keeps the end of a session in naive local time, and so must whoever compares with it.
    local = datetime.now()  # noqa: DTZ005 - see above
    row = await first_row(_STAFF, digest(session), local, local)
    if row is None:
        return None
    full_name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return KnownStaff(
        person=row["id"],
        name=full_name or row["username"],
        roles=row["roles"],
        second_step=row["second_step"],
    )
