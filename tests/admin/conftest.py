"""The staff's side of the real application, on a real database, with people in every role."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.types import ControllerRouterHandler
from piccolo.apps.user.tables import BaseUser
from PIL import Image

from admin.routes import admin_folders, admin_routes
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.policy_file import load_policy
from returns_engine.documents.reading import read_document
from returns_engine.documents.request import RequestDocument
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.queries.refunds import list_refunds
from returns_engine.queries.return_view import read_return
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import ActorKind, Role
from returns_engine.settings import Settings
from returns_engine.tables.access import StaffRole, StaffSession
from returns_engine.web.pages import static_files
from returns_engine.web.portal.routes import TEMPLATES, portal_routes
from returns_engine.web.services import Services
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.request_return import Opened, request_return
from tests.api.orders import NOW, asked, order, request
from tests.one_app import app_for
from tests.portal.conftest import Visitor

PASSWORD = "a long enough password"


@dataclass
class Watch:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@dataclass
class StaffSide:
    """The application with its clock, its people and their browsers."""

    app: Litestar
    services: Services
    clock: Watch
    people: dict[str, int] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, *, address: str = "127.0.0.1", **cookies: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(
                self.app, raise_app_exceptions=False, client=(address, 50_000)
            ),
            base_url="http://shop.test",
            cookies=cookies,
        )
        self.clients.append(client)
        return client

    async def hire(self, name: str, *roles: Role) -> int:
        """Take somebody on; one round of hashing instead of 600,000 keeps the tests quick."""
        person = BaseUser(
            username=f"{name}@ekr.test",
            email=f"{name}@ekr.test",
            password=BaseUser.hash_password(PASSWORD, iterations=1),
            first_name=name.capitalize(),
            active=True,
            admin=True,
        )
        await person.save()
        if roles:
            await StaffRole.insert(*[StaffRole(staff=person.id, role=str(role)) for role in roles])
        self.people[name] = person.id
        return person.id

    async def signed_in(self, name: str, *roles: Role) -> Visitor:
        """Return the browser of somebody who signed in; who is new is hired."""
        person = self.people.get(name) or await self.hire(name, *roles)
        session = await StaffSession.create_session(person)
        client = self.client(id=session.token)
        client.follow_redirects = True
        return Visitor(client)

    async def put_order(self, number: str = "EKR-1001", **changes: Any) -> None:
        raw = json.dumps(order(**changes)).encode()
        document = read_document(raw, OrderDocument)
        await import_order(number, document, expected_version=None, actor=SYSTEM, now=NOW)

    async def open_return(
        self, number: str = "EKR-1001", *lines: dict[str, Any], **more: Any
    ) -> str:
        """Open a return for an order as its customer, and give its RMA number."""
        raw = json.dumps(request(number, *(lines or [asked()])) | more).encode()
        customer = Actor(kind=ActorKind.CUSTOMER, order=number)
        opened = await request_return(
            read_document(raw, RequestDocument),
            actor=customer,
            policy=self.services.policy,
            now=self.clock(),
        )
        assert isinstance(opened, Opened)
        return opened.number

    async def case(self, number: str) -> dict[str, Any]:
        found = await read_return(number, for_staff=True)
        assert found is not None
        return found

    async def refunds(self) -> list[dict[str, Any]]:
        return list((await list_refunds()).items)


def a_photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "saddlebrown").save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    environ = {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": database_url,
        "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
        "RETURNS_ENGINE_PUBLIC_URL": "http://shop.test",
    }
    return Settings.from_environment(environ, None)


def everybodys_routes() -> list[ControllerRouterHandler]:
    return [portal_routes(), *static_files(), *admin_routes()]


@pytest.fixture
async def staff(database: str, settings: Settings) -> AsyncIterator[StaffSide]:  # noqa: ARG001 - the engine
    clock = Watch()
    services = Services(
        settings=settings,
        policies=PublishedPolicies(load_policy(None)),
        clock=clock,
        photos=DirectoryPhotoStore(settings.photos),
        webhooks=None,
    )
    app = app_for(services, everybodys_routes, [TEMPLATES, *admin_folders()])
    made = StaffSide(app=app, services=services, clock=clock)
    await made.put_order()
    yield made
    for client in made.clients:
        await client.aclose()
