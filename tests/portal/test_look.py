"""The merchant's look: one color, a logo, contact and links, on every page."""

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from returns_engine.queries.rows import rows
from returns_engine.settings import SettingError, Settings
from returns_engine.web.look import look_of
from returns_engine.web.pages import Pages
from returns_engine.web.portal.routes import TEMPLATES
from tests.api.orders import line
from tests.documents.test_logo import SVG, a_picture, kept
from tests.portal.conftest import Portal

ITEMS = "https://shop.test/covers?id={sku}&from=returns"
LINKS = {
    "shop_url": "https://shop.test",
    "imprint_url": "https://shop.test/imprint",
    "privacy_url": "https://shop.test/privacy",
    "contact_mail": "help@shop.test",
    "contact_phone": "+1 202 555 0100",
}


def dressed(portal: Portal, **changes: Any) -> None:
    """Put another look on the pages."""
    settings = replace(portal.settings, **changes)
    pages = Pages(settings=settings, policy=lambda: portal.services.policy, folders=[TEMPLATES])
    portal.app.state.pages = pages


class TestTheLook:
    async def test_is_ours_where_nothing_is_set(self, portal: Portal):
        visitor = portal.visitor()
        await visitor.open("/")

        assert "/assets/look.css" not in visitor.text
        assert '<svg class="brand-mark"' in visitor.text
        assert "tel:" not in visitor.text
        for path in ("/assets/look.css", "/assets/logo"):
            assert (await visitor.client.get(path)).status_code == 404

    async def test_has_the_merchants_color_by_day_and_by_night(self, portal: Portal):
        dressed(portal, accent="#7a1f5c")
        visitor = portal.visitor()
        await visitor.open("/")
        (address,) = re.findall(r'href="(/assets/look.css\?v=[0-9a-f]+)"', visitor.text)
        sheet = await visitor.client.get(address)

        assert sheet.headers["content-type"].startswith("text/css")
        assert "max-age" in sheet.headers["cache-control"]
        assert ":root{--brand:#7a1f5c;" in sheet.text
        assert "@media (prefers-color-scheme: dark)" in sheet.text
        # It comes after ours, and no style stands in the page.
        assert visitor.text.index("returns.css") < visitor.text.index(address)
        assert "style=" not in visitor.text

    @pytest.mark.parametrize(
        ("content", "media_type"), [(SVG, "image/svg+xml"), (a_picture("PNG"), "image/png")]
    )
    async def test_has_the_merchants_logo_as_a_picture_that_runs_nothing(
        self, portal: Portal, tmp_path: Path, content: bytes, media_type: str
    ):
        dressed(portal, logo=kept(tmp_path, content))
        visitor = portal.visitor()
        await visitor.open("/")
        (address,) = re.findall(r'src="(/assets/logo\?v=[0-9a-f]+)"', visitor.text)
        logo = await visitor.client.get(address)

        assert (logo.content, logo.headers["content-type"]) == (content, media_type)
        assert logo.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in logo.headers["content-security-policy"]

    async def test_has_contact_and_links_at_every_foot(self, portal: Portal):
        dressed(portal, **LINKS)
        visitor = portal.visitor()
        for path in ("/", "/help"):
            await visitor.open(path)
            foot = visitor.text[visitor.text.index("<footer") :]
            for told in LINKS.values():
                assert told in foot, told
        # Mails come from where they came from.
        assert "Ours come from aftersales@ekrauto.com" in visitor.text


class TestALookThatCannotBe:
    @pytest.mark.parametrize("accent", ["#ffcc00", "#777777", "red", "#0e5a4f;}body{"])
    def test_is_refused_at_the_start_for_its_color(self, accent: str):
        with pytest.raises(SettingError) as refused:
            Settings.from_environment(
                {"RETURNS_ENGINE_MODE": "test", "RETURNS_ENGINE_ACCENT": accent}, None
            )
        assert "RETURNS_ENGINE_ACCENT" in str(refused.value)
        if len(accent) == len("#777777"):
            assert "needs a contrast of 4.5 (WCAG AA), and this one has" in str(refused.value)

    def test_is_refused_at_the_start_for_its_logo(self, settings: Settings, tmp_path: Path):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_LOGO"):
            look_of(replace(settings, logo=kept(tmp_path, b"GIF89a")))


class TestThePictureOfAnItem:
    """An order's line says where it is; a page asks no host for it that nobody named."""

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("https://CDN.shop.test/seat.jpg?w=72&h=72", True),
            ("{here}/media/seat.jpg", True),
            ("https://elsewhere.test/seat.jpg", False),
            ("https://cdn.shop.test.elsewhere.test/seat.jpg", False),
            ("http://cdn.shop.test/seat.jpg", False),
        ],
    )
    async def test_is_shown_from_the_shops_own_hosts(
        self,
        portal: Portal,
        address: str,
        shown: bool,  # noqa: FBT001 - a parameter
    ):
        address = address.replace("{here}", portal.settings.public_url)
        await portal.put_order("EKR-2", reference="pi_2", lines=[line(image_url=address)])
        dressed(portal, pictures_from=("https://cdn.shop.test", "https://img.shop.test"))
        visitor = await portal.signed_in("EKR-2")
        answer = await visitor.open("/order?issue=other")

        told = html.unescape(visitor.text)
        assert (f'src="{address}"' in told) is shown
        assert (address in told) is shown
        hosts = "img-src 'self' https://cdn.shop.test https://img.shop.test data: blob:;"
        assert hosts in answer.headers["content-security-policy"]

    @pytest.mark.parametrize(
        ("path", "shown"), [("/media/seat.jpg", True), ("//elsewhere.test/seat.jpg", False)]
    )
    async def test_that_an_order_from_before_has_by_its_path_is_ours(
        self,
        portal: Portal,
        path: str,
        shown: bool,  # noqa: FBT001 - a parameter
    ):
        await rows("UPDATE order_lines SET image_url = {}", path)
        visitor = await portal.signed_in()
        await visitor.open("/order?issue=other")

        assert (f'src="{portal.settings.public_url}{path}"' in visitor.text) is shown
        assert ("elsewhere.test" in visitor.text) is False


class TestOrderingAgain:
    async def test_leads_to_each_items_own_page(self, portal: Portal):
        twice = [line(sku="EKR F/1"), line(line_id="L2", sku="EKR F/1"), line(line_id="L3")]
        await portal.put_order("EKR-2", reference="pi_2", lines=twice, shipments=[])
        dressed(portal, shop_url="https://shop.test", item_url=ITEMS)
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order/status")

        ways = re.findall(r'href="(https://shop.test/covers[^"]*)"', visitor.text)
        assert ways == [
            "https://shop.test/covers?id=EKR%20F%2F1&amp;from=returns",
            "https://shop.test/covers?id=EKR-F150-BLK&amp;from=returns",
        ]
        assert '<a class="btn btn-quiet" href="https://shop.test">' not in visitor.text

    async def test_leads_to_the_shop_where_nobody_named_the_page_of_an_item(self, portal: Portal):
        dressed(portal, shop_url="https://shop.test")
        visitor = await portal.signed_in()
        await visitor.open("/order/status")

        assert '<a class="btn btn-quiet" href="https://shop.test">Order again</a>' in visitor.text
