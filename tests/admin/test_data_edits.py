"""Reference data that is edited in the data browser: what is refused, and what the record says."""

import json
from typing import Any

import pytest

from admin.data import SHOWN
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from returns_engine.tables.personal_data.holdings import OF_NO_ORDER
from returns_engine.tables.reference import Warehouse
from tests.admin.conftest import StaffSide
from tests.admin.test_data import DATA, WAREHOUSE, browser_of
from tests.admin.test_void_label import labelled

PATH = f"{DATA}/api/tables/warehouses/"


async def recorded() -> list[dict[str, Any]]:
    """Return what the record says of edits, with who made each."""
    found = await rows(
        "SELECT actor_id, data FROM events WHERE type = 'reference.changed' ORDER BY sequence"
    )
    return [{"by": one["actor_id"], **json.loads(one["data"])} for one in found]


class TestAnEdit:
    @pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
    async def test_is_on_record_with_who_and_before_and_after(self, staff: StaffSide, role: Role):
        client = await browser_of(staff, role)

        made = await client.post(PATH, json=WAREHOUSE)
        assert made.status_code == 201, made.text
        row = str(made.json()[0]["id"])
        assert (await client.patch(f"{PATH}{row}/", json={"line1": "9 New St"})).status_code == 200
        whole = WAREHOUSE | {"line1": "9 New St", "city": "Elko"}
        assert (await client.put(f"{PATH}{row}/", json=whole)).status_code in {200, 204}
        assert (await client.delete(f"{PATH}{row}/")).status_code in {200, 204}

        new, moved, put, gone = await recorded()
        assert {one["by"] for one in (new, moved, put, gone)} == {str(staff.people[str(role)])}
        assert {one["row"] for one in (new, moved, put, gone)} == {row}
        assert (new["before"], new["after"]["name"]) == (None, "EKR West")
        assert (moved["before"], moved["after"]) == (
            {"line1": "2 Side St"},
            {"line1": "9 New St"},
        )
        assert (put["before"], put["after"]) == ({"city": "Reno"}, {"city": "Elko"})
        assert (gone["before"]["city"], gone["after"]) == ("Elko", None)
        assert await Warehouse.count() == 0

    async def test_that_changes_nothing_is_no_news(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        row = (await client.post(PATH, json=WAREHOUSE)).json()[0]["id"]

        assert (await client.patch(f"{PATH}{row}/", json={"city": "Reno"})).status_code == 200

        assert len(await recorded()) == 1

    async def test_is_not_made_where_it_cannot_be_put_on_record(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        await rows(
            "ALTER TABLE events ADD CONSTRAINT no_more CHECK (type <> 'reference.changed')"
            " NOT VALID"
        )

        answer = await client.post(PATH, json=WAREHOUSE)

        assert answer.status_code == 500
        assert await Warehouse.count() == 0

    async def test_of_many_at_once_is_refused_to_its_editors_too(self, staff: StaffSide):
        client = await browser_of(staff, *Role)
        row = (await client.post(PATH, json=WAREHOUSE)).json()[0]["id"]

        answers = [
            await client.delete(PATH),
            await client.delete(PATH, params={"__ids": str(row)}),
            await client.put(PATH, json=WAREHOUSE),
            await client.patch(PATH, json={"city": "Elko"}),
            await client.patch(PATH, params={"__ids": str(row)}, json={"city": "Elko"}),
        ]

        assert {answer.status_code for answer in answers} <= {403, 405}
        assert [one["city"] for one in await Warehouse.select()] == ["Reno"]


class TestBadInput:
    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"name": "  "}, "name"),
            ({"line1": ""}, "line1"),
            ({"country": "usa"}, "country"),
            ({"country": "us"}, "country"),
            ({"city": "Re\x00no"}, "city"),
            ({"id": 777777}, "id"),
            ({"code": "x" * 33}, "code"),
        ],
    )
    async def test_is_refused_at_its_field(
        self, staff: StaffSide, sent: dict[str, Any], field: str
    ):
        client = await browser_of(staff, Role.MANAGER)
        row = (await client.post(PATH, json=WAREHOUSE)).json()[0]["id"]

        answer = await client.patch(f"{PATH}{row}/", json=sent)

        assert answer.status_code == 422, answer.text
        assert [fault["loc"][-1] for fault in answer.json()["detail"]] == [field]
        assert len(await recorded()) == 1

    @pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null"])
    async def test_that_is_no_row_is_refused(self, staff: StaffSide, body: bytes):
        client = await browser_of(staff, Role.MANAGER)

        answer = await client.post(PATH, content=body, headers={"content-type": "application/json"})

        assert answer.status_code == 422, answer.text

    async def test_that_is_nested_without_end_is_refused(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        content, said = b'{"name":' * 7_000, {"content-type": "application/json"}

        for answer in (
            await client.post(PATH, content=content, headers=said),
            await client.patch(f"{PATH}1/", content=content, headers=said),
        ):
            assert answer.status_code in {400, 422}, answer.text

    async def test_of_a_code_twice_is_refused_in_words(self, staff: StaffSide):
        client = await browser_of(staff, Role.MANAGER)
        await client.post(PATH, json=WAREHOUSE)

        answer = await client.post(PATH, json=WAREHOUSE)

        assert answer.status_code == 422
        assert "Another row has this already" in answer.json()["custom_form_error"]

    async def test_keeps_a_warehouse_that_labels_name(self, staff: StaffSide):
        await labelled(staff)
        client = await browser_of(staff, Role.MANAGER)
        (house,) = await Warehouse.select()

        answer = await client.delete(f"{PATH}{house['id']}/")

        assert answer.status_code == 422
        assert "cannot be deleted" in answer.json()["custom_form_error"]
        assert await recorded() == []


class TestReferenceData:
    def test_holds_nobodys_personal_data_so_the_record_may_say_what_it_said(self):
        edited = {shown.table._meta.tablename for shown in SHOWN if shown.editors}  # noqa: SLF001 - Piccolo tells it nowhere else

        assert edited
        for table in edited:
            assert table in OF_NO_ORDER
            assert "colleagues" not in OF_NO_ORDER[table]
