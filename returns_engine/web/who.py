"""Who is asking, and what they may do: decided here and nowhere else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash

from returns_engine.queries.callers import (
    KnownCustomer,
    KnownKey,
    KnownStaff,
    find_customer,
    find_key,
    find_staff,
)
from returns_engine.rules.actor import Actor
from returns_engine.rules.granted_scopes import roles_with, scopes_of_key, scopes_of_roles
from returns_engine.rules.words import ActorKind, Role, Scope
from returns_engine.settings import Settings
from returns_engine.web.problems import NotAllowed, NotSignedIn
from returns_engine.web.services import Services
from returns_engine.web.signing import same_text
from returns_engine.workflow.make_api_key import KEY_PREFIX
from returns_engine.workflow.verify_lookup_code import TOKEN_PREFIX

SESSION_COOKIE = "id"
CSRF_COOKIE = "returns_csrf"
CSRF_HEADER = "x-returns-csrf"
API_PATH = "/api/"
_SECOND_STEP_FOR = frozenset({Role.ADMINISTRATOR, *roles_with(Scope.REFUNDS_APPROVE)})
"""Finance, and managers, who may all that finance may."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_STATE = "caller"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who proved who they are. `name` is for people's eyes.

    `second_step`: it is somebody of the staff who has an authenticator app.
    """

    actor: Actor
    scopes: frozenset[Scope]
    roles: frozenset[Role]
    name: str
    second_step: bool = False

    @property
    def key(self) -> str:
        """Return what tells this caller from all others."""
        return f"{self.actor.kind}:{self.actor.order or self.actor.id}"

    @property
    def is_customer(self) -> bool:
        """Tell whether this is a customer, who sees one order alone."""
        return self.actor.kind is ActorKind.CUSTOMER

    @property
    def is_program(self) -> bool:
        """Tell whether this is a program with a key of its own."""
        return self.actor.kind is ActorKind.API_KEY

    @property
    def has_a_role(self) -> bool:
        """Tell whether there is something to do here for a member of staff."""
        return bool(self.roles)

    @property
    def judges_blind(self) -> bool:
        """Tell whether this person may give a second opinion, and has no part in deciding the case.

        Until it is given they judge by the photos alone: neither the first verdict nor what the
        customer says of it is theirs to read. A key is its person's, whichever scopes it has.
        """
        theirs = scopes_of_roles(self.roles)
        return Scope.INSPECTIONS_WRITE in theirs and Scope.RETURNS_REVIEW not in theirs

    def may(self, *scopes: Scope) -> bool:
        """Tell whether the caller has one of `scopes`."""
        return not self.scopes.isdisjoint(scopes)

    def require(self, *scopes: Scope) -> None:
        """Raise NotAllowed unless the caller has one of `scopes`."""
        if not self.may(*scopes):
            raise NotAllowed("missing_scope", f"This needs {' or '.join(scopes)}.")

    def is_one_of(self, roles: Collection[Role]) -> bool:
        """Tell whether the caller has one of `roles`: for what is of a role and of no scope."""
        return not self.roles.isdisjoint(roles)

    def owes_second_step(self, settings: Settings) -> bool:
        """Tell whether the caller's role demands an authenticator app that is not set up."""
        demanded = settings.demands_second_step and self.is_one_of(_SECOND_STEP_FOR)
        return demanded and not self.second_step

    def sees_order(self, order_number: str) -> bool:
        """Tell whether an order is there for the caller: a customer sees one, all others each."""
        return not self.is_customer or self.actor.order == order_number


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who may make a call: a guard, and what /schema says of it."""

    scopes: tuple[Scope, ...] = ()
    customers: bool = False

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Let the caller by; raises NotSignedIn for nobody, NotAllowed for others."""
        caller = await caller_of(connection)
        if caller.is_customer and self.customers:
            return
        if not self.scopes:
            raise NotAllowed("customers_only", "Only the customer can say this.")
        caller.require(*self.scopes)


def needs(*scopes: Scope) -> Who:
    """Return a guard for those who have one of `scopes`: 401 for nobody, 403 for others."""
    return Who(scopes=scopes)


def customer_or(*scopes: Scope) -> Who:
    """Return a guard for customers, and for those who have one of `scopes`."""
    return Who(scopes=scopes, customers=True)


def customers_only() -> Who:
    """Return a guard for customers: what is theirs alone to say, nobody says for them."""
    return Who(customers=True)


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
    if caller is None or caller.owes_second_step(services_of(connection).settings):
        return None
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
    known = await find_key(token, now)
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
        scopes=scopes_of_roles(roles),
        roles=roles,
        name=known.name,
        second_step=known.second_step,
    )


def _api_key(known: KnownKey) -> Caller:
    roles = frozenset(Role(role) for role in known.roles)
    given = msgspec.convert(known.scopes, frozenset[Scope])
    return Caller(
        actor=Actor(kind=ActorKind.API_KEY, id=str(known.id), person=known.person),
        scopes=scopes_of_key(given, None if known.person is None else roles),
        roles=roles,
        name=known.name,
    )
