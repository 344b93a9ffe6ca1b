"""Everybody who may ask: nobody in every guise, each scope alone, customers, each role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from litestar.middleware.csrf import generate_csrf_token

from returns_engine.rules.words import PERSONAL_SCOPES, Role, Scope
from returns_engine.tables.access import StaffSession
from returns_engine.workflow.make_api_key import make_api_key, revoke_api_key
from tests.api.conftest import Api, take_on

SECRET = "s" * 40
EVERYTHING = "everything@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody at the other end, by what they show; all None for nobody known."""

    name: str
    headers: dict[str, str]
    scope: Scope | None = None
    order: str | None = None
    role: Role | None = None
    forged: bool = False
    """Whether the token against forgery is missing."""


async def everybody(api: Api, orders: set[str]) -> list[Asking]:
    """Return all who may ask, with a customer of each of `orders` and one of yet another."""
    found = [one async for one in _nobody(api)]
    found += [one async for one in _programs(api)]
    for number in orders:
        token = await api.token(number)
        found.append(Asking(name=f"customer of {number}", headers=bearer(token), order=number))
    found += [one async for one in _staff()]
    return found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def session_of(person: int) -> dict[str, str]:
    """Return the headers of a session that reads."""
    return {"Cookie": f"id={(await StaffSession.create_session(person)).token}"}


def with_token(session: dict[str, str]) -> dict[str, str]:
    """Return the headers of a session that changes things."""
    token = generate_csrf_token(SECRET)
    return {"Cookie": f"{session['Cookie']}; returns_csrf={token}", "x-returns-csrf": token}


async def _nobody(api: Api) -> AsyncIterator[Asking]:
    yield Asking(name="nobody", headers={})
    yield Asking(name="a made-up key", headers=bearer("rek_made-up"))
    yield Asking(name="a made-up session", headers={"Cookie": "id=made-up"})
    revoked = await make_api_key(
        name="over", scopes={Scope.RETURNS_READ}, staff_email=None, now=api.clock()
    )
    await revoke_api_key("over", now=api.clock())
    yield Asking(name="a revoked key", headers=bearer(revoked))
    expired = await api.token("EKR-1001", -timedelta(seconds=1))
    yield Asking(name="an expired token", headers=bearer(expired))


async def _programs(api: Api) -> AsyncIterator[Asking]:
    await take_on(EVERYTHING, Role.MANAGER, Role.ADMINISTRATOR)
    for scope in Scope:
        person = EVERYTHING if scope in PERSONAL_SCOPES else None
        key = await make_api_key(name=scope, scopes={scope}, staff_email=person, now=api.clock())
        yield Asking(name=scope, headers=bearer(key), scope=scope)


async def _staff() -> AsyncIterator[Asking]:
    for role in Role:
        session = await session_of(await take_on(f"{role}-alone@example.com", role))
        yield Asking(name=role, headers=with_token(session), role=role)
        yield Asking(name=f"{role} by forgery", headers=session, role=role, forged=True)
