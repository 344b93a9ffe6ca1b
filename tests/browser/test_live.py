"""A page of a return that stays open: it is told, or asks, and shows what happened meanwhile."""

import pytest
from playwright.async_api import Page, Route, expect

from returns_engine.workflow.write_message import write_message
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, PHONE, look_at
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures
from tests.portal.test_case import STAFF, ask
from tests.portal.test_order_status import address as sent_to
from tests.portal.test_order_status import bought_on, parcel

pytestmark = pytest.mark.usefixtures("axe_is_installed")


async def come(page: Page, shop: Portal, address: str, order: str = "EKR-1001") -> str:
    """Come as the customer of an order who has asked for a return; give the return's number."""
    visitor = await shop.signed_in(order)
    number = await ask(visitor, condition__L1="as_received") if order == "EKR-1001" else ""
    token = visitor.client.cookies["returns_customer"]
    await page.context.add_cookies([{"name": "returns_customer", "value": token, "url": address}])
    return number


class TestAnOpenPage:
    @pytest.mark.parametrize("told", [True, False])
    async def test_shows_what_happened_without_being_loaded_again(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
        told: bool,  # noqa: FBT001 - a case of the table
    ):
        async def broken(route: Route) -> None:
            await route.abort()

        if not told:
            await page.route("**/changes?*", broken)
        async with served(portal.app) as address:
            number = await come(page, portal, address)
            await page.goto(f"{address}/returns/{number}")
            await page.get_by_label("Write to us").fill("I am still typing")
            await page.evaluate("document.body.dataset.same = 'page'")

            await write_message(number, message="It is on its way.", actor=STAFF, now=NOW)

            talk = page.locator("#live-talk")
            await expect(talk.get_by_text("It is on its way.")).to_be_visible(timeout=60_000)
            await expect(page.get_by_label("Write to us")).to_have_value("I am still typing")
            # Who hears the page hears that too: once, and nothing that was there before.
            await expect(page.get_by_role("status")).to_contain_text("It is on its way.")
            await expect(page.get_by_role("status")).not_to_contain_text("Put the label")
            await expect(page.locator("body[data-same=page]")).to_have_count(1)
            await page.goto("about:blank")

    async def test_leaves_the_keyboard_where_it_is(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        async with served(portal.app) as address:
            number = await come(page, portal, address)
            await print_label(number, b"%PDF-1.7")
            await page.goto(f"{address}/returns/{number}")
            label = page.get_by_role("link", name="Show it as a code")
            await label.focus()

            await write_message(number, message="It is on its way.", actor=STAFF, now=NOW)
            await expect(page.get_by_role("status")).to_contain_text("It is on its way.")

            await expect(label).to_be_focused()
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"{address}/returns/{number}/label")


class TestTheOrder:
    async def test_is_clean_and_whole_wherever_it_stands(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        half = parcel(lines=[{"line_id": "L1", "quantity": 1}])
        orders = {
            "EKR-50": {"shipments": [half, parcel(shipment_id="S2", lines=half["lines"])]},
            "EKR-51": bought_on("2026-03-29", shipments=[half]),
            "EKR-52": bought_on("2026-03-10"),
            "EKR-53": {"shipments": [parcel()], "shipping_address": sent_to("CA")},
        }
        found: list[str] = []
        async with served(portal.app) as address:
            for number, changes in orders.items():
                await portal.put_order(number, reference=f"pi_{number}", **changes)
                await page.context.clear_cookies()
                await come(page, portal, address, number)
                found += await look_at(
                    page, f"{address}/order/status", f"order-{number}", DESKTOP, PHONE
                )

        assert found == []
