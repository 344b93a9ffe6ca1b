"""Finance chooses what comes first of what is to be approved, and goes through it in that order."""

import html
import re
from datetime import timedelta

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.numbers import came_back, more_orders
from tests.api.orders import asked
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor

SMALL, LARGE, EUROS = "EKR-1001", "EKR-1002", "EKR-1003"
QUEUE = "/admin/approvals"
LONGEST = [SMALL, LARGE, EUROS]


@pytest.fixture
async def cases(staff: StaffSide) -> dict[str, str]:
    """Three proposals, an hour between them; the path of each by its order's number."""
    await more_orders(staff, LARGE)
    await more_orders(staff, EUROS, currency="EUR")
    paths = {}
    for number, quantity in ((SMALL, 1), (LARGE, 2), (EUROS, 1)):
        opened = await staff.open_return(number, asked(quantity=quantity))
        await came_back(staff, opened, quantity)
        (refund,) = [one for one in await staff.refunds() if one["return_number"] == opened]
        paths[number] = f"{QUEUE}/{refund['id']}"
        staff.clock.pass_by(timedelta(hours=1))
    return paths


@pytest.fixture
async def fay(staff: StaffSide) -> Visitor:
    return await staff.signed_in("fay", Role.FINANCE)


def listed(page: str) -> list[str]:
    """Return the order numbers of the list, from above."""
    return re.findall(r'<span class="sub">(EKR-\d+)</span>', page)


def key(page: str, name: str) -> str:
    """Return where a key leads."""
    (found,) = re.findall(rf'href="([^"]*)" data-key="{name}"', page)
    return str(found)


BY_AMOUNT = [EUROS, LARGE, SMALL]


class TestTheQueue:
    @pytest.mark.parametrize(
        ("sort", "first_to_last", "column"),
        [
            ("", LONGEST, "Waits"),
            ("amount", BY_AMOUNT, "Amount"),
            ("due", LONGEST, "Waits"),
            ("made-up", LONGEST, "Waits"),
        ],
    )
    async def test_begins_with_what_is_asked_for_and_says_so(
        self, cases: dict[str, str], fay: Visitor, sort: str, first_to_last: list[str], column: str
    ):
        with every_statement() as said:
            await fay.open(f"{QUEUE}?sort={sort}")

        assert len(cases) == 3
        assert listed(fay.text) == first_to_last
        assert len(said) <= 8
        assert re.findall(r'aria-sort="descending">(\w+)<', fay.text) == [column]
        chosen = re.findall(r'<option value="(\w*)" selected>', fay.text)
        assert chosen == ["amount" if sort == "amount" else ""]

    async def test_begins_with_the_first_promised_day_once_days_are_promised(
        self, cases: dict[str, str], fay: Visitor, staff: StaffSide
    ):
        for number, amount in ((LARGE, "270.69"), (EUROS, "135.34"), (SMALL, "135.34")):
            await fay.open(cases[number])
            await fay.send(f"{cases[number]}/approve", amount=amount)
            staff.clock.pass_by(timedelta(days=1))

        for sort, first_to_last in (
            ("", LONGEST),
            ("amount", BY_AMOUNT),
            ("due", [LARGE, EUROS, SMALL]),
        ):
            await fay.open(f"{QUEUE}?show=on_the_way&sort={sort}")
            assert listed(fay.text) == first_to_last
            assert fay.text.count("promised by") == 3
            # J and K go through what is to be approved.
            assert key(fay.text, "j") == cases[first_to_last[0]]

    async def test_goes_on_with_its_next_page_in_its_order(
        self, cases: dict[str, str], fay: Visitor, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("admin.approvals.queue.PAGE", 1)
        for sort, wanted in (("", LONGEST), ("amount", BY_AMOUNT)):
            await fay.open(f"{QUEUE}?sort={sort}")
            found = listed(fay.text)
            while onward := re.findall(r'href="([^"]*after=[^"]*)"', fay.text):
                await fay.open(html.unescape(onward[0]))
                found += listed(fay.text)
            assert found == wanted, sort
        assert len(cases) == 3

    async def test_of_what_is_done_begins_with_the_newest_whatever_is_asked_for(
        self, cases: dict[str, str], fay: Visitor
    ):
        for number in (SMALL, LARGE):
            await fay.open(cases[number])
            await fay.send(f"{cases[number]}/refuse", reason="It was paid back in the store.")

        await fay.open(f"{QUEUE}?show=done&sort=amount")

        assert listed(fay.text) == [LARGE, SMALL]
        assert 'name="sort"' not in fay.text
        assert "aria-sort" not in fay.text


class TestTheKeys:
    async def test_go_through_the_queue_as_it_was_sorted(self, cases: dict[str, str], fay: Visitor):
        await fay.open(f"{QUEUE}?sort=amount")
        for number in BY_AMOUNT:
            address = key(fay.text, "j")
            assert address == f"{cases[number]}?sort=amount"
            await fay.open(address)
        assert key(fay.text, "j") == f"{QUEUE}?sort=amount"
        assert key(fay.text, "k") == f"{cases[LARGE]}?sort=amount"

    async def test_go_on_in_that_order_after_a_decision_and_after_a_mistake(
        self, cases: dict[str, str], fay: Visitor
    ):
        await fay.open(f"{cases[EUROS]}?sort=amount")

        await fay.send(f"{cases[EUROS]}/approve", amount="abc")
        assert key(fay.text, "j") == f"{cases[LARGE]}?sort=amount"
        await fay.send(f"{cases[EUROS]}/approve", amount="135.34")

        assert fay.path == cases[EUROS]
        assert key(fay.text, "j") == f"{cases[LARGE]}?sort=amount"
