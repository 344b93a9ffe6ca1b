"""The data browser: every table has a decision, and no workflow table can be written."""

# ruff: noqa: SLF001 - Piccolo tells the names of tables and columns nowhere else

from typing import Any

import httpx
import pytest
from piccolo.apps.user.tables import BaseUser

from admin.data import (
    BY_NAME,
    HIDDEN,
    LARGEST_BODY,
    SHOWN,
    editors_alone,
    refuse_write,
    table_configs,
)
from returns_engine.rules.words import Role
from returns_engine.tables.piccolo_app import APP_CONFIG
from tests.admin.conftest import StaffSide
from tests.api.test_refusals import is_problem

DATA = "/admin/data"
EDITED = {"warehouses", "reply_templates"}
NOT_OURS = (
    "public/login/",
    "api/docs/",
    "public/docs/",
    "docs",
    "openapi.json",
    "api/openapi.json",
    "public/openapi.json",
    "api/media/",
    "api/media/generate-file-url/",
    "api/change-password/",
    "api/mfa-setup/",
    "api/tables/../change-password/",
)
EVERY_ROW = ("1", "00000000-0000-0000-0000-000000000000")
WAREHOUSE = {
    "code": "WEST",
    "name": "EKR West",
    "line1": "2 Side St",
    "city": "Reno",
    "postal_code": "89501",
    "country": "US",
    "takes_returns": True,
}


async def browser_of(staff: StaffSide, *roles: Role) -> httpx.AsyncClient:
    """Return the client of somebody with all of `roles`, who has Piccolo's own CSRF token."""
    person = await staff.signed_in("-".join(roles), *roles)
    await person.client.get(f"{DATA}/")
    person.client.headers["X-CSRFToken"] = person.client.cookies["csrftoken"]
    return person.client


async def every_write(client: httpx.AsyncClient, table: str) -> dict[str, int]:
    """Try every verb on the table and on a row; give the status of each."""
    path = f"{DATA}/api/tables/{table}/"
    answers = {
        "POST": await client.post(path, json={}),
        "DELETE all": await client.delete(path),
        "DELETE some": await client.delete(path, params={"__ids": "1"}),
        "PUT all": await client.put(path, json={}),
        "PATCH all": await client.patch(path, json={}),
    }
    for row in EVERY_ROW:
        answers |= {
            f"PUT {row}": await client.put(f"{path}{row}/", json={}),
            f"PATCH {row}": await client.patch(f"{path}{row}/", json={}),
            f"DELETE {row}": await client.delete(f"{path}{row}/"),
        }
    return {verb: answer.status_code for verb, answer in answers.items()}


class TestTables:
    def test_each_has_a_decision(self):
        ours = set(APP_CONFIG.table_classes) | {BaseUser}
        decided = [shown.table for shown in SHOWN] + list(HIDDEN)

        assert set(decided) == ours
        assert len(decided) == len(ours)

    def test_that_are_shown_are_the_configured_ones(self):
        assert [one.table_class for one in table_configs()] == [shown.table for shown in SHOWN]

    def test_that_hold_secrets_are_in_no_view(self):
        names = {"ApiKey", "CustomerToken", "LookupCode", "StaffSession", "IdempotentAnswer"}

        assert names <= {table.__name__ for table in HIDDEN}

    def test_show_no_column_that_is_a_secret(self):
        secret = [
            (shown.table, column._meta.name)
            for shown in SHOWN
            for column in shown.table._meta.columns
            if column._meta.secret
        ]

        assert secret == [(BaseUser, "password")]

    def test_that_can_be_edited_are_reference_data(self):
        assert {name for name, shown in BY_NAME.items() if shown.editors} == EDITED


