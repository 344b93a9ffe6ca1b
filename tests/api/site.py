"""The whole site as `serve` gives it out: API, portal, admin, files and the data browser."""

from collections.abc import Mapping

import httpx
import pytest
from litestar import Litestar

from admin.routes import admin_folders
from returns_engine.web.portal.routes import TEMPLATES
from tests.admin.conftest import everybodys_routes
from tests.api.conftest import Api
from tests.one_app import app_for

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def whole_site(api: Api) -> Litestar:
    """Return the application with all of it, with the services of the API's own."""
    folders = [TEMPLATES, *admin_folders()]
    return app_for(api.app.state.services, everybodys_routes, folders)


@pytest.fixture
def site(api: Api) -> Api:
    """The API's callers and clock, with everything else that is served beside it."""
    api.app = whole_site(api)
    return api


def anywhere(api: Api, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client for what is no call of the API, and so is not described at /schema."""
    transport = httpx.ASGITransport(api.app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://shop.test", headers=headers)
    api.clients.append(client)
    return client
