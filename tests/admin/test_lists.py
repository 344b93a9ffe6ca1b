"""What every list has: filters in its address, pages with a way back, and the whole as a file."""

import asyncio
import csv
import io
from datetime import date, datetime, timedelta
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from returns_engine.queries.waiting_messages import WaitingKind
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.sandbox.sample_data.fill import Wanted, fill
from returns_engine.settings import Settings
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from tests.admin.conftest import StaffSide
from tests.admin.test_who_may import furnished
from tests.api.orders import asked
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor

LISTS = (
    *("inbox", "returns", "refunds", "parcels", "replacements", "promises", "compensations"),
    *("choices", "jobs", "messages", "opinions"),
)
EVERY_TAB = {
    "refunds": ("", "?show=all", "?show=owed", "?show=sent"),
    "parcels": ("", "?state=to_count_in", "?state=matched", "?state=sent_back"),
    "replacements": tuple(f"?show={one}" for one in ("planned", "ordered", "shipped", "done")),
    "promises": ("", "?show=today", "?show=broken", "?show=kept"),
    "compensations": ("?show=to_approve", "?show=to_give", "?show=done"),
    "choices": ("", "?show=due", "?show=to_do", "?show=over"),
    "messages": ("", *(f"?show={kind}" for kind in WaitingKind)),
}


async def file_of(person: Visitor, address: str) -> list[dict[str, str]]:
    answer = await person.client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def file_link(text: str) -> str:
    return text.split('class="list-file" href="')[1].split('"', maxsplit=1)[0].replace("&amp;", "&")


def onward(text: str) -> str:
    before = text.partition('rel="next"')[0]
    return before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


async def quarantined(staff: StaffSide, sender: str) -> None:
    found = FoundParcel(sender=sender, contents="Covers")
    await take_in_parcel(found, actor=SYSTEM, now=staff.clock())


