"""Who may come in: roles of the staff, API keys, customers' tokens and codes, limits."""

import hashlib
from datetime import datetime, timedelta

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import (
    JSONB,
    BigSerial,
    Bytea,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table
from piccolo_api.session_auth.tables import SessionsBase

from returns_engine.tables.orders import Order


def digest(secret: str) -> str:
    """Return what is stored of a secret token; tokens are random, so one hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffRole(Table, tablename="staff_roles", help_text="What a member of staff may do"):
    """A role of a person."""

    id: Serial
    staff = ForeignKey(BaseUser, on_delete=OnDelete.cascade, null=False)
    role = Varchar(length=16)

    staff_roles_uq_role = Unique([staff, role])
    staff_roles_ck_role = Check(
        "role IN ('support', 'warehouse', 'finance', 'manager', 'administrator')"
    )


class StaffSession(SessionsBase, tablename="staff_sessions"):
    """Piccolo's session with the token hashed: a copy of the database opens no door."""

    started_at = Timestamptz(default=None, null=True)
    address = Varchar(length=64, default="", help_text="Where it was opened from")
    browser = Varchar(length=64, default="", help_text="Roughly: Firefox on Windows")

    @classmethod
    async def create_session(
        cls,
        user_id: int,
        expiry_date: datetime | None = None,
        max_expiry_date: datetime | None = None,
    ) -> SessionsBase:
        """Create a session; only the row that is returned carries the token in clear."""
        session = await super().create_session(user_id, expiry_date, max_expiry_date)
        token = session.token
        await cls.update({cls.token: digest(token)}).where(cls.token == token)
        session.token = token
        return session

    @classmethod
    async def get_user_id(cls, token: str, increase_expiry: timedelta | None = None) -> int | None:
        """Return whose session `token` is, or None when it is unknown or over."""
        return await super().get_user_id(digest(token), increase_expiry)

    @classmethod
    async def remove_session(cls, token: str) -> None:
        """End the session of `token`."""
        await super().remove_session(digest(token))


class ApiKey(Table, tablename="api_keys", help_text="A program's way in"):
    """An API key; bound to a person where it may review, inspect or approve."""

    id: Serial
    name = Varchar(length=128)
    key_digest = Varchar(length=64, unique=True, secret=True)
    scopes = JSONB(default="[]")
    staff = ForeignKey(BaseUser, on_delete=OnDelete.restrict, null=True, default=None)
    created_at = Timestamptz(default=None)
    last_used_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


class CustomerToken(Table, tablename="customer_tokens", help_text="A customer's way to one order"):
    """A short-lived token for one order."""

    id: Serial
    token_digest = Varchar(length=64, unique=True, secret=True)
    order = ForeignKey(Order, on_delete=OnDelete.cascade, null=False)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, index=True)


class LookupCode(Table, tablename="lookup_codes", help_text="A code on its way to a customer"):
    """A six-digit code for an order and a contact: ten minutes, once, five tries."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.cascade, null=False)
    contact_digest = Varchar(length=64)
    code_digest = Varchar(length=64, secret=True)
    tries = Integer(default=0)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, index=True)
    used_at = Timestamptz(default=None, null=True)

    lookup_codes_ck_tries = Check("tries >= 0 AND tries <= 5")


class RateLimit(Table, tablename="rate_limits", help_text="How often somebody tried"):
    """A count in a window of time, shared by all processes."""

    id: BigSerial
    key = Varchar(length=128)
    window_start = Timestamptz(default=None)
    hits = Integer(default=0)

    rate_limits_uq_window = Unique([key, window_start])


class IdempotentAnswer(
    Table, tablename="idempotent_answers", help_text="Answers kept for a repeated call"
):
    """What was answered to a caller's key, for 24 hours at least."""

    id: BigSerial
    caller = Varchar(length=128)
    key = Varchar(length=255)
    request_digest = Varchar(length=64)
    status = Integer()
    media_type = Varchar(length=64)
    headers = JSONB(default="{}")
    body = Bytea()
    created_at = Timestamptz(default=None, index=True)

    idempotent_answers_uq_key = Unique([caller, key])
