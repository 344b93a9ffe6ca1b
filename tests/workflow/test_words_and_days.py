from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.workflow.business_days import business_days_after, end_of_business_day
from returns_engine.workflow.refusals import NotFound, StaleVersion
from returns_engine.workflow.review_return import withdraw_return
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.write_message import write_message
from tests.workflow.orders import NOW
from tests.workflow.shop import DANA, SUPPORT, opened, put_order, receive, rows, the_return, value

NEW_YORK = ZoneInfo("America/New_York")


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("day", "days", "country", "expected"),
        [
            (date(2026, 3, 30), 0, "US", date(2026, 3, 30)),
            (date(2026, 3, 30), 5, "US", date(2026, 4, 6)),
            (date(2026, 3, 28), 1, "US", date(2026, 3, 30)),
            (date(2026, 7, 2), 1, "US", date(2026, 7, 6)),
            (date(2026, 12, 24), 1, "US", date(2026, 12, 28)),
            (date(2026, 4, 2), 1, "DE", date(2026, 4, 7)),
        ],
    )
    def test_leave_weekends_and_holidays_out(self, day, days, country, expected):
        assert business_days_after(day, days, country) == expected

    def test_end_at_midnight_of_the_policys_zone(self):
        friday_night = datetime(2026, 4, 4, 2, 0, tzinfo=UTC)
        end = end_of_business_day(friday_night, 1, "US", NEW_YORK)

        assert end == datetime(2026, 4, 7, 3, 59, 59, tzinfo=UTC)


async def track(number: str, tracking_number: str = "1Z999AA10123456784", **changes: int) -> None:
    await set_tracking(
        number, carrier="ups", tracking_number=tracking_number, actor=DANA, now=NOW, **changes
    )


@pytest.mark.usefixtures("database")
class TestTheCustomersOwnTracking:
    async def test_puts_the_parcel_on_its_way_and_can_be_corrected(self):
        await put_order()
        number = await opened()
        for typed in ("1Z999AA10123456784", "1Z999AA10123456785"):
            await track(number, typed)

        row = await the_return(number)
        assert (row["state"], row["own_tracking_number"]) == ("in_transit", "1Z999AA10123456785")

    async def test_is_too_late_once_something_came(self):
        await put_order()
        number = await opened()
        await receive(number, {"L1": 1})
        with pytest.raises(TransitionNotAllowed):
            await track(number)

    async def test_of_another_version_than_meant_is_refused(self):
        await put_order()
        with pytest.raises(StaleVersion):
            await track(await opened(), expected_version=7)


@pytest.mark.usefixtures("database")
class TestAMessage:
    async def test_of_the_customer_waits_for_a_person(self):
        await put_order()
        await write_message(await opened(), message="Hello?", actor=DANA, now=NOW)

        kept = (await rows("SELECT * FROM messages WHERE direction = 'in'"))[0]
        assert (kept["text"], kept["state"]) == ("Hello?", "received")

    async def test_of_ours_goes_out_by_mail(self):
        await put_order()
        await write_message(await opened(), message="Hello!", actor=SUPPORT, now=NOW)

        sent = "SELECT count(*) FROM messages WHERE template = 'message_from_us'"
        assert await value(sent) == 1

    async def test_can_be_written_in_any_state(self):
        await put_order()
        number = await opened()
        await withdraw_return(number, actor=DANA, now=NOW)
        await write_message(number, message="Sorry.", actor=DANA, now=NOW)

        assert (await the_return(number))["state"] == "withdrawn"

    async def test_about_nothing_known_finds_nothing(self):
        with pytest.raises(NotFound):
            await write_message("RMA-00000000", message="x", actor=DANA, now=NOW)
