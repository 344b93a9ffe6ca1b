"""A dear item rejected, and judged again by keyboard alone; axe looks at each page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, a_photo, settings, staff  # noqa: F401 - fixtures
from tests.admin.opinions import HERS, dear_return
from tests.admin.test_appeals import appealed, rejected
from tests.browser.customer_shop import served
from tests.browser.hands import press, scan
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, sign_in

WIDTHS = (390, 820, 1280)


@pytest.fixture
async def shop(staff: StaffSide) -> AsyncIterator[Shop]:  # noqa: F811 - the fixture above
    await staff.hire("wanda", Role.WAREHOUSE)
    await staff.hire("will", Role.WAREHOUSE)
    await staff.hire("mona", Role.MANAGER)
    async with served(staff.app) as address:
        yield Shop(address=address, staff=staff)


async def reject(page: Page, shop: Shop, number: str) -> None:
    """Reject what lies on the bench, with note and photo."""
    await sign_in(page, shop, "wanda", at="/admin/bench")
    await scan(page, number)
    await page.wait_for_url(f"**/admin/bench/{number}")
    await page.keyboard.press("r")
    await expect(page.get_by_label("Note")).to_be_focused()
    await page.keyboard.type(HERS)
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await expect(page.locator('input[name="grade-0"]:checked')).to_have_count(1)
    file = {"name": "seat.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    await page.get_by_label("Photos").set_input_files([file])  # type: ignore[list-item]  # a file by its parts
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("1 item waits for a second opinion")).to_be_visible()


async def fits(page: Page) -> None:
    """Look at the page on phone, tablet and desk, in light and dark."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (page.url, width)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
            assert await faults(page) == [], (page.url, width, scheme)


class TestARejectionOfDearGoods:
    async def test_is_judged_again_by_keyboard_and_decided_by_a_manager(
        self, page: Page, browser: Browser, shop: Shop
    ):
        number = await dear_return(shop.staff)
        await reject(page, shop, number)
        assert (await shop.staff.case(number))["lines"][0]["rejected"] == 0

        other = await browser.new_page()
        await sign_in(other, shop, "will", at="/admin/opinions")
        await fits(other)
        await press(other, "j")
        await expect(other.get_by_role("heading", name="What do you see?")).to_be_visible()
        await expect(other.get_by_text(HERS)).to_have_count(0)
        await fits(other)
        for key in ("1", "2", "a", "g"):
            await press(other, key)
        await other.keyboard.press("Space")
        await other.keyboard.press("Escape")
        await other.keyboard.press("n")
        await other.keyboard.type("A thread of the seat.")
        await other.keyboard.press("Escape")
        await other.keyboard.press("s")
        await expect(other.get_by_text(HERS)).to_be_visible()
        await expect(other.get_by_text("a third person decides")).to_be_visible()

        desk = await browser.new_page()
        await sign_in(desk, shop, "mona", at="/admin/opinions?show=disputed")
        await fits(desk)
        await press(desk, "j")
        await expect(desk.get_by_role("heading", name="Decide between the two")).to_be_visible()
        await fits(desk)
        await press(desk, "a")
        await desk.keyboard.press("n")
        await desk.keyboard.type("It is our own thread.")
        await desk.keyboard.press("Escape")
        await desk.keyboard.press("s")
        await expect(desk.get_by_text("It is our own thread.")).to_be_visible()
        await fits(desk)
        assert [one["proposed"] for one in await shop.staff.refunds()] == [60_000]
        await other.close()
        await desk.close()

    async def test_stands_where_the_second_person_sees_it_too(
        self, page: Page, browser: Browser, shop: Shop
    ):
        number = await dear_return(shop.staff)
        await reject(page, shop, number)

        other = await browser.new_page()
        await sign_in(other, shop, "will", at="/admin/opinions")
        await press(other, "j")
        await expect(other.get_by_role("heading", name="What do you see?")).to_be_visible()
        await press(other, "r")
        await other.keyboard.press("g")
        for _ in range(3):
            await other.keyboard.press("ArrowRight")
        await other.get_by_role("button", name="Give this opinion").click()

        await expect(other.get_by_text("They agree")).to_be_visible()
        await fits(other)
        case = await shop.staff.case(number)
        assert (case["state"], case["lines"][0]["rejected"]) == ("inspected", 1)
        await other.close()


class TestAnAppealAgainstARejection:
    async def test_is_heard_with_what_another_person_sees_beside_it(
        self, page: Page, browser: Browser, shop: Shop
    ):
        await shop.staff.hire("sam", Role.SUPPORT)
        number, _ = await rejected(shop.staff)
        url = await appealed(shop.staff, number)

        await sign_in(page, shop, "will", at="/admin/opinions")
        await fits(page)
        await press(page, "j")
        await expect(page.get_by_role("heading", name="What do you see?")).to_be_visible()
        await expect(page.get_by_text("A coffee stain.")).to_have_count(0)
        await fits(page)
        await press(page, "a")
        await page.keyboard.press("g")
        await page.keyboard.press("Space")
        await page.keyboard.press("Escape")
        await page.keyboard.press("n")
        await page.keyboard.type("A thread of the seat.")
        await page.keyboard.press("Escape")
        await page.keyboard.press("s")
        await expect(page.get_by_text("The appeal decides between the two.")).to_be_visible()
        await fits(page)

        hearer = await browser.new_page()
        await sign_in(hearer, shop, "sam", at=url)
        appeal = hearer.get_by_role("region", name="Appeal")
        await expect(appeal.get_by_text("differs: would accept")).to_be_visible()
        await expect(appeal.get_by_text("A thread of the seat.")).to_be_visible()
        await fits(hearer)
        await appeal.get_by_role("button", name="Uphold: the customer is right").click()
        await expect(appeal.get_by_text("Upheld")).to_be_visible()
        await hearer.close()