class TestAListAsAFile:
    @pytest.mark.parametrize("name", [one for one in LISTS if one not in {"inbox", "messages"}])
    async def test_holds_what_is_there(
        self, staff: StaffSide, settings: Settings, database: str, name: str
    ):
        await furnished(staff, settings, database)
        person = await staff.signed_in("mona", Role.MANAGER)

        found = [
            row
            for tab in EVERY_TAB.get(name, ("",))
            for row in await file_of(person, f"/admin/{name}.csv{tab}")
        ]

        assert found
        assert all(None not in row and None not in row.values() for row in found)

    async def test_is_under_the_filters_of_its_page(self, staff: StaffSide):
        plain, looked = (
            await staff.open_return(),
            await staff.open_return("EKR-1001", asked(reason="defective")),
        )
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/returns?state=in_review&q=dana")
        [row] = await file_of(person, file_link(person.text))

        assert row["return_number"] == looked
        assert row["customer"] == "Dana Reyes"
        assert row["items"] == "1 × Seat covers, Ford F-150, black"
        assert row["requested_at"] == "2026-03-30T12:00:00Z"
        both = await file_of(person, "/admin/returns.csv?sort=oldest")
        assert [one["return_number"] for one in both] == [plain, looked]

    async def test_goes_on_past_a_page(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.returns.listing.AT_ONCE", 1)
        opened = [await staff.open_return(), await staff.open_return()]
        person = await staff.signed_in("sue", Role.SUPPORT)

        found = await file_of(person, "/admin/returns.csv")

        assert [row["return_number"] for row in found] == opened[::-1]

    async def test_has_its_header_where_nothing_is_in_it(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)

        for name in LISTS:
            answer = await person.client.get(f"/admin/{name}.csv")
            assert answer.text.count("\r\n") == 1, name

    @pytest.mark.parametrize("begins", ["=", "+", "-", "@"])
    async def test_holds_no_cell_that_passes_for_a_formula(self, staff: StaffSide, begins: str):
        await quarantined(staff, f"{begins}cmd|' /C calc'!A0")
        person = await staff.signed_in("wanda", Role.WAREHOUSE)

        [row] = await file_of(person, "/admin/parcels.csv")

        assert row["sender"] == f"'{begins}cmd|' /C calc'!A0"


class TestThePagesOfAList:
    async def test_lead_on_and_back_with_their_filters(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.returns.listing.PAGE", 1)
        older, newer = await staff.open_return(), await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/returns?state=approved&q=dana&sort=oldest")
        assert older in person.text
        assert newer not in person.text
        assert "Back to the oldest" not in person.text
        await person.open(onward(person.text))

        assert newer in person.text
        assert older not in person.text
        assert '<option value="oldest" selected>' in person.text
        back = 'href="/admin/returns?state=approved&amp;q=dana&amp;sort=oldest">Back to the oldest'
        assert back in person.text

    async def test_begin_anew_where_the_place_is_made_up(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("mona", Role.MANAGER)

        made_up = (
            *("promises?cursor=made-up", "returns?cursor=-1", "refunds?after=x"),
            "messages?show=to_answer&after=0001-01-01T00:00:00%2B23:59_" + str(UUID(int=0)),
        )
        for address in made_up:
            answer = await person.open(f"/admin/{address}")
            assert answer.status_code == 200
            assert "Back to the" not in person.text.replace("Back to the dashboard", "")
        await person.open(f"/admin/returns?cursor={quote('٣')}")
        assert number in person.text

    @pytest.mark.parametrize("name", LISTS)
    async def test_are_read_in_eight_statements_at_most(
        self, staff: StaffSide, settings: Settings, database: str, name: str
    ):
        await furnished(staff, settings, database)
        person = await staff.signed_in("mona", Role.MANAGER)

        for tab in EVERY_TAB.get(name, ("",)):
            with every_statement() as said:
                answer = await person.open(f"/admin/{name}{tab}")
            assert answer.status_code == 200
            assert len(said) <= 8

    @pytest.mark.parametrize("name", LISTS)
    async def test_help_where_nothing_is_there(self, staff: StaffSide, name: str):
        person = await staff.signed_in("mona", Role.MANAGER)

        await person.open(f"/admin/{name}")

        assert 'class="panel empty"' in person.text


class TestRefunds:
    async def test_are_listed_the_oldest_first_when_asked(
        self, staff: StaffSide, settings: Settings, database: str
    ):
        await furnished(staff, settings, database)
        person = await staff.signed_in("fay", Role.FINANCE)

        newest = await file_of(person, "/admin/refunds.csv?show=all")
        oldest = await file_of(person, "/admin/refunds.csv?show=all&sort=oldest")

        assert newest == oldest[::-1]
        assert all(row["amount"].replace(".", "").isdigit() for row in newest)
        await person.open("/admin/refunds?show=all&sort=oldest")
        assert "The oldest first." in person.text

    async def test_that_were_sent_are_those_of_the_days_asked_for_with_what_a_bank_asks_by(
        self, staff: StaffSide, database: str
    ):
        today = staff.clock().replace(hour=0, minute=0)
        wanted = Wanted(orders=120, returns=60, seed=2, until=today, span=timedelta(days=60))
        await asyncio.to_thread(fill, database, wanted, staff.services.policy)
        person = await staff.signed_in("fay", Role.FINANCE)

        sent = await file_of(person, "/admin/refunds.csv?show=sent&since=2020-01-01")
        assert len(sent) > 5
        assert all(row["credit_note"].startswith("CN-") for row in sent)
        assert all(row["provider_refund_id"] or row["external_reference"] for row in sent)
        days = [_day_of(row["sent_at"], staff.services.policy.zone) for row in sent]
        assert days == sorted(days, reverse=True)
        one = days[len(days) // 2]
        of_it = await file_of(person, f"/admin/refunds.csv?show=sent&since={one}&until={one}")
        assert [row["refund_id"] for row in of_it] == [
            row["refund_id"] for row, day in zip(sent, days, strict=True) if day == one
        ]


def _day_of(moment: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(moment).astimezone(zone).date()
