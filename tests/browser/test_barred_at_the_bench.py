"""Who may not judge these items again, at the bench by keyboard."""

from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.test_appeals import appealed, rejected
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture


class TestWhoJudgedBefore:
    async def test_gives_no_verdict_by_a_key_and_takes_the_parcel_in(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        number, _ = await rejected(shop.staff)
        url = await appealed(shop.staff, number)
        sam = await shop.staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        await sam.send(f"{url}/approve")
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        await expect(page.get_by_text("Another person must judge these items.")).to_be_visible()

        for key in ("p", "a", "r"):
            await page.keyboard.press(key)
            # It was taken as a key once it is gone from the field.
            await expect(page.get_by_label("Scan or type")).to_have_value("")
            await expect(page.locator("#answer")).to_contain_text(
                "leave the verdict to a colleague"
            )
            await expect(page.locator("#summary")).to_have_text("")
        await expect(page.locator('input[name="check-0"]:checked')).to_have_count(0)

        await page.keyboard.press("l")
        await expect(page.locator("#summary")).to_have_text("1 to look at later")
        await expect(page.locator("#answer")).to_have_text("")
