"""Every page as every role and as nobody: who may be where."""

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide

EVERYBODY = frozenset(Role)
MAY_OPEN = {
    "/admin": EVERYBODY,
    "/admin/bench": {Role.WAREHOUSE, Role.MANAGER},
    "/admin/approvals": {Role.FINANCE, Role.MANAGER},
    "/admin/reconciliation": {Role.FINANCE, Role.MANAGER},
    "/admin/replacements": {Role.SUPPORT, Role.MANAGER},
    "/admin/returns": {Role.SUPPORT, Role.WAREHOUSE, Role.FINANCE, Role.MANAGER},
}
MAY_POST = {
    "approve": {Role.SUPPORT, Role.MANAGER},
    "decline": {Role.SUPPORT, Role.MANAGER},
    "request-info": {Role.SUPPORT, Role.MANAGER},
    "override": {Role.SUPPORT, Role.MANAGER},
    "messages": {Role.SUPPORT, Role.MANAGER},
}


class TestPages:
    @pytest.mark.parametrize("role", Role)
    async def test_open_for_the_roles_they_are_for(self, staff: StaffSide, role: Role):
        person = await staff.signed_in(role, role)

        for path, roles in MAY_OPEN.items():
            answer = await person.open(path)
            assert answer.status_code == (200 if role in roles else 403), path

    @pytest.mark.parametrize("role", Role)
    async def test_are_in_the_navigation_only_where_the_role_may_go(
        self, staff: StaffSide, role: Role
    ):
        person = await staff.signed_in(role, role)

        await person.open("/admin")

        for path, roles in MAY_OPEN.items():
            assert (f'<a href="{path}"' in person.text) is (role in roles), path

    async def test_that_are_not_for_a_role_say_whom_to_ask(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/approvals")

        assert "<li>Finance</li>" in person.text
        assert "<li>Manager</li>" in person.text

    @pytest.mark.parametrize("path", [*MAY_OPEN, "/admin/data/", "/admin/returns/RMA-00000000"])
    async def test_lead_nobody_to_the_sign_in(self, staff: StaffSide, path: str):
        answer = await staff.client().get(path)

        assert answer.status_code in {303, 307}
        assert answer.headers["location"].startswith("/admin/sign-in?next=%2Fadmin")

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/returns/RMA-00000000",
            "/admin/returns/nonsense",
            "/admin/bench/nonsense",
            "/admin/approvals/00000000-0000-0000-0000-000000000000",
            "/admin/replacements/00000000-0000-0000-0000-000000000000",
            "/admin/replacements?after=nonsense",
            "/admin/photos/00000000-0000-0000-0000-000000000000",
        ],
    )
    async def test_of_things_that_are_not_there_say_so(self, staff: StaffSide, path: str):
        person = await staff.signed_in("mona", Role.MANAGER)

        answer = await person.open(path)

        assert answer.status_code == 404
        assert "There is nothing here" in person.text

    async def test_run_no_strange_script(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)

        for path in MAY_OPEN:
            answer = await person.open(path)
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert "unsafe-inline" not in answer.headers["content-security-policy"]
            assert "<script>" not in answer.text
            assert " onclick=" not in answer.text
            assert " style=" not in answer.text


class TestDeeds:
    @pytest.mark.parametrize("role", Role)
    async def test_are_refused_to_roles_that_may_not(self, staff: StaffSide, role: Role):
        number = await staff.open_return()
        person = await staff.signed_in(role, role)
        await person.open("/admin")
        token = dict(person.form("/admin/sign-out").fields)["_csrf_token"]

        for deed, roles in MAY_POST.items():
            answer = await person.client.post(
                f"/admin/returns/{number}/{deed}", data={"_csrf_token": token}
            )
            assert (answer.status_code == 403) is (role not in roles), deed

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.ADMINISTRATOR])
    async def test_at_the_bench_are_the_warehouses(self, staff: StaffSide, role: Role):
        number = await staff.open_return()
        person = await staff.signed_in(role, role)
        await person.open("/admin")
        token = dict(person.form("/admin/sign-out").fields)["_csrf_token"]

        answer = await person.client.post(f"/admin/bench/{number}", data={"_csrf_token": token})

        assert answer.status_code == 403
