"""A canceled order whose money nobody gives back is noticed by us, until it is settled."""

import json
from datetime import timedelta

import pytest

from returns_engine.documents.order import OrderDocument
from returns_engine.documents.reading import read_document
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.import_order import import_order
from tests.admin.conftest import StaffSide
from tests.api.orders import order
from tests.portal.conftest import Visitor
from tests.portal.test_order_status import UNPAID
from tests.workflow.shop import value

ORDER = "/admin/orders/EKR-7"
LISTED = 'href="/admin/orders/EKR-7#canceled"'
CANCELED = {"status": "canceled", "shipments": [], "reference": "pi_7"}


async def person(staff: StaffSide) -> Visitor:
    return await staff.signed_in(*(("sue",) if "sue" in staff.people else ("sue", Role.MANAGER)))


async def listed(staff: StaffSide) -> bool:
    sue = await person(staff)
    await sue.open("/admin/inbox?kind=canceled")
    return LISTED in sue.text


class TestACanceledOrderThatWasPaid:
    async def test_stands_in_the_inbox_once_an_hour_is_over(self, staff: StaffSide):
        await staff.put_order("EKR-7", **CANCELED)
        staff.clock.pass_by(timedelta(minutes=59))
        assert not await listed(staff)

        staff.clock.pass_by(timedelta(minutes=2))
        assert await listed(staff)
        sue = await person(staff)
        await sue.open("/admin/inbox")
        assert "Canceled, not paid back <span>1</span>" in sue.text
        assert "$270.69" in sue.text
        await sue.open("/admin")
        assert 'href="/admin/inbox?kind=canceled"' in sue.text
        await sue.open(ORDER)
        assert "Of $270.69 no refund is on record" in sue.text

    @pytest.mark.parametrize("changes", [{"status": "processing"}, UNPAID | {"status": "canceled"}])
    async def test_is_one_that_was_canceled_and_paid(self, staff: StaffSide, changes):
        await staff.put_order("EKR-7", **(CANCELED | changes))
        staff.clock.pass_by(timedelta(hours=2))

        assert not await listed(staff)

    async def test_is_not_one_of_long_ago(self, staff: StaffSide):
        await staff.put_order("EKR-7", **CANCELED)
        staff.clock.pass_by(timedelta(days=91))

        assert not await listed(staff)

    async def test_leaves_once_its_money_is_on_the_way(self, staff: StaffSide):
        """Opened by a person who sets the rule aside, as its page says, and approved by finance."""
        await staff.put_order("EKR-7", **CANCELED)
        staff.clock.pass_by(timedelta(hours=2))
        sue = await person(staff)
        await sue.open(ORDER)
        wanted = {"matter": "cancellation/changed_mind", "quantity.L1": "2"}
        await sue.send(f"{ORDER}/decide", **wanted)
        await sue.send(f"{ORDER}/open", **{"override_reason-0": "Canceled by us."})

        assert sue.path.startswith("/admin/returns/")
        assert await value("SELECT proposed FROM refunds") == 27069
        assert not await listed(staff)
        await sue.open(ORDER)
        assert "no refund is on record" not in sue.text

    async def test_leaves_where_somebody_notes_that_nothing_is_to_be_done(self, staff: StaffSide):
        await staff.put_order("EKR-7", **CANCELED)
        staff.clock.pass_by(timedelta(hours=2))
        sue = await person(staff)
        await sue.open(ORDER)
        await sue.send(f"{ORDER}/canceled", canceled_note="")
        assert "Say what you found or did." in sue.text

        await sue.send(f"{ORDER}/canceled", canceled_note="Paid back by a check.")

        assert "Noted." in sue.text
        assert not await listed(staff)
        await sue.open(ORDER)
        assert "no refund is on record" not in sue.text
        csrf = sue.client.cookies.get("returns_csrf") or ""
        said = {"_csrf_token": csrf, "canceled_note": "Again."}
        await sue.client.post(f"{ORDER}/canceled", data=said)
        noted = "SELECT count(*) FROM events WHERE type = 'order.canceled_looked_at'"
        assert await value(noted) == 1

    async def test_comes_back_when_the_order_changes(self, staff: StaffSide):
        await staff.put_order("EKR-7", **CANCELED)
        staff.clock.pass_by(timedelta(hours=2))
        sue = await person(staff)
        await sue.open(ORDER)
        await sue.send(f"{ORDER}/canceled", canceled_note="Paid back by a check.")
        staff.clock.pass_by(timedelta(hours=2))
        raw = json.dumps(order(**CANCELED, confirmed_at="2026-02-21T15:04:05Z")).encode()
        changed = read_document(raw, OrderDocument)
        now = staff.clock()
        await import_order("EKR-7", changed, expected_version=None, actor=SYSTEM, now=now)
        staff.clock.pass_by(timedelta(hours=2))

        assert await listed(staff)
