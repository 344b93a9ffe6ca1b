"""A label that is made void before anything was sent under it, and the one that follows."""

import json
from typing import Any

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.reference import Warehouse
from returns_engine.workflow.close_outstanding import close_outstanding
from returns_engine.workflow.match_parcel import match_parcel
from returns_engine.workflow.refusals import StaleVersion
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from returns_engine.workflow.void_label import void_label
from tests.workflow.orders import NOW
from tests.workflow.shop import BENCH, DANA, SUPPORT, opened, put_order, rows, the_return, value
from tests.workflow.test_reminders import a_label, printed_label

pytestmark = pytest.mark.usefixtures("database")
WHY: dict[str, Any] = {"reason": "The dock has a new address.", "actor": SUPPORT, "now": NOW}


class TestAVoidLabel:
    async def test_makes_room_for_another_with_what_is_true_now(self):
        number = await a_label()
        await Warehouse.update({Warehouse.line1: "1 Dock Rd"}, force=True)

        await void_label(number, **WHY)

        assert (await the_return(number))["state"] == "approved"
        assert await value("SELECT count(*) FROM labels") == 0
        assert await value("SELECT count(*) FROM label_documents") == 0
        await printed_label(number)
        assert (await the_return(number))["state"] == "label_issued"
        assert await value("SELECT count(*) FROM label_documents") == 1

    async def test_is_told_to_the_customer_who_has_it_and_stands_on_record(self):
        number = await a_label()

        await void_label(number, **WHY)

        told = await value("SELECT count(*) FROM messages WHERE template = 'label_voided'")
        assert told == 1
        (event,) = await rows(
            "SELECT e.from_state, e.to_state, e.actor_kind, e.data, t.value FROM events e"
            " JOIN event_texts t ON t.event = e.id WHERE e.type = 'label.voided'"
        )
        assert (event["from_state"], event["to_state"]) == ("label_issued", "approved")
        assert (event["actor_kind"], event["value"]) == ("api_key", WHY["reason"])
        data = json.loads(event["data"])
        assert (data["carrier"], data["issued_at"]) == ("ups", "2026-03-30T12:00:00Z")
        issued = await value("SELECT data FROM events WHERE type = 'label.issued'")
        assert json.loads(issued)["expires_at"] == "2026-04-13T12:00:00Z"

    async def test_asks_for_the_next_one_in_the_same_transaction(self):
        number = await a_label()
        before = await value(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'issue_label'"
        )

        await void_label(number, **WHY)

        asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'issue_label'"
        assert await value(asked) == before + 1


class TestALabelStays:
    async def test_where_the_parcel_is_on_its_way(self):
        number = await a_label()
        await set_tracking(
            number, carrier="ups", tracking_number="1Z999AA10123456784", actor=DANA, now=NOW
        )

        with pytest.raises(TransitionNotAllowed):
            await void_label(number, **WHY)

        assert await value("SELECT count(*) FROM labels") == 1

    async def test_where_a_parcel_lies_here_unopened(self):
        number = await a_label()
        found = FoundParcel(tracking_number="1Z12345E0205271688", sender="Dana Reyes, Chicago")
        parcel = await take_in_parcel(found, actor=BENCH, now=NOW)
        await match_parcel(parcel, return_number=number, actor=BENCH, now=NOW)

        with pytest.raises(TransitionNotAllowed, match="about to be opened"):
            await void_label(number, **WHY)

    async def test_and_nothing_is_given_up_where_a_parcel_lies_here_unopened(self):
        number = await a_label()
        await set_tracking(
            number, carrier="ups", tracking_number="1Z999AA10123456784", actor=DANA, now=NOW
        )
        parcel = await take_in_parcel(FoundParcel(sender="Dana Reyes"), actor=BENCH, now=NOW)
        await match_parcel(parcel, return_number=number, actor=BENCH, now=NOW)

        with pytest.raises(TransitionNotAllowed, match="about to be opened"):
            await close_outstanding(number, **WHY)

    async def test_where_somebody_changed_the_case_meanwhile(self):
        number = await a_label()

        with pytest.raises(StaleVersion):
            await void_label(number, expected_version=1, **WHY)

    async def test_where_there_is_none(self):
        await put_order()
        number = await opened()

        with pytest.raises(TransitionNotAllowed):
            await void_label(number, **WHY)
