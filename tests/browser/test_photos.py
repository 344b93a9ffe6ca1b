"""Photos of a request: several at once, dragged on a desk, kept whatever becomes of the form."""

from base64 import b64encode

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)
from tests.portal.test_asking import a_photo

DETAILS = "/order/details?issue=broken&take=L1&why.L1=defective"
SEAM = {"name": "seam.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
LABEL = SEAM | {"name": "label.jpg"}
NONE = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
_DROP = """(photos) => {
  const held = new DataTransfer();
  for (const [name, base64] of photos) {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    held.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const field = document.querySelector("[data-photos]");
  for (const type of ["dragover", "drop"]) {
    const told = { dataTransfer: held, bubbles: true, cancelable: true };
    field.dispatchEvent(new DragEvent(type, told));
  }
}"""


@pytest.fixture
async def details(page: Page, shop: Shop) -> Page:  # noqa: F811 - the fixture above
    """The page that asks for photos."""
    await find_order(page, shop)
    await page.goto(shop.address + DETAILS)
    return page


class TestPhotos:
    async def test_are_kept_as_soon_as_they_are_chosen(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(details.get_by_label("Send it along")).to_have_count(2)
        assert await faults(details) == []

        await details.get_by_role("button", name="See the answer").click()

        await expect(details.get_by_text("· 2 photos")).to_be_visible()

    async def test_are_dropped_on_a_desk(self, details: Page):
        held = b64encode(a_photo()).decode()

        await details.evaluate(_DROP, [["seam.jpg", held], ["label.jpg", held]])

        await expect(details.get_by_label("Send it along")).to_have_count(2)

    async def test_that_are_none_are_told_and_cost_no_other(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([NONE, SEAM])

        told = "notes.jpg: This file is no photo we can read. Send JPEG, PNG or WebP."
        await expect(details.get_by_text(told).first).to_be_visible()
        await expect(details.get_by_label("Send it along")).to_have_count(1)
        await expect(details.get_by_role("button", name="Try again")).to_be_visible()
        assert await faults(details) == []

    async def test_are_left_out_by_a_tap(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(details.get_by_label("Send it along")).to_have_count(2)

        await details.get_by_label("Send it along").first.uncheck()
        await details.get_by_role("button", name="See the answer").click()

        await expect(details.get_by_text("· one photo")).to_be_visible()

    async def test_hold_the_form_until_they_are_sent(self, details: Page):
        waits: list[Route] = []

        async def hold(route: Route) -> None:
            waits.append(route)

        await details.route("**/order/photos", hold)
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM])
        await details.get_by_role("button", name="See the answer").click()
        await expect(details.get_by_text("The page goes on as soon as")).to_be_visible()

        await waits[0].continue_()

        await expect(details.get_by_text("· one photo")).to_be_visible()


class TestWithoutAScript:
    async def test_they_go_with_the_form_and_stay_when_it_is_refused(
        self,
        browser: Browser,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        context = await browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]  # sizes
        page = await context.new_page()
        await find_order(page, shop)
        await page.goto(shop.address + DETAILS)
        await page.get_by_label("Photos of what is wrong").set_input_files([SEAM, NONE, LABEL])

        await page.get_by_role("button", name="See the answer").click()
        await expect(page.get_by_label("Send it along")).to_have_count(2)
        await expect(page.locator(".field-error")).to_be_visible()
        await page.get_by_role("button", name="See the answer").click()

        await expect(page.get_by_text("· 2 photos")).to_be_visible()
        await context.close()


class TestTheCamera:
    async def test_is_offered_where_a_finger_points(self, browser: Browser, shop: Shop):  # noqa: F811 - the fixture above
        context = await browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]  # sizes
        page = await context.new_page()
        await find_order(page, shop)
        await page.goto(shop.address + DETAILS)

        camera = page.get_by_label("Or take one now")

        await expect(camera).to_be_visible()
        await expect(camera).to_have_attribute("capture", "environment")
        assert await faults(page) == []
        await context.close()
