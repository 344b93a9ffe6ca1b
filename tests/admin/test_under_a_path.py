"""The staff's side under a path of the shop's domain, where the customers' pages are too."""

from dataclasses import replace

import pytest

from returns_engine.rules.words import Role
from returns_engine.settings import Settings
from tests.admin.conftest import PASSWORD, StaffSide
from tests.admin.conftest import settings as at_the_root  # noqa: F401 - a fixture
from tests.portal.test_under_a_path import LEADS, PATH, outside
from tests.written_matrix import rows

PAGES = [
    row.path for row in rows("Pages of the staff") if row.method == "GET" if "{" not in row.path
]


@pytest.fixture
def settings(at_the_root: Settings) -> Settings:  # noqa: F811 - the fixture above
    return replace(at_the_root, public_url=f"http://shop.test{PATH}")


class TestTheStaffsSide:
    async def test_leads_from_page_to_page_under_it(self, staff: StaffSide):
        manager = await staff.signed_in("mira", Role.MANAGER)
        wrong: list[str] = []
        opened = 0
        for path in PAGES:
            answer = await manager.open(f"{PATH}{path}")
            if answer.status_code == 200 and "text/html" in answer.headers["content-type"]:
                opened += 1
                if LEADS.search(answer.text):
                    wrong += [f"{path}: {one}" for one in outside(manager)]

        assert opened > 10
        assert wrong == []

    async def test_lets_somebody_in_and_leads_back_to_the_page_asked_for(self, staff: StaffSide):
        await staff.hire("mira", Role.SUPPORT)
        visitor = await staff.signed_in("nobody")
        visitor.client.cookies.clear()

        await visitor.open(f"{PATH}/admin/returns")
        assert visitor.path == f"{PATH}/admin/sign-in"
        await visitor.send(f"{PATH}/admin/sign-in", email="mira@ekr.test", password=PASSWORD)

        assert visitor.path == f"{PATH}/admin/returns"
        kept = {cookie.name: cookie.path for cookie in visitor.client.cookies.jar}
        assert kept["id"] == PATH

    async def test_opens_the_data_browser_with_its_files_and_answers(self, staff: StaffSide):
        manager = await staff.signed_in("mira", Role.MANAGER)

        page = await manager.open(f"{PATH}/admin/data")
        assert manager.path == f"{PATH}/admin/data/"
        assert f'src="{PATH}/admin/static/data.js"' in page.text
        assert (await manager.open(f"{PATH}/admin/static/data.js")).status_code == 200
        tables = await manager.open(f"{PATH}/admin/data/api/tables/")
        assert tables.status_code == 200
        # Piccolo's own leading on, from an address without the slash at its end.
        rows_of = await manager.open(f"{PATH}/admin/data/api/tables/returns")
        assert rows_of.status_code == 200
        assert manager.path.startswith(f"{PATH}/admin/data/api/tables/returns")
