"""The real application over real HTTP semantics, on a real database, with keys for everybody."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar
from piccolo.apps.user.tables import BaseUser

from returns_engine.documents.policy_file import load_policy
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.rules.words import Role, Scope
from returns_engine.settings import Settings
from returns_engine.tables.access import CustomerToken, StaffRole, digest
from returns_engine.tables.orders import Order
from returns_engine.web.services import Services
from returns_engine.workflow.make_api_key import make_api_key
from returns_engine.workflow.verify_lookup_code import TOKEN_LIVES
from tests.api.conformance import described
from tests.api.orders import NOW, order
from tests.one_app import app_for

WEBHOOK_SECRET = "whsec_for_tests"
OLD_WEBHOOK_SECRET = "whsec_being_replaced"
SUPPORT = {Scope.RETURNS_READ, Scope.RETURNS_WRITE, Scope.RETURNS_REVIEW}
WAREHOUSE = {Scope.RETURNS_READ, Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE}
FINANCE = {Scope.RETURNS_READ, Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE}


@dataclass
class Watch:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Api:
    """The application, its clock, and clients by who is asking."""

    app: Litestar
    database_url: str
    clock: Watch
    keys: dict[str, str] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def by(self, who: str) -> httpx.AsyncClient:
        """Return a client with the key or token kept under a name."""
        return self.client({"Authorization": f"Bearer {self.keys[who]}"})

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(
            transport=transport,
            base_url="http://shop.test/api/v1",
            headers=headers,
            event_hooks={"response": [self.hold_to_description]},
        )
        self.clients.append(client)
        return client

    async def hold_to_description(self, answer: httpx.Response) -> None:
        """Fail a test whose answer is not as /schema says."""
        await answer.aread()
        faults = list(described(self.app).faults(answer))
        assert faults == [], f"{answer.request.method} {answer.request.url.path}: {faults}"

    async def put_order(self, number: str = "EKR-1001", **changes: Any) -> dict[str, Any]:
        answer = await self.by("shop").put(f"/orders/{number}", json=order(**changes))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def customer(self, number: str = "EKR-1001") -> httpx.AsyncClient:
        """Return a client with a token of the order's customer."""
        return self.client({"Authorization": f"Bearer {await self.token(number)}"})

    async def token(self, number: str, lives: timedelta = TOKEN_LIVES) -> str:
        """Return a token of the order's customer."""
        row = await Order.select(Order.id).where(Order.number == number).first()
        token = f"ret_{secrets.token_urlsafe(16)}"
        await CustomerToken.insert(
            CustomerToken(
                token_digest=digest(token),
                order=row["id"],
                created_at=self.clock(),
                expires_at=self.clock() + lives,
            )
        )
        return token

    async def row_counts(self) -> dict[str, int]:
        """Count the rows of every table of ours, answers kept and limits counted left out."""
        connection = await asyncpg.connect(self.database_url)
        try:
            names = await connection.fetch(
                "SELECT relname FROM pg_stat_user_tables WHERE relname NOT IN"
                " ('idempotent_answers', 'rate_limits') ORDER BY relname"
            )
            counts = " UNION ALL ".join(
                f"SELECT '{row['relname']}' AS name, count(*) AS rows FROM {row['relname']}"  # noqa: S608 - our own tables
                for row in names
            )
            return {row["name"]: row["rows"] for row in await connection.fetch(counts)}
        finally:
            await connection.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    environ = {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": database_url,
        "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
    }
    return Settings.from_environment(environ, None)


@pytest.fixture
async def api(database: str, settings: Settings) -> AsyncIterator[Api]:
    clock = Watch()
    services = Services(
        settings=settings,
        policies=PublishedPolicies(load_policy(None)),
        clock=clock,
        photos=DirectoryPhotoStore(settings.photos),
        webhooks=StripeWebhooks([OLD_WEBHOOK_SECRET, WEBHOOK_SECRET]),
    )
    app = app_for(services)
    made = Api(app=app, database_url=database, clock=clock)
    await make_keys(made)
    yield made
    for client in made.clients:
        await client.aclose()


async def make_keys(api: Api) -> None:
    """Give the shop a key, and a person of each kind with one."""
    now = datetime.now(UTC)
    api.keys["shop"] = await make_api_key(
        name="shop", scopes={Scope.ORDERS_WRITE, Scope.RETURNS_READ}, staff_email=None, now=now
    )
    for name, role, scopes in (
        ("support", Role.SUPPORT, SUPPORT),
        ("bench", Role.WAREHOUSE, WAREHOUSE),
        ("finance", Role.FINANCE, FINANCE),
        ("manager", Role.MANAGER, SUPPORT | WAREHOUSE | FINANCE),
    ):
        email = f"{name}@example.com"
        await take_on(email, role)
        api.keys[name] = await make_api_key(name=name, scopes=scopes, staff_email=email, now=now)


async def take_on(email: str, *roles: Role) -> int:
    """Add a member of staff who never signs in by password: hashing one takes its time."""
    user = BaseUser(
        username=email, password="pbkdf2_sha256$1$none$none", email=email, active=True, admin=True
    )
    await user.save()
    await StaffRole.insert(*[StaffRole(staff=user.id, role=str(role)) for role in roles])
    person: int = user.id
    return person