class TestWriting:
    @pytest.mark.parametrize("roles", [*((role,) for role in Role), tuple(Role)])
    async def test_is_refused_on_every_table_by_every_verb_to_each_role_and_to_all_together(
        self, staff: StaffSide, roles: tuple[Role, ...]
    ):
        await staff.open_return()
        client = await browser_of(staff, *roles)
        before = await _contents()

        for table in set(BY_NAME) - EDITED:
            answers = await every_write(client, table)
            assert set(answers.values()) == {403}, (table, answers)
        assert await _contents() == before

    def test_is_refused_by_piccolo_admin_itself_too(self):
        verbs = ("post_single", "put_single", "patch_single", "delete_single", "delete_all")

        for config in table_configs():
            for verb in verbs:
                guards = getattr(config.validators, verb)
                edited = config.table_class._meta.tablename in EDITED and verb != "delete_all"
                assert guards == [editors_alone if edited else refuse_write], (config, verb)

    async def test_is_refused_on_a_row_that_is_there(self, staff: StaffSide):
        await staff.open_return()
        client = await browser_of(staff, *Role)
        before = await _contents()

        for table in set(BY_NAME) - EDITED:
            listed = await client.get(f"{DATA}/api/tables/{table}/")
            assert listed.status_code == 200, (table, listed.text)
            for row in listed.json()["rows"][:1]:
                path = f"{DATA}/api/tables/{table}/{row['id']}/"
                for verb in ("PUT", "PATCH", "DELETE"):
                    answer = await client.request(verb, path, json=row)
                    assert answer.status_code == 403, (table, verb, answer.text)
        assert await _contents() == before

    async def test_reference_data_is_read_by_the_others(self, staff: StaffSide):
        path = f"{DATA}/api/tables/warehouses/"

        for role in (Role.SUPPORT, Role.WAREHOUSE, Role.FINANCE):
            client = await browser_of(staff, role)
            assert (await client.get(path)).status_code == 200, role
            assert (await client.post(path, json=WAREHOUSE)).status_code == 403, role

    async def test_needs_the_token_of_the_page(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        del client.headers["X-CSRFToken"]

        answer = await client.post(f"{DATA}/api/tables/warehouses/", json=WAREHOUSE)

        assert answer.status_code == 403

    async def test_takes_no_large_body(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        large = WAREHOUSE | {"name": "x" * (LARGEST_BODY + 1)}

        answer = await client.post(f"{DATA}/api/tables/warehouses/", json=large)

        assert answer.status_code == 413


class TestReading:
    async def test_is_for_the_roles_of_each_table(self, staff: StaffSide):
        for role in Role:
            client = await browser_of(staff, role)
            for name, shown in BY_NAME.items():
                expected = 200 if role in shown.readers else 403
                for rest in ("", "schema/", "ids/", "count/"):
                    answer = await client.get(f"{DATA}/api/tables/{name}/{rest}")
                    assert answer.status_code == expected, (role, name, rest)

    @pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.ADMINISTRATOR])
    async def test_the_menu_names_only_what_the_role_reads(self, staff: StaffSide, role: Role):
        client = await browser_of(staff, role)

        listed = (await client.get(f"{DATA}/api/tables/")).json()
        grouped = (await client.get(f"{DATA}/api/tables/grouped/")).json()["grouped"]

        assert set(listed) == {name for name, one in BY_NAME.items() if role in one.readers}
        assert {name for names in grouped.values() for name in names} == set(listed)

    async def test_shows_nobody_the_hidden_tables(self, staff: StaffSide):
        client = await browser_of(staff, *Role)

        for table in HIDDEN:
            path = f"{DATA}/api/tables/{table._meta.tablename}/"
            assert (await client.get(path)).status_code == 404

    async def test_shows_no_password(self, staff: StaffSide):
        client = await browser_of(staff, Role.ADMINISTRATOR)

        listed = await client.get(f"{DATA}/api/tables/piccolo_user/")

        assert "pbkdf2" not in listed.text

    @pytest.mark.parametrize(
        "order", ["inspected_by.password", "-inspected_by.id", "nonsense", "id,nonsense", ""]
    )
    async def test_is_sorted_by_no_column_of_another_table(self, staff: StaffSide, order: str):
        client = await browser_of(staff, *Role)

        for rest in ("", "count/"):
            path = f"{DATA}/api/tables/inspections/{rest}"
            assert (await client.get(path, params={"__order": order})).status_code == 400
            sorted_by = {"__order": "inspected_by,-id"}
            assert (await client.get(path, params=sorted_by)).status_code == 200

    async def test_is_sorted_by_no_password(self, staff: StaffSide):
        client = await browser_of(staff, Role.ADMINISTRATOR)
        path = f"{DATA}/api/tables/piccolo_user/"

        assert (await client.get(path, params={"__order": "password"})).status_code == 400


class TestMount:
    async def test_takes_no_path_that_only_begins_alike(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)

        for path in ("/admin/datax", "/admin/datax/", "/admin/data.json"):
            assert (await person.client.get(path)).status_code == 404, path

    async def test_says_every_error_as_a_problem(self, staff: StaffSide):
        """Its own page reads `detail`, which a problem has; a form's faults stay a list."""
        manager = await browser_of(staff, Role.MANAGER)
        clerk = await browser_of(staff, Role.WAREHOUSE)
        closed = next(name for name, one in BY_NAME.items() if Role.WAREHOUSE not in one.readers)
        table = f"{DATA}/api/tables/warehouses/"
        answers = {
            401: await staff.client().get(table),
            403: await clerk.get(f"{DATA}/api/tables/{closed}/"),
            404: await manager.get(f"{table}987654/"),
            405: await manager.put(table, json={}),
            413: await manager.post(table, content=b" " * (LARGEST_BODY + 1)),
        }

        for status, answer in answers.items():
            is_problem(answer, status, answer.json()["code"])
        assert answers[405].headers["allow"]
        assert (await manager.post(table, json={})).status_code == 422

    async def test_serves_its_page_and_files_to_staff(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)

        page = await client.get(f"{DATA}/")
        assert page.status_code == 200
        assert "/admin/static/data.js" in page.text
        for file in _files_of(page.text):
            assert (await client.get(f"{DATA}/{file}")).status_code == 200, file
        assert (await client.get("/admin/static/data.js")).status_code == 200

    async def test_leads_strangers_to_our_sign_in(self, staff: StaffSide):
        stranger = staff.client()

        page = await stranger.get(f"{DATA}/")
        assert page.headers["location"] == "/admin/sign-in?next=%2Fadmin%2Fdata%2F"
        row = await stranger.get(f"{DATA}/row/returns/RMA-7K2M9Q4X")
        assert row.headers["location"].endswith(
            "?next=%2Fadmin%2Fdata%2Frow%2Freturns%2FRMA-7K2M9Q4X"
        )
        assert (await stranger.get(f"{DATA}/api/tables/returns/")).status_code == 401

    async def test_has_no_log_in_uploads_or_documentation_of_its_own(self, staff: StaffSide):
        client = await browser_of(staff, *Role)

        for path in NOT_OURS:
            assert (await client.get(f"{DATA}/{path}")).status_code == 404, path
            assert (await client.post(f"{DATA}/{path}", json={})).status_code == 404, path


def _files_of(page: str) -> list[str]:
    parts = page.replace("'", '"').split('"')
    return [part.removeprefix("./") for part in parts if part.startswith("./assets/")]


async def _contents() -> dict[str, Any]:
    """Return every row of the shown tables, so that nothing can change unseen."""
    return {
        shown.table.__name__: await shown.table.select().order_by(shown.table._meta.primary_key)
        for shown in SHOWN
    }
