"""Take people on, and say what each is there for."""

from collections.abc import Collection
from datetime import datetime

from piccolo.apps.user.tables import BaseUser

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import Role
from returns_engine.tables.access import StaffRole, StaffSession
from returns_engine.tables.engine import transaction
from returns_engine.workflow.contacts import is_email, normalized_email
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict, Unprocessable, refuse_field

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
"""Piccolo's own limit."""


async def add_staff(
    *,
    email: str,
    name: str,
    password: str,
    roles: Collection[Role],
    now: datetime,
    actor: Actor = SYSTEM,
) -> int:
    """Add a member of staff and return the row id.

    Raises Conflict `staff_exists`, Unprocessable `password_too_short`, `password_too_long` or
    `no_role`.
    """
    if not is_email(email):
        raise Unprocessable("not_an_email", f"{email} is no e-mail address.")
    require_good_length(password)
    if not roles:
        raise Unprocessable("no_role", "Name at least one role.")
    address = normalized_email(email)
    async with transaction():
        if await BaseUser.exists().where(BaseUser.username == address):
            raise Conflict("staff_exists", f"{address} is on the staff already.")
        user = await BaseUser.create_user(
            username=address,
            password=password,
            email=address,
            first_name=name,
            active=True,
            admin=True,
        )
        await StaffRole.insert(*[StaffRole(staff=user.id, role=str(role)) for role in set(roles)])
        data = {"staff": user.id, "roles": sorted(set(roles))}
        await record_staff_event(NewEvent(type="staff.added", data=data), actor=actor, now=now)
        staff_id: int = user.id
        return staff_id


def require_good_length(password: str, pointer: str = "/password") -> None:
    """Raise Unprocessable `password_too_short` or `password_too_long` for others."""
    if len(password) < SHORTEST_PASSWORD:
        said = f"A password has at least {SHORTEST_PASSWORD} characters."
        raise refuse_field("password_too_short", said, pointer)
    if len(password) > LONGEST_PASSWORD:
        said = f"A password has at most {LONGEST_PASSWORD} characters."
        raise refuse_field("password_too_long", said, pointer)


async def set_password(*, email: str, password: str, now: datetime, actor: Actor = SYSTEM) -> None:
    """Give a colleague a new password, and end every session of theirs.

    Raises Conflict `no_such_staff`, Unprocessable `password_too_short` or `password_too_long`.
    """
    require_good_length(password)
    address = normalized_email(email)
    async with transaction():
        user = await BaseUser.objects().where(BaseUser.username == address).first()
        if user is None:
            raise Conflict("no_such_staff", f"Nobody on the staff has the address {address}.")
        await BaseUser.update_password(user.id, password)
        await StaffSession.delete().where(StaffSession.user_id == user.id)
        event = NewEvent(type="staff.password_set", data={"staff": user.id})
        await record_staff_event(event, actor=actor, now=now)


async def set_roles(
    *, email: str, roles: Collection[Role], now: datetime, actor: Actor = SYSTEM
) -> None:
    """Give a member of staff exactly these roles; raises Conflict `no_such_staff`."""
    address = normalized_email(email)
    async with transaction():
        user = await BaseUser.objects().where(BaseUser.username == address).first()
        if user is None:
            raise Conflict("no_such_staff", f"Nobody on the staff has the address {address}.")
        await StaffRole.delete().where(StaffRole.staff == user.id)
        if roles:
            await StaffRole.insert(
                *[StaffRole(staff=user.id, role=str(role)) for role in set(roles)]
            )
        data = {"staff": user.id, "roles": sorted(set(roles))}
        await record_staff_event(NewEvent(type="staff.roles", data=data), actor=actor, now=now)
