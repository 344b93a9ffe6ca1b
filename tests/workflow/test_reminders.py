from datetime import datetime, timedelta

import pytest

from returns_engine.gateways.clock import Clock
from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.template import load_template
from returns_engine.tables.reference import Warehouse
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.issue_label import LabelPrint, issue_label
from returns_engine.workflow.remind_of_labels import remind_of_labels
from returns_engine.workflow.set_tracking import set_tracking
from tests.workflow.orders import NOW
from tests.workflow.shop import DANA, POLICY, opened, put_order, the_return, value

pytestmark = pytest.mark.usefixtures("database")


async def a_label() -> str:
    """Return the number of a return whose label was just made."""
    await a_warehouse()
    await put_order()
    number = await opened()
    await printed_label(number)
    return number


async def a_warehouse() -> None:
    """Keep a warehouse that takes returns."""
    address = {"line1": "4400 W Lake St", "city": "Chicago", "postal_code": "60624"}
    await Warehouse.insert(Warehouse(code="CHI", name="EKR Returns", country="US", **address))


async def printed_label(number: str, clock: Clock = lambda: NOW) -> None:
    """Print the label that a return waits for."""
    template = load_template(folder=TEMPLATES)
    terms = LabelPrint(
        merchant="EKR",
        contact="aftersales@ekrauto.com",
        carrier="ups",
        account="A1",
        template=template,
        quarantine_template=template,
    )
    await issue_label(number, terms=terms, policy=POLICY, clock=clock)


async def reminded(now: datetime) -> int:
    """Run the schedule twice, and count the mails there are."""
    for _ in range(2):
        await remind_of_labels(policy=POLICY, now=now)
    return await value("SELECT count(*) FROM messages WHERE template = 'label_reminder'")


class TestALabelThatWaits:
    async def test_is_reminded_of_twice_and_then_expires(self):
        number = await a_label()

        mails = [await reminded(NOW + timedelta(days=days)) for days in (6, 7, 8, 12, 13)]
        assert mails == [0, 1, 1, 2, 2]
        after = NOW + timedelta(days=14)
        assert await expire_labels(now=after) == 1
        assert await reminded(after) == 2
        assert (await the_return(number))["state"] == "expired"
        told = await value("SELECT count(*) FROM messages WHERE template = 'label_expired'")
        assert told == 1

    async def test_is_reminded_of_once_where_nothing_ran_for_days(self):
        await a_label()

        assert await reminded(NOW + timedelta(days=13)) == 1

    async def test_is_not_reminded_of_once_the_parcel_is_on_its_way(self):
        number = await a_label()
        await set_tracking(
            number, carrier="ups", tracking_number="1Z999AA10123456784", actor=DANA, now=NOW
        )

        assert await reminded(NOW + timedelta(days=13)) == 0
