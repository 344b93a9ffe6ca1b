"""Rows of the data browser: what they are called, and the ways between a row and its page."""

# ruff: noqa: SLF001 - Piccolo tells the names of tables and columns nowhere else

import httpx
import pytest
from piccolo.apps.user.tables import BaseUser
from piccolo.columns import ForeignKey

from admin.data import BY_NAME, SHOWN
from admin.data_links import PAGES
from admin.data_rows import CALLED, LISTED, call_rows
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_data import DATA, browser_of
from tests.admin.test_data_forms import FORM, arrived
from tests.admin.test_void_label import labelled

API = f"{DATA}/api/tables"


async def first_row_of(client: httpx.AsyncClient, table: str) -> dict[str, object]:
    listed = await client.get(f"{API}/{table}/", params={"__readable": "true"})
    assert listed.status_code == 200, (table, listed.text)
    found: dict[str, object] = listed.json()["rows"][0]
    return found


class TestARow:
    async def test_is_called_by_what_people_know_it_by(self, staff: StaffSide):
        number = await labelled(staff)
        client = await browser_of(staff, Role.MANAGER)

        assert (await first_row_of(client, "returns"))["order_readable"] == "EKR-1001"
        label = await first_row_of(client, "labels")
        assert label["return__readable"] == number
        assert label["warehouse_readable"] == "EKR Returns (CHI)"
        line = await first_row_of(client, "return_lines")
        assert str(line["order_line_readable"]).startswith("EKR-1001 · ")

    async def test_of_every_table_can_be_read_and_chosen_by_its_name(self, staff: StaffSide):
        await labelled(staff)
        client = await browser_of(staff, *Role)

        for table in BY_NAME:
            for path in (f"{table}/?__readable=true", f"{table}/ids/", f"{table}/ids/?search=x"):
                answer = await client.get(f"{API}/{path}")
                assert answer.status_code == 200, (path, answer.text)

    async def test_names_its_columns_as_the_schema_of_its_table_does(self, staff: StaffSide):
        """Where they differ, Piccolo Admin's page draws an empty list."""
        await labelled(staff)
        client = await browser_of(staff, *Role)

        for table in BY_NAME:
            schema = (await client.get(f"{API}/{table}/schema/")).json()
            known = {"id", *schema["properties"]}
            assert set(schema["extra"]["visible_column_names"]) <= known, table
            for row in (await client.get(f"{API}/{table}/")).json()["rows"][:1]:
                assert set(row) <= known, table

    @pytest.mark.parametrize("role", list(Role))
    async def test_points_at_nothing_that_its_reader_may_not_open(
        self, staff: StaffSide, role: Role
    ):
        """Piccolo Admin's page asks there for names, and goes to its start where it is refused."""
        client = await browser_of(staff, role)

        for table in (await client.get(f"{API}/")).json():
            schema = (await client.get(f"{API}/{table}/schema/")).json()
            columns = schema["properties"].values()
            pointed_at = {
                column["extra"]["foreign_key"]["to"]
                for column in columns
                if "foreign_key" in column["extra"]
            }
            pointing = (await client.get(f"{API}/{table}/references/")).json()["references"]
            for other in pointed_at | {one["tableName"] for one in pointing}:
                assert (await client.get(f"{API}/{other}/ids/")).status_code == 200, (table, other)

    async def test_goes_on_to_point_at_what_its_reader_may_open(self, staff: StaffSide):
        client = await browser_of(staff, Role.SUPPORT)

        columns = (await client.get(f"{API}/returns/schema/")).json()["properties"]

        assert columns["order"]["extra"]["foreign_key"]["to"] == "orders"
        assert "foreign_key" not in columns["decision"]["extra"]

    def test_of_what_others_point_at_has_a_name(self):
        call_rows()
        pointed_at = {
            column._foreign_key_meta.resolved_references
            for shown in SHOWN
            for column in shown.table._meta.columns
            if isinstance(column, ForeignKey)
        }
        shown = {shown.table for shown in SHOWN}
        nameless = {
            table.__name__ for table in pointed_at & shown if len(table.get_readable().columns) == 0
        }

        assert nameless == set()
        assert set(CALLED) <= shown

    def test_lists_begin_with_the_key_that_opens_it(self):
        for table, listed in LISTED.items():
            assert listed.columns[0] == table._meta.primary_key, table

    def test_every_table_says_what_it_holds(self):
        silent = [shown.table for shown in SHOWN if not shown.table._meta.help_text]

        assert silent == [BaseUser]  # it is Piccolo's own


class TestTheWayToThePage:
    async def test_leads_from_every_kind_of_row_to_a_page_that_opens(self, staff: StaffSide):
        number = await arrived(staff)
        await staff.open_return()
        client = await browser_of(staff, *Role)
        await client.post(f"{FORM}/accept-goods/", json={"rma_number": number})
        tried = set()

        for table in PAGES:
            name = table._meta.tablename
            key = table._meta.primary_key._meta.name
            for row in (await client.get(f"{API}/{name}/")).json()["rows"][:1]:
                way = (await client.get(f"{DATA}/page/{name}/{row[key]}/")).json()
                if way:
                    tried.add(name)
                    page = await client.get(way["page"])
                    assert page.status_code == 200, (name, way)
                    assert way["name"]

        assert {"returns", "return_lines", "refunds", "orders", "payments", "inspections"} <= tried

    async def test_and_back_from_the_page_to_its_row(self, staff: StaffSide):
        number = await staff.open_return()
        client = await browser_of(staff, Role.SUPPORT)
        [row] = await rows("SELECT id FROM returns")

        client.follow_redirects = False
        back = await client.get(f"{DATA}/row/returns/{number}")

        assert back.headers["location"] == f"{DATA}/#/returns/{row['id']}/"
        assert (await client.get(f"{DATA}/row/orders/EKR-1001")).status_code == 307

    @pytest.mark.parametrize("path", ["page/refunds/1/", "row/payments/x", "row/returns/RMA-1"])
    async def test_is_shown_to_nobody_who_does_not_read_the_table(
        self, staff: StaffSide, path: str
    ):
        await staff.open_return()
        client = await browser_of(staff, Role.ADMINISTRATOR)

        answer = await client.get(f"{DATA}/{path}")

        assert answer.status_code == 404 or answer.json() == {}

    @pytest.mark.parametrize(
        "path",
        ["page/returns/", "page/returns/x/", "page/returns/99999999999999999999/", "page/x/1/"],
    )
    async def test_of_nonsense_leads_nowhere(self, staff: StaffSide, path: str):
        client = await browser_of(staff, *Role)

        answer = await client.get(f"{DATA}/{path}")

        assert "page" not in answer.json()

    async def test_says_who_may_not_write_there(self, staff: StaffSide):
        await labelled(staff)
        support, manager = (
            await browser_of(staff, Role.SUPPORT),
            await browser_of(staff, Role.MANAGER),
        )
        notes = [
            (await client.get(f"{DATA}/page/{table}/")).json().get("note")
            for client, table in (
                (support, "warehouses"),
                (manager, "warehouses"),
                (manager, "labels"),
            )
        ]

        assert notes == [
            "Read only for your role.",
            None,
            "Read only: the engine alone writes this.",
        ]
