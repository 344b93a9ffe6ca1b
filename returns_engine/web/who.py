"""Who is asking, and what they may do: decided here and nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash
from litestar.types import Guard

from returns_engine.queries.callers import (
    KnownCustomer,
    KnownKey,
    KnownStaff,
    find_customer,
    find_key,
    find_staff,
)
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import PERSONAL_SCOPES, ROLE_SCOPES, ActorKind, Role, Scope
from returns_engine.web.problems import NotAllowed, NotSignedIn
from returns_engine.web.services import Services
from returns_engine.web.signing import same_text
from returns_engine.workflow.make_api_key import KEY_PREFIX
from returns_engine.workflow.verify_lookup_code import TOKEN_PREFIX

SESSION_COOKIE = "id"
CSRF_COOKIE = "returns_csrf"
CSRF_HEADER = "x-returns-csrf"
API_PATH = "/api/"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_STATE = "caller"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who proved who they are. `name` is for people's eyes."""

    actor: Actor
    scopes: frozenset[Scope]
    roles: frozenset[Role]
    name: str

    @property
    def key(self) -> str:
        """Return what tells this caller from all others."""
        return f"{self.actor.kind}:{self.actor.order or self.actor.id}"

    @property
    def is_customer(self) -> bool:
        """Tell whether this is a customer, who sees one order alone."""
        return self.actor.kind is ActorKind.CUSTOMER


def services_of(connection: Connection) -> Services:
    """Return what the application was made with."""
    return cast("Services", connection.app.state.services)


async def caller_of(connection: Connection) -> Caller:
    """Return who is asking, by one statement a request; raises NotSignedIn."""
    state = connection.scope["state"]
    if _STATE not in state:
        caller = await _identify(connection)
        if caller is None:
            raise NotSignedIn
        state[_STATE] = caller
    return cast("Caller", state[_STATE])


def needs(*scopes: Scope) -> Guard:
    """Return a guard for those who have one of `scopes`: 401 for nobody, 403 for others."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = await caller_of(connection)
        if caller.scopes.isdisjoint(scopes):
            raise NotAllowed("missing_scope", f"This needs {' or '.join(scopes)}.")

    return guard


def customer_or(*scopes: Scope) -> Guard:
    """Return a guard for customers, and for those who have one of `scopes`."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = await caller_of(connection)
        if not caller.is_customer and caller.scopes.isdisjoint(scopes):
            raise NotAllowed("missing_scope", f"This needs {' or '.join(scopes)}.")

    return guard


def customers_only() -> Guard:
    """Return a guard for customers: what is theirs alone to say, nobody says for them."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if not (await caller_of(connection)).is_customer:
            raise NotAllowed("customers_only", "Only the customer can say this.")

    return guard


async def customer_of_token(token: str, now: datetime) -> Caller | None:
    """Return the customer a token belongs to, and let the token live on; None when it is over."""
    known = await find_customer(token, now)
    return None if known is None else _customer(known)


async def staff_of_session(session: str) -> Caller | None:
    """Return the member of staff a session cookie belongs to; None when it is over."""
    known = await find_staff(session)
    return None if known is None else _staff(known)


async def _identify(connection: Connection) -> Caller | None:
    given = connection.headers.get("authorization")
    if given is not None:
        return await _by_bearer(given, services_of(connection).clock())
    session = connection.cookies.get(SESSION_COOKIE)
    if session is None:
        return None
    caller = await staff_of_session(session)
    if caller is not None:
        _refuse_forged(connection)
    return caller


async def _by_bearer(given: str, now: datetime) -> Caller | None:
    scheme, _, token = given.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer":
        return None
    if token.startswith(TOKEN_PREFIX):
        return await customer_of_token(token, now)
    if not token.startswith(KEY_PREFIX):
        return None
    known = await find_key(token)
    return None if known is None else _api_key(known)


def _refuse_forged(connection: Connection) -> None:
    """Refuse a change by cookie that another site could have sent.

    Pages are guarded by Litestar's own check, which leaves out the API: a program with a key has
    no such token.
    """
    path = connection.scope["path"]
    if connection.scope.get("method") in _SAFE_METHODS or not path.startswith(API_PATH):
        return
    given, kept = connection.headers.get(CSRF_HEADER), connection.cookies.get(CSRF_COOKIE)
    secret = services_of(connection).settings.secret_key
    if not given or not kept or not same_text(given, kept) or not _is_ours(kept, secret):
        raise NotAllowed("csrf_token_missing", "A change by session needs its CSRF token.")


def _is_ours(token: str, secret: str) -> bool:
    expected = generate_csrf_hash(token=token[:CSRF_SECRET_LENGTH], secret=secret)
    return same_text(token[CSRF_SECRET_LENGTH:], expected)


def _customer(known: KnownCustomer) -> Caller:
    return Caller(
        actor=Actor(kind=ActorKind.CUSTOMER, order=known.order_number),
        scopes=frozenset(),
        roles=frozenset(),
        name="customer",
    )


def _staff(known: KnownStaff) -> Caller:
    roles = frozenset(Role(role) for role in known.roles)
    return Caller(
        actor=Actor(kind=ActorKind.STAFF, id=str(known.person), person=known.person),
        scopes=_scopes(roles),
        roles=roles,
        name=known.name,
    )


def _api_key(known: KnownKey) -> Caller:
    roles = frozenset(Role(role) for role in known.roles)
    given = msgspec.convert(known.scopes, frozenset[Scope])
    # A key of a person grants no more than that person's roles; one of nobody nothing personal.
    granted = given - PERSONAL_SCOPES if known.person is None else given & _scopes(roles)
    return Caller(
        actor=Actor(kind=ActorKind.API_KEY, id=str(known.id), person=known.person),
        scopes=granted,
        roles=roles,
        name=known.name,
    )


def _scopes(roles: frozenset[Role]) -> frozenset[Scope]:
    return frozenset().union(*(ROLE_SCOPES[role] for role in roles))
