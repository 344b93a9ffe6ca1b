"""Photos of a request: several at once, dragged on a desk, kept whatever becomes of the form."""

import io
from base64 import b64encode

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, Route, expect

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.tables.messages import Photo
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)
from tests.browser.test_slow_scripts import held_up
from tests.portal.test_asking import a_photo

_ORIENTATION = 0x0112
DETAILS = "/order/details?issue=broken&take=L1&why.L1=defective"
SEAM = {"name": "seam.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
LABEL = SEAM | {"name": "label.jpg", "buffer": a_photo("blue")}
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


async def sent_while_a_photo_is_under_way(details: Page) -> Route:
    """Send the form, which waits for the photo; return what holds the photo up."""
    waits: list[Route] = []

    async def hold(route: Route) -> None:
        waits.append(route)

    await details.route("**/order/photos", hold)
    await details.get_by_label("Photos of what is wrong").set_input_files([SEAM])
    await details.get_by_role("button", name="See the answer").click()
    await expect(details.get_by_text("The page goes on as soon as")).to_be_visible()
    return waits[0]


def kept(page: Page) -> Locator:
    return page.locator(".photo-kept li")


def large_photo(width: int, height: int) -> bytes:
    """A photo of a phone that was held upright: its camera lies, and says so."""
    picture = Image.effect_noise((width // 8, height // 8), 90).resize((width, height))
    turned = Image.Exif()
    turned[_ORIENTATION] = 6
    made = io.BytesIO()
    picture.convert("RGB").save(made, "JPEG", quality=97, exif=turned)
    return made.getvalue()


class TestPhotos:
    async def test_are_kept_as_soon_as_they_are_chosen(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(kept(details)).to_have_count(2)
        assert await faults(details) == []

        await details.get_by_role("button", name="See the answer").click()

        await expect(details.get_by_text("· 2 photos")).to_be_visible()

    async def test_are_there_when_the_page_is_left_and_opened_again(
        self,
        details: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        await details.get_by_label("Tell us more, if you like").fill("The left seam")
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(kept(details)).to_have_count(2)

        await details.goto(f"{shop.address}/policy")
        await details.goto(shop.address + DETAILS)

        await expect(kept(details)).to_have_count(2)
        await expect(details.get_by_label("Tell us more, if you like")).to_have_value(
            "The left seam"
        )

    async def test_are_there_on_the_way_back_from_the_answer(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(kept(details)).to_have_count(2)
        await details.get_by_role("button", name="See the answer").click()
        await expect(details.get_by_text("· 2 photos")).to_be_visible()

        await details.go_back()

        await expect(kept(details)).to_have_count(2)
        await expect(details.get_by_role("button", name="Remove: Your photo 2")).to_be_visible()

    async def test_are_kept_when_they_are_chosen_before_the_script_has_come(
        self,
        details: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        async with held_up(details, "photos.js"):
            await details.goto(shop.address + DETAILS, wait_until="commit")
            await details.get_by_label("Photos of what is wrong").set_input_files([SEAM])

        await expect(kept(details)).to_have_count(1)
        await expect(details.get_by_text("seam.jpg is kept")).to_be_visible()
        await expect(details.get_by_label("Photos of what is wrong")).to_have_value("")

    async def test_are_there_once_when_they_are_chosen_twice(self, details: Page):
        chooser = details.get_by_label("Photos of what is wrong")
        await chooser.set_input_files([SEAM])
        await expect(details.get_by_text("seam.jpg is kept")).to_be_visible()

        await chooser.set_input_files([SEAM])

        await expect(details.get_by_text("seam.jpg was here already")).to_be_visible()
        await expect(kept(details)).to_have_count(1)

    async def test_are_dropped_on_a_desk(self, details: Page):
        held = [b64encode(a_photo(color)).decode() for color in ("red", "blue")]

        await details.evaluate(_DROP, [["seam.jpg", held[0]], ["label.jpg", held[1]]])

        await expect(kept(details)).to_have_count(2)

    async def test_that_are_none_are_told_once_and_cost_no_other(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([NONE, SEAM])

        told = "notes.jpg: This file is no photo we can read. Send JPEG, PNG or WebP."
        await expect(details.get_by_role("alert").filter(has_text=told)).to_be_visible()
        await expect(details.get_by_text(told)).to_have_count(1)
        await expect(kept(details)).to_have_count(1)
        await expect(details.get_by_role("button", name="Try again")).to_have_count(0)
        assert await faults(details) == []
        await details.get_by_role("button", name="Remove: notes.jpg").click()

        await expect(details.get_by_text(told)).to_have_count(0)

    async def test_that_are_too_large_are_told_before_they_are_sent(self, details: Page):
        huge = NONE | {"name": "huge.jpg", "buffer": bytes(LARGEST_PHOTO + 1)}

        await details.get_by_label("Photos of what is wrong").set_input_files([huge])

        told = "huge.jpg: This photo is larger than 10 MB. Send a smaller one, or a screenshot"
        await expect(details.get_by_text(told)).to_have_count(1)

    async def test_of_25_megapixels_are_sent_small_and_stand_upright(
        self,
        details: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        raw = large_photo(5800, 4350)
        photo = {"name": "phone.jpg", "mimeType": "image/jpeg", "buffer": raw}

        async with details.expect_request("**/order/photos") as sent:
            await details.get_by_label("Photos of what is wrong").set_input_files([photo])
        length = int(await (await sent.value).header_value("content-length") or 0)
        await expect(kept(details)).to_have_count(1)

        assert 0 < length < len(raw) / 2
        row = await Photo.select(Photo.width, Photo.height).first()
        assert row == {"width": 1800, "height": 2400}
        assert shop

    async def test_are_removed_by_a_tap(self, details: Page):
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(kept(details)).to_have_count(2)

        await details.get_by_role("button", name="Remove: seam.jpg").click()
        await expect(details.get_by_text("seam.jpg is removed")).to_be_visible()
        await details.reload()

        await expect(kept(details)).to_have_count(1)

    async def test_hold_the_form_until_they_are_sent(self, details: Page):
        under_way = await sent_while_a_photo_is_under_way(details)

        await under_way.continue_()

        await expect(details.get_by_text("· one photo")).to_be_visible()


class TestALineThatBreaks:
    async def test_keeps_the_photo_for_another_try(self, details: Page):
        await details.route("**/order/photos", lambda route: route.abort())
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM])
        told = "seam.jpg: It did not get through. Please try again."
        await expect(details.get_by_role("alert").filter(has_text=told)).to_be_visible()
        await expect(details.get_by_text(told)).to_have_count(1)
        assert await faults(details) == []
        await details.unroute("**/order/photos")

        await details.get_by_role("button", name="Try again: seam.jpg").click()

        await expect(kept(details)).to_have_count(1)
        await expect(details.get_by_text(told)).to_have_count(0)

    async def test_is_used_as_soon_as_it_is_back(self, details: Page):
        await details.context.set_offline(True)
        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM, LABEL])
        await expect(details.get_by_text("It did not get through.")).to_have_count(2)

        await details.context.set_offline(False)

        await expect(kept(details)).to_have_count(2)

    async def test_lets_the_form_wait_no_longer_and_shows_the_photo(self, details: Page):
        under_way = await sent_while_a_photo_is_under_way(details)

        await under_way.abort()

        await expect(details.get_by_role("button", name="Try again: seam.jpg")).to_be_focused()
        await expect(details.get_by_text("The page goes on as soon as")).to_have_count(0)

    async def test_of_who_was_away_too_long_is_told_so(self, details: Page):
        await details.context.clear_cookies(name="returns_customer")

        await details.get_by_label("Photos of what is wrong").set_input_files([SEAM])

        await expect(details.get_by_text("seam.jpg: You were away for a while.")).to_be_visible()


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
        await expect(page.get_by_text("notes.jpg: This file is no photo")).to_have_count(1)
        await expect(page.get_by_role("link", name="One photo was not kept")).to_be_visible()
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
