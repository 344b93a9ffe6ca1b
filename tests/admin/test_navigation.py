"""The places in the head: in a row for those with few, in groups for those with many."""

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.written_matrix import calls_of


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


A_PERSON = {"accept": "text/html"}
HOME = 'href="/admin">Back to the dashboard</a>'


class TestAWrongAddress:
    @pytest.mark.parametrize(
        "path", ["/admin/nothing", "/admin/parcels/xx", "/admin/returns/a/b/c"]
    )
    async def test_leads_back_to_the_dashboard(self, staff: StaffSide, path: str):
        person = await staff.signed_in("wanda", Role.WAREHOUSE)

        answer = await person.client.get(path, headers=A_PERSON)

        assert answer.status_code == 404
        assert HOME in answer.text
        assert '<span class="brand-room">Staff</span>' in answer.text
        assert 'class="brand" href="/admin"' in answer.text
        assert "To the start" not in answer.text

    async def test_of_a_form_whose_session_and_token_are_gone_does_so_too(self, staff: StaffSide):
        number = await staff.open_return()

        answer = await staff.client().post(f"/admin/returns/{number}/notes", headers=A_PERSON)

        assert answer.status_code == 403
        assert HOME in answer.text
        assert "sign in if you are asked to" in answer.text


class TestTheAddressOfAForm:
    async def test_leads_back_to_its_page(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("mona", Role.MANAGER)
        await person.open(f"/admin/returns/{number}")
        await person.send(f"/admin/returns/{number}/messages", text="")
        assert person.path == f"/admin/returns/{number}/messages"

        person.client.headers.update(A_PERSON)
        answer = await person.open(person.path)

        assert answer.status_code == 200
        assert person.path == f"/admin/returns/{number}"

    async def test_of_every_kind_leads_to_a_page_and_writes_nothing(self, staff: StaffSide):
        forms = {path for method, path in calls_of(staff.app) if method == "POST"}
        pages = {path for method, path in calls_of(staff.app) if method == "GET"}
        client = staff.client()

        for form in sorted(one for one in forms - pages if one.startswith("/admin/")):
            answer = await client.get(form.format_map(AnyName()), headers=A_PERSON)
            assert answer.status_code == 303, form
            assert form.format_map(AnyName()).startswith(answer.headers["location"]), form


class AnyName(dict[str, str]):
    """Something that could stand at each place of an address."""

    def __missing__(self, name: str) -> str:
        key = "session_id", "key_id", "job_id", "log_number", "endpoint"
        return "1" if name in key else "00000000-0000-4000-8000-000000000000"
