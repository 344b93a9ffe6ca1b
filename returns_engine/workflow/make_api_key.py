"""Keys for programs; those that review, inspect or approve belong to a person."""

import secrets
from collections.abc import Collection
from datetime import datetime

from piccolo.apps.user.tables import BaseUser
from piccolo.columns.combination import Where

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.granted_scopes import scopes_of_roles
from returns_engine.rules.words import PERSONAL_SCOPES, Role, Scope
from returns_engine.tables.access import ApiKey, StaffRole, digest
from returns_engine.tables.engine import transaction
from returns_engine.workflow.contacts import normalized_email
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict, Unprocessable

KEY_PREFIX = "rek_"


async def make_api_key(
    *, name: str, scopes: Collection[Scope], staff_email: str | None, now: datetime
) -> str:
    """Make a key and return it, this once; only its hash is stored.

    Raises Conflict `no_such_staff`, Unprocessable `staff_required` where a scope needs a person,
    or `scope_not_held` where that person has no role that grants it.
    """
    if not name.strip():
        raise Unprocessable("no_name", "Name the key by what it is for.")
    async with transaction():
        person = await _person(scopes, staff_email)
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        row = ApiKey(
            name=name,
            key_digest=digest(key),
            scopes=sorted(scopes),
            staff=person,
            created_at=now,
        )
        inserted = await ApiKey.insert(row)
        data = {"api_key": inserted[0]["id"], "scopes": sorted(scopes), "staff": person}
        await record_staff_event(NewEvent(type="api_key.made", data=data), actor=SYSTEM, now=now)
        return key


async def _person(scopes: Collection[Scope], staff_email: str | None) -> int | None:
    if staff_email is None:
        personal = sorted(PERSONAL_SCOPES & set(scopes))
        if personal:
            raise Unprocessable(
                "staff_required",
                f"{', '.join(personal)} must belong to a person: name one with --staff.",
            )
        return None
    user = (
        await BaseUser.objects().where(BaseUser.username == normalized_email(staff_email)).first()
    )
    if user is None:
        raise Conflict("no_such_staff", f"Nobody on the staff has the address {staff_email}.")
    roles = await StaffRole.select(StaffRole.role).where(StaffRole.staff == user.id)
    held = scopes_of_roles([Role(row["role"]) for row in roles])
    missing = sorted(set(scopes) - held)
    if missing:
        raise Unprocessable(
            "scope_not_held", f"{staff_email} has no role that grants {', '.join(missing)}."
        )
    person: int = user.id
    return person


async def revoke_api_key(name: str, *, now: datetime, actor: Actor = SYSTEM) -> int:
    """Revoke every key of this name that is in force, and return how many there were.

    0 where all of them were revoked before; raises Conflict `no_such_key` for a name no key has.
    """
    return await _revoke(ApiKey.name == name, f"No key is named {name}.", now=now, actor=actor)


async def revoke_one_api_key(key_id: int, *, now: datetime, actor: Actor = SYSTEM) -> int:
    """Revoke one of several keys of a name; 0 where it was before, Conflict `no_such_key`."""
    return await _revoke(ApiKey.id == key_id, f"No key has the id {key_id}.", now=now, actor=actor)


async def _revoke(which: Where, unknown: str, *, now: datetime, actor: Actor) -> int:
    async with transaction():
        rows = (
            await ApiKey.update({ApiKey.revoked_at: now})
            .where(which & ApiKey.revoked_at.is_null())
            .returning(ApiKey.id)
        )
        if not rows and not await ApiKey.exists().where(which):
            raise Conflict("no_such_key", unknown)
        for row in rows:
            event = NewEvent(type="api_key.revoked", data={"api_key": row["id"]})
            await record_staff_event(event, actor=actor, now=now)
        return len(rows)
