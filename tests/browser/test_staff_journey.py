"""The staff's way in a real browser: a good item by keyboard alone, and the money approved."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from tests.admin.conftest import PASSWORD, StaffSide, a_photo, settings, staff  # noqa: F401 - fixtures
from tests.api.orders import NOW, asked
from tests.browser.customer_shop import served
from tests.browser.hands import press, scan
from tests.browser.screens import PHONE


@dataclass
class Shop:
    """Where the shop is served, and who works there."""

    address: str
    staff: StaffSide


@pytest.fixture
async def shop(staff: StaffSide) -> AsyncIterator[Shop]:  # noqa: F811 - the fixture above
    await staff.hire("wanda", Role.WAREHOUSE)
    await staff.hire("fay", Role.FINANCE)
    async with served(staff.app) as address:
        yield Shop(address=address, staff=staff)


async def sign_in(page: Page, shop: Shop, name: str, *, at: str) -> None:
    await page.goto(shop.address + at)
    await page.get_by_label("E-mail").fill(f"{name}@ekr.test")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(shop.address + at)


async def sign_out(page: Page) -> None:
    """Sign out, and wait until it is done."""
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url("**/admin/sign-in")


class TestAGoodItem:
    async def test_is_one_scan_and_two_keys_and_another_person_approves(
        self, page: Page, browser: Browser, shop: Shop
    ):
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at="/admin/bench")

        await scan(page, number.lower())
        await page.wait_for_url(f"**/admin/bench/{number}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("status").first).to_contain_text("1 accepted")
        await expect(page.get_by_label("Scan or type")).to_be_focused()

        other = await browser.new_page()
        await sign_in(other, shop, "fay", at="/admin/approvals")
        await press(other, "j")
        await expect(other.get_by_label("Amount")).to_have_value("135.34")
        await press(other, "a")
        await other.keyboard.press("Enter")

        await expect(other.locator("#refund-state")).to_contain_text("Approved")
        assert [one["state"] for one in await shop.staff.refunds()] == ["approved"]
        await other.close()


class TestTheBenchByKeyboard:
    async def test_a_rejection_asks_for_its_note_and_photo_before_it_is_sent(
        self, page: Page, shop: Shop
    ):
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")

        await page.keyboard.press("r")
        await expect(page.get_by_label("Note")).to_be_focused()
        await page.keyboard.type("Coffee on the seat.")
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.keyboard.press("Enter")

        assert await page.evaluate("!document.querySelector('form[data-bench]').checkValidity()")
        assert (await shop.staff.case(number))["lines"][0]["received"] == 0

        file = {"name": "seat.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
        await page.get_by_label("Photos").set_input_files([file])  # type: ignore[list-item]  # a file by its parts
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").first).to_contain_text("1 not accepted")

    async def test_keys_toggle_what_they_name(self, page: Page, shop: Shop):
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        checked = page.locator('input[name="check-0"]:checked')

        await page.keyboard.press("p")
        await expect(checked).to_have_count(4)
        await page.keyboard.press("3")
        await expect(checked).to_have_count(3)
        failed = page.locator('input[name="fails-0"]:checked')
        await expect(failed).to_have_value("tags_attached")
        await page.keyboard.press("3")
        await expect(failed).to_have_count(0)
        await expect(checked).to_have_count(3)
        await page.get_by_label("Tags on: no").check()
        await page.get_by_label("Tags on", exact=False).first.check()
        await expect(failed).to_have_count(0)
        await expect(checked).to_have_count(4)
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_have_attribute("open", "")
        await page.keyboard.press("m")
        await expect(page.locator("#summary")).to_have_text("")

    async def test_a_scan_never_loses_what_was_not_saved(self, page: Page, shop: Shop):
        first = await shop.staff.open_return()
        second = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{first}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")

        await scan(page, second)
        await expect(page.locator("#answer")).to_contain_text("not saved yet")
        await scan(page, second)

        await page.wait_for_url(f"**/admin/bench/{second}")

    async def test_a_scan_of_nonsense_is_answered(self, page: Page, shop: Shop):
        await sign_in(page, shop, "wanda", at="/admin/bench")

        await scan(page, "1Z-NOT-OURS")

        await expect(page.get_by_role("alert")).to_contain_text("We don't know this code")
        await expect(page.get_by_label("Scan or type")).to_be_focused()


class TestAParcelNobodyAnnounced:
    async def test_is_taken_in_by_scanner_and_one_key(self, page: Page, shop: Shop):
        await sign_in(page, shop, "wanda", at="/admin/bench")
        await scan(page, "1Z999AA10123456700")
        await expect(page.get_by_text("We don't know this code")).to_be_visible()
        await press(page, "n")

        await page.wait_for_url("**/admin/parcels/new?code=1Z999AA10123456700")
        await expect(page.get_by_label("Sender")).to_be_focused()
        await page.keyboard.type("Dana Reyes, 60601")
        # A scanner in a field of the form goes on to the next; it sends nothing half told.
        await page.get_by_label("Tracking number").press("Enter")
        await expect(page.get_by_label("Sender")).to_be_focused()
        await page.get_by_role("button", name="Into quarantine").click()

        await expect(page.get_by_text("It is in quarantine as")).to_be_visible()
        await expect(page.get_by_text("The customer's name is on it.")).to_be_visible()

    async def test_begins_with_one_key_from_the_empty_bench_of_a_phone(
        self, page: Page, shop: Shop
    ):
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "wanda", at="/admin/bench")
        code = await page.get_by_label("Scan or type").bounding_box()
        assert code is not None
        assert code["width"] > 0.75 * PHONE["width"]
        await press(page, "n")

        await page.wait_for_url("**/admin/parcels/new")


class TestDataBrowser:
    async def test_has_the_same_sign_in(self, page: Page, shop: Shop):
        await shop.staff.hire("mona", Role.MANAGER)
        await sign_in(page, shop, "mona", at="/admin/data/")

        await expect(page.get_by_text("Warehouses").first).to_be_visible()
        await page.context.clear_cookies(name="id")
        await page.reload()

        await page.wait_for_url("**/admin/sign-in?next=%2Fadmin%2Fdata%2F**")
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


class TestScreens:
    @pytest.mark.parametrize("width", [320, 820])
    async def test_no_page_is_wider_than_the_screen(self, page: Page, shop: Shop, width: int):
        await shop.staff.hire("mona", Role.MANAGER)
        number = await shop.staff.open_return("EKR-1001", asked(quantity=2))
        long = FoundParcel(sender="Dana Reyes " * 40, contents="x" * 300, came_with=number)
        parcel = await take_in_parcel(long, actor=SYSTEM, now=NOW)
        await page.set_viewport_size({"width": width, "height": 900})
        await sign_in(page, shop, "mona", at="/admin")

        for path in (
            "/admin",
            "/admin/bench",
            f"/admin/bench/{number}",
            "/admin/approvals",
            "/admin/approvals?show=second",
            "/admin/refunds",
            "/admin/reconciliation",
            "/admin/returns",
            f"/admin/returns/{number}",
            "/admin/parcels",
            "/admin/parcels/new",
            f"/admin/parcels/{parcel}",
            "/admin/orders/EKR-1001",
        ):
            await page.goto(shop.address + path)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path
