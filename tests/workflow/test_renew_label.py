"""A label that was not used in time: no right is lost, and the return goes on under another."""

from datetime import timedelta

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.match_parcel import match_parcel
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.renew_label import renew_label
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from tests.workflow.orders import NOW, asked
from tests.workflow.shop import BENCH, DANA, SUPPORT, come_back, opened, rows, the_return, value
from tests.workflow.test_reminders import a_label, printed_label

pytestmark = pytest.mark.usefixtures("database")
LATER = NOW + timedelta(days=15)


async def run_out() -> str:
    """Return the number of a return whose label was not used in time."""
    number = await a_label()
    assert await expire_labels(now=LATER) == 1
    return number


class TestALabelThatRanOut:
    async def test_is_followed_by_another_with_days_of_its_own(self):
        number = await run_out()

        await renew_label(number, actor=DANA, now=LATER)

        assert (await the_return(number))["state"] == "approved"
        assert await value("SELECT count(*) FROM labels") == 0
        await printed_label(number, clock=lambda: LATER)
        assert (await the_return(number))["state"] == "label_issued"
        (label,) = await rows("SELECT issued_at, expires_at FROM labels")
        assert label["expires_at"] == LATER + timedelta(days=14)
        sent = "SELECT count(*) FROM messages WHERE template = 'return_approved'"
        assert await value(sent) == 2

    async def test_leaves_the_return_late_and_its_goods_welcome(self):
        number = await run_out()

        await renew_label(number, actor=SUPPORT, now=LATER)
        await printed_label(number, clock=lambda: LATER)
        refunds = await come_back(number, {"L1": 1})

        assert (await the_return(number))["late"] is True
        assert [refund["state"] for refund in refunds] == ["proposed"]

    async def test_stays_as_it_is_where_another_return_has_its_units(self):
        number = await run_out()
        await opened(asked(quantity=2))

        with pytest.raises(Unprocessable) as refused:
            await renew_label(number, actor=DANA, now=LATER)

        assert refused.value.code == "exceeds_returnable"
        assert (await the_return(number))["state"] == "expired"

    async def test_is_not_followed_by_another_once_the_parcel_is_here(self):
        number = await run_out()
        parcel = await take_in_parcel(FoundParcel(sender="Dana Reyes"), actor=BENCH, now=LATER)
        await match_parcel(parcel, return_number=number, actor=BENCH, now=LATER)

        with pytest.raises(TransitionNotAllowed, match="is here"):
            await renew_label(number, actor=DANA, now=LATER)

    async def test_is_not_followed_by_one_for_somebody_who_was_erased(self):
        number = await run_out()
        await rows("DELETE FROM order_contacts")

        with pytest.raises(TransitionNotAllowed, match="erased"):
            await renew_label(number, actor=SUPPORT, now=LATER)

    async def test_can_be_asked_for_once(self):
        number = await run_out()
        await renew_label(number, actor=DANA, now=LATER)

        with pytest.raises(TransitionNotAllowed):
            await renew_label(number, actor=DANA, now=LATER)
