"""What the data browser's button *Export CSV* makes its file of."""

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_data import DATA, browser_of

API = f"{DATA}/api/tables"
FORMULA = "=HYPERLINK(1)"
# As its page asks: CSVModal of Piccolo Admin 1.14.
FOR_A_FILE = {"__page": "1", "__page_size": "1000", "__readable": "true"}


async def with_a_formula(staff: StaffSide) -> None:
    """Let the shop call one order by a formula, and another by a number below zero."""
    await staff.put_order(FORMULA, reference="pi_formula")
    await staff.put_order("-17", reference="pi_17")


class TestTheRowsOfAFile:
    async def test_hold_no_formula(self, staff: StaffSide):
        await with_a_formula(staff)
        client = await browser_of(staff, Role.MANAGER)

        orders = (await client.get(f"{API}/orders/", params=FOR_A_FILE)).json()["rows"]
        lines = (await client.get(f"{API}/order_lines/", params=FOR_A_FILE)).json()["rows"]
        people = (await client.get(f"{API}/order_contacts/", params=FOR_A_FILE)).json()["rows"]

        assert {one["number"] for one in orders} >= {f"'{FORMULA}", "-17"}
        assert f"'{FORMULA}" in {one["order_readable"].partition(" ")[0] for one in lines}
        assert {one["phone"] for one in people} == {"'+13125550123"}
        assert {one["email"] for one in people} == {"dana@example.com"}

    @pytest.mark.parametrize("size", ["101", "0101", "1e3", "1000", "100000"])
    async def test_are_whatever_no_page_of_a_list_asks_for(self, staff: StaffSide, size: str):
        await with_a_formula(staff)
        client = await browser_of(staff, Role.MANAGER)

        answer = await client.get(f"{API}/orders/", params={"__page_size": size})

        assert f'"{FORMULA}"' not in answer.text


class TestThePageOfAList:
    @pytest.mark.parametrize("size", ["5", "15", "30", "50", "100"])
    async def test_shows_what_is_there(self, staff: StaffSide, size: str):
        await with_a_formula(staff)
        client = await browser_of(staff, Role.MANAGER)

        shown = (await client.get(f"{API}/orders/", params={"__page_size": size})).json()["rows"]

        assert {one["number"] for one in shown} >= {FORMULA, "-17"}

    async def test_shows_a_row_by_itself_as_it_is(self, staff: StaffSide):
        await with_a_formula(staff)
        client = await browser_of(staff, Role.MANAGER)
        (first, *_) = (await client.get(f"{API}/orders/")).json()["rows"]

        row = await client.get(f"{API}/orders/{first['id']}/", params=FOR_A_FILE)

        assert row.json()["number"] == first["number"]
