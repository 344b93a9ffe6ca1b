"""The whole request under a path of the shop, behind a proxy that sends addresses whole."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar, asgi
from litestar.connection import ASGIConnection
from litestar.types import Receive, Scope, Send
from playwright.async_api import Page, expect

from returns_engine.settings import Settings
from tests.browser.customer_shop import MIXED_ORDER, served
from tests.browser.hands import at_rest
from tests.browser.test_customer_journey import NUMBER, Shop, ask_for_first_item, find_order
from tests.portal.conftest import Portal, portal  # noqa: F401 - fixtures
from tests.portal.conftest import settings as at_the_root  # noqa: F401 - a fixture

PATH = "/my/returns"
PHONE = {"width": 390, "height": 844}
# What is between two, and what httpx has undone.
LEFT_OUT = {"connection", "transfer-encoding", "content-length", "content-encoding"}
Asked = ASGIConnection[Any, Any, Any, Any]


@pytest.fixture
def settings(at_the_root: Settings) -> Settings:  # noqa: F811 - the fixture above
    return replace(at_the_root, public_url=f"http://shop.test{PATH}")


@dataclass
class ShopsProxy:
    """The shop's own server: hands on what begins with our path, whole; the rest is the shop's."""

    behind: str
    beside: list[str] = field(default_factory=list)

    def app(self) -> Litestar:
        @asgi("/", is_mount=True, copy_scope=True)
        async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
            await self._pass_on(ASGIConnection(scope, receive, send))

        return Litestar([pass_on], openapi_config=None, logging_config=None)

    async def _pass_on(self, asked: Asked) -> None:
        address = asked.scope["raw_path"].decode()
        if address != PATH and not address.startswith(f"{PATH}/"):
            self.beside.append(address)
            await asked.send({"type": "http.response.start", "status": 404, "headers": []})
            await asked.send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        query = asked.scope["query_string"].decode()
        async with httpx.AsyncClient(base_url=self.behind) as client:
            answer = await client.request(
                str(asked.scope.get("method")),
                f"{address}?{query}" if query else address,
                headers=[pair for pair in asked.headers.multi_items() if pair[0] not in LEFT_OUT],
                content=await whole(asked.receive),
            )
        headers = [
            (name, value)
            for name, value in answer.headers.raw
            if name.decode().lower() not in LEFT_OUT
        ]
        await asked.send(
            {"type": "http.response.start", "status": answer.status_code, "headers": headers}
        )
        await asked.send({"type": "http.response.body", "body": answer.content, "more_body": False})


async def whole(receive: Receive) -> bytes:
    """Return the content of a request."""
    content = b""
    while True:
        message: Any = await receive()
        content += message.get("body", b"")
        if not message.get("more_body"):
            return content


async def follow(page: Page) -> list[str]:
    """Return where the links and forms of a page lead, on this site."""
    leads: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("[href], [src], [action], [formaction]")]
          .map((one) => one.formAction && one.hasAttribute("formaction") ? one.formAction
            : one.href || one.src || one.action)"""
    )
    here = urlsplit(page.url).netloc
    paths = [urlsplit(one).path for one in leads if urlsplit(one).netloc == here]
    assert paths
    return [one for one in paths if not one.startswith(f"{PATH}/")]


class TestUnderAPathOfTheShop:
    async def test_the_whole_request_is_made_and_nothing_beside_the_path_is_asked_for(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        await portal.put_order(NUMBER, **MIXED_ORDER)
        await page.set_viewport_size(PHONE)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(urlsplit(one.url).path))
        async with served(portal.app) as behind:
            proxy = ShopsProxy(behind=behind)
            async with served(proxy.app()) as address:
                shop = Shop(address=f"{address}{PATH}", portal=portal)
                await find_order(page, shop)
                outside = await follow(page)
                await ask_for_first_item(page)
                outside += await follow(page)
                await at_rest(page)
                number = urlsplit(page.url).path.removeprefix(f"{PATH}/returns/")
                await page.get_by_role("link", name="Español").click()
                await page.wait_for_url(f"**{PATH}/returns/{number}*")
                await expect(page.locator("html")).to_have_attribute("lang", "es")
                outside += await follow(page)
                await page.goto(f"{address}{PATH}/help")
                outside += await follow(page)
                kept = {one["name"]: one.get("path") for one in await page.context.cookies()}

        assert outside == []
        assert proxy.beside == []
        assert [one for one in asked if one != PATH and not one.startswith(f"{PATH}/")] == []
        assert "returns_customer" in kept
        assert set(kept.values()) == {PATH}
