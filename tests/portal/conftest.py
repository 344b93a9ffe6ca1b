"""The real application, used like a browser without JavaScript: forms are read from the page."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.types import ControllerRouterHandler

from returns_engine.documents.order import OrderDocument
from returns_engine.documents.policy_file import load_policy
from returns_engine.documents.reading import read_document
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import SYSTEM
from returns_engine.settings import Settings
from returns_engine.tables.messages import Message
from returns_engine.web.pages import static_files
from returns_engine.web.portal.routes import TEMPLATES, portal_routes
from returns_engine.web.services import Services
from returns_engine.workflow.import_order import import_order
from tests.api.orders import NOW, order
from tests.one_app import app_for

# What the card "Something else" leads to: all items, with every reason.
ITEMS = "/order?issue=other"


@dataclass
class Form:
    """A form of a page, as a browser would send it."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Finds the forms of a page, with what is filled in and chosen already."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select: str | None = None
        self._area: str | None = None
        self._typed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("method", "get"), given.get("action", "")))
        if not self.found:
            return
        if tag == "input":
            self._input(given, checked="checked" in given)
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and ("selected" in given):
            self.found[-1].fields.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area, self._typed = given["name"], ""

    def _input(self, given: dict[str, str], *, checked: bool) -> None:
        kind = given.get("type", "text")
        if kind in {"file", "submit"} or (kind in {"checkbox", "radio"} and not checked):
            return
        self.found[-1].fields.append((given["name"], given.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.found[-1].fields.append((self._area, self._typed))
            self._area = None
        if tag == "select":
            self._select = None


@dataclass
class Visitor:
    """Somebody with a browser that runs no JavaScript."""

    client: httpx.AsyncClient
    page: httpx.Response | None = None

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path

    async def open(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path)
        return self.page

    def form(self, action: str) -> Form:
        parser = Forms()
        parser.feed(self.text)
        return next(form for form in parser.found if form.action == action)

    async def send(
        self, action: str, files: Any = None, form: Form | None = None, **typed: Any
    ) -> httpx.Response:
        """Fill in the form with this action and send it; dots in names are written `__`."""
        chosen = form or self.form(action)
        given = {name.replace("__", "."): value for name, value in typed.items()}
        fields = [pair for pair in chosen.fields if pair[0] not in given]
        for name, value in given.items():
            values = value if isinstance(value, list) else [value]
            fields += [(name, one) for one in values]
        if chosen.method == "get":
            self.page = await self.client.get(action, params=fields)
        else:
            data: dict[str, list[str]] = {}
            for name, value in fields:
                data.setdefault(name, []).append(value)
            self.page = await self.client.post(action, data=data, files=files)
        return self.page


@dataclass
class Portal:
    """The application with its clock, and visitors."""

    app: Litestar
    settings: Settings
    services: Services
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def visitor(self) -> Visitor:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://shop.test",
            follow_redirects=True,
        )
        self.clients.append(client)
        return Visitor(client)

    async def put_order(self, number: str = "EKR-1001", **changes: Any) -> None:
        raw = json.dumps(order(**changes)).encode()
        document = read_document(raw, OrderDocument)
        await import_order(number, document, expected_version=None, actor=SYSTEM, now=NOW)

    async def code(self, number: str = "EKR-1001") -> str:
        """Return the code in the newest mail about an order."""
        row = (
            await Message.select(Message.context)
            .where(Message.template == "lookup_code", Message.order.number == number)
            .order_by(Message.created_at, ascending=False)
            .first()
        )
        assert row is not None, "no code was sent"
        return loaded(row["context"])["code"]

    async def codes_gone(self) -> None:
        """Forget the codes that were mailed: the clock stands still, and tells none as newest."""
        await Message.delete().where(Message.template == "lookup_code")

    async def signed_in(
        self, number: str = "EKR-1001", contact: str = "dana@example.com"
    ) -> Visitor:
        """Return a visitor who found the order, and looks at its items."""
        visitor = self.visitor()
        await visitor.open("/")
        await visitor.send("/find", order_number=number, contact=contact)
        await visitor.send("/code", code=await self.code(number))
        assert visitor.path == "/order", visitor.text
        await visitor.open(ITEMS)
        return visitor


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


def the_time() -> datetime:
    """The day of the contract's example."""
    return NOW


def application(settings: Settings) -> tuple[Litestar, Services]:
    services = Services(
        settings=settings,
        policies=PublishedPolicies(load_policy(None)),
        clock=the_time,
        photos=DirectoryPhotoStore(settings.photos),
        webhooks=None,
    )
    return app_for(services, customers_routes, [TEMPLATES]), services


def customers_routes() -> list[ControllerRouterHandler]:
    return [portal_routes(), *static_files()]


@pytest.fixture
async def portal(database: str, settings: Settings) -> AsyncIterator[Portal]:  # noqa: ARG001 - the engine
    app, services = application(settings)
    made = Portal(app=app, settings=settings, services=services)
    await made.put_order()
    yield made
    for client in made.clients:
        await client.aclose()
