"""Find who holds a key, a token or a session: one statement each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from returns_engine.queries.rows import first_row, loaded
from returns_engine.tables.access import digest

TOKEN_LIFE = timedelta(minutes=30)
_RENEW_BELOW = timedelta(minutes=25)
_USE_IS_NOTED = timedelta(hours=1)

# Writing only now and then keeps parallel calls of one program from waiting for each other.
_KEY = """
WITH found AS (
    SELECT k.id, k.name, k.scopes, k.staff
    FROM api_keys k LEFT JOIN piccolo_user u ON u.id = k.staff
    WHERE k.key_digest = {} AND k.revoked_at IS NULL AND (k.staff IS NULL OR u.active)
), noted AS (
    UPDATE api_keys SET last_used_at = {} FROM found
    WHERE api_keys.id = found.id
      AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at <= {})
)
SELECT id, name, scopes, staff,
       ARRAY(SELECT role FROM staff_roles WHERE staff = found.staff) AS roles
FROM found
"""

# For requests of one customer the same.
_CUSTOMER = """
WITH found AS (
    SELECT t.id, t.expires_at, o.number
    FROM customer_tokens t JOIN orders o ON o.id = t."order"
    WHERE t.token_digest = {} AND t.expires_at > {}
), renewed AS (
    UPDATE customer_tokens SET expires_at = {}
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
    row = await first_row(_KEY, digest(key), now, now - _USE_IS_NOTED)
    if row is None:
        return None
    return KnownKey(
        id=row["id"],
        name=row["name"],
        scopes=loaded(row["scopes"]),
        person=row["staff"],
        roles=row["roles"],
    )


async def find_customer(token: str, now: datetime) -> KnownCustomer | None:
    """Return whose token it is, and let it live for another half hour from `now`."""
    row = await first_row(_CUSTOMER, digest(token), now, now + TOKEN_LIFE, now + _RENEW_BELOW)
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
