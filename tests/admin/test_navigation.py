"""The places in the head: in a row for those with few, in groups for those with many."""

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide


class TestTheNavigation:
    async def test_of_few_places_is_a_row(self, staff: StaffSide):
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin")

        assert '<details name="menu">' not in person.text

    @pytest.mark.parametrize(
        ("role", "groups"),
        [
            (Role.WAREHOUSE, ("Work", "Look up")),
            (Role.MANAGER, ("Work", "Money", "Look up", "Engine")),
        ],
    )
    async def test_of_many_places_is_in_groups(
        self, staff: StaffSide, role: Role, groups: tuple[str, ...]
    ):
        person = await staff.signed_in("mona", role)

        await person.open("/admin")

        for group in groups:
            assert f"<summary>{group}</summary>" in person.text
        assert '<a href="/admin" aria-current="page">Dashboard</a>' in person.text

    async def test_marks_the_place_and_its_group_on_the_pages_below_too(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("mona", Role.MANAGER)

        for path in ("/admin/returns", f"/admin/returns/{number}"):
            await person.open(path)
            assert '<summary aria-current="true">Look up</summary>' in person.text
            assert '<a href="/admin/returns" aria-current="page">Returns</a>' in person.text
            assert person.text.count('aria-current="page"') == 1
            assert person.text.count('aria-current="true"') == 1
