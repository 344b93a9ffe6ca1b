"""Every page of the staff's side, wide and narrow, light and dark: clean and whole."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from returns_engine.sandbox.sample_data.fill import Wanted, fill
from returns_engine.settings import Settings
from tests.admin.conftest import StaffSide, settings, staff  # noqa: F401 - fixtures
from tests.admin.test_appeals import appealed, rejected
from tests.admin.test_late_orders import LATE_PARCEL
from tests.admin.test_who_may import PAGES, House, furnished
from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, TABLET, look_at, name_of
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.written_matrix import Row

# What is downloaded, or part of a page.
NOT_A_PAGE = (".csv", ".pdf", "/small", "/state", "/label", "/photos/{photo_id}")
# Who sees most of a page, first.
SEEN_BY = (Role.MANAGER, Role.ADMINISTRATOR, Role.SUPPORT)
SIGNED_OUT = ("/admin/sign-in", "/admin/sign-in/code")


@pytest.fixture
async def house(
    staff: StaffSide,  # noqa: F811 - the fixture above
    settings: Settings,  # noqa: F811 - the fixture above
    database: str,
) -> House:
    """The staff's side with one of everything, amid two months of a shop's returns."""
    today = staff.clock().replace(hour=0, minute=0)
    wanted = Wanted(orders=900, returns=300, seed=1, until=today, span=timedelta(days=90))
    await asyncio.to_thread(fill, database, wanted, staff.services.policy)
    await staff.put_order("EKR-7007", reference="pi_7007", **LATE_PARCEL)
    return await furnished(staff, settings, database)


def pages() -> list[Row]:
    return [row for row in PAGES if row.method == "GET" and not row.path.endswith(NOT_A_PAGE)]


async def come_as(page: Page, house: House, row: Row, address: str) -> None:
    """Sign in as who sees most of a page, or as nobody where it is for those."""
    await page.context.clear_cookies()
    if row.path not in SIGNED_OUT:
        role = next(role for role in SEEN_BY if row.open or not row.roles or role in row.roles)
        await let_in(page, house, role, address)


async def let_in(page: Page, house: House, role: Role, address: str) -> None:
    session = await house.session(str(role), role)
    await page.context.add_cookies([{"name": "id", "value": session["id"], "url": address}])


class TestEveryPageOfTheStaff:
    async def test_is_clean_and_whole_whichever_the_width_and_the_scheme(
        self, page: Page, house: House
    ):
        found: list[str] = []
        async with served(house.staff.app) as address:
            for row in pages():
                await come_as(page, house, row, address)
                there = address + house.there(row)
                found += await look_at(page, there, name_of("staff", row.path), DESKTOP, TABLET)

        assert found == []


class TestAReturnOfWhichTheFirstVerdictIsHidden:
    async def test_is_clean_and_whole_for_who_may_be_asked_for_the_second(
        self, page: Page, house: House
    ):
        number, _ = await rejected(house.staff)
        await appealed(house.staff, number)
        async with served(house.staff.app) as address:
            await let_in(page, house, Role.WAREHOUSE, address)
            there = f"{address}/admin/returns/{number}"
            found = await look_at(page, there, "staff-returns-number-blind", DESKTOP, TABLET)
            await expect(
                page.get_by_text("Hidden until the second opinion is given:")
            ).to_be_visible()

        assert found == []
