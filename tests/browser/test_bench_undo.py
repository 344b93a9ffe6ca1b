"""A verdict given too fast is one key away from being taken back."""

from playwright.async_api import Page, expect

from tests.admin.conftest import a_photo, settings, staff  # noqa: F401 - fixtures
from tests.browser.hands import press, scan
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture


class TestTakingAVerdictBack:
    async def test_is_one_key_right_after_saving(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at="/admin/bench")
        await scan(page, number)
        await page.wait_for_url(f"**/admin/bench/{number}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").first).to_contain_text("1 accepted")
        assert await faults(page) == []

        await press(page, "u")

        await page.wait_for_url(f"**/admin/bench/{number}?undone=1")
        await expect(page.get_by_text("Your verdict was taken back.")).to_be_visible()
        assert await faults(page) == []
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 0

        # The half-filled form of before does not come back: that verdict was saved.
        await expect(page.locator("#summary")).to_have_text("")

    async def test_a_rejection_picks_its_clause(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        clause = page.get_by_label("Clause it rests on")
        await expect(clause).to_be_hidden()
        await page.keyboard.press("r")
        await page.get_by_label("Note").fill("The tags are gone.")
        await clause.select_option(value="return.condition.tags")
        await page.locator('input[name="grade-0"][value="D"]').check()
        file = {"name": "seat.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
        await page.get_by_label("Photos").set_input_files([file])  # type: ignore[list-item]  # a file by its parts
        assert await faults(page) == []
        await page.get_by_role("button", name="Save").click()

        await expect(page.get_by_role("status").first).to_contain_text("1 not accepted")
