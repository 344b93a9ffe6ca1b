"""When was it delivered: every word is kept, and the date moves in the customer's favour alone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from returns_engine.queries.order_view import read_order
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.refusals import NotFound, Refusal, StaleVersion
from returns_engine.workflow.request_return import Declined, Opened
from returns_engine.workflow.state_delivery import KeptStatement, state_delivery
from tests.workflow.orders import NOW, a_line, a_shipment, an_order
from tests.workflow.shop import POLICY, SUPPORT, ask, put_order, rows, value

SCANNED = datetime(2026, 2, 20, 16, 0, tzinfo=UTC)
STATED = datetime(2026, 3, 12, 18, 0, tzinfo=UTC)
PLACED = {"placed_at": "2026-02-10T15:04:05Z", "paid_at": "2026-02-10T15:05:00Z"}


def delivered(at: datetime | None, evidence: str | None = "carrier_scan") -> dict[str, Any]:
    parcel = a_shipment(
        shipped_at="2026-02-16T18:00:00Z",
        delivered_at=at and at.isoformat(),
        delivery_evidence=evidence,
    )
    return an_order(shipments=[parcel], **PLACED)


async def state(at: datetime = STATED, **changes: Any) -> KeptStatement:
    values = {
        "shipment_id": "S1",
        "delivered_at": at,
        "reason": "She was away until then; the neighbor had it.",
        "actor": SUPPORT,
        "now": NOW,
    } | changes
    return await state_delivery("EKR-1001", **values)


async def shown() -> dict[str, Any]:
    order = await read_order("EKR-1001", policy=POLICY, now=NOW)
    assert order is not None
    return order


@pytest.mark.usefixtures("database")
class TestAStatement:
    async def test_that_is_later_turns_a_refusal_into_an_approval(self):
        await put_order(document=delivered(SCANNED))
        refused = await ask()
        assert isinstance(refused, Declined)
        assert refused.code == "return_window_closed"

        assert (await state()).stands

        assert await value("SELECT count(*) FROM returns") == 0, "nothing is judged anew silently"
        assert isinstance(await ask(), Opened)
        assert await value("SELECT permission FROM returns") == "approved"

    async def test_raises_the_orders_version_and_says_why_in_its_chain(self):
        await put_order(document=delivered(SCANNED))

        kept = await state()

        assert (await shown())["version"] == 2
        events = await rows(
            "SELECT e.type, e.data, t.value FROM events e LEFT JOIN event_texts t ON t.event = e.id"
            " WHERE chain = 'order:EKR-1001' ORDER BY sequence"
        )
        assert events[-1]["type"] == "delivery.stated"
        assert events[-1]["value"] == "She was away until then; the neighbor had it."
        assert "neighbor" not in events[-1]["data"]
        assert json.loads(events[-1]["data"])["delivered_at"] == "2026-03-12T18:00:00Z"
        parcel = (await shown())["shipments"][0]
        assert parcel["delivery_evidence"] == "customer_statement"
        assert [(word["evidence"], word["stands"]) for word in parcel["evidence"]] == [
            ("carrier_scan", False),
            ("customer_statement", True),
        ]
        stated = parcel["evidence"][-1]
        assert (stated["id"], stated["source"]) == (kept.id, "staff")
        assert stated["reason"] == "She was away until then; the neighbor had it."

    async def test_that_is_earlier_is_kept_on_record_and_changes_nothing(self):
        await put_order(document=delivered(STATED))

        kept = await state(SCANNED)

        assert not kept.stands
        order = await shown()
        assert order["version"] == 1
        assert order["shipments"][0]["delivered_at"] == "2026-03-12T18:00:00Z"
        assert [word["stands"] for word in order["shipments"][0]["evidence"]] == [True, False]

    async def test_takes_the_place_of_an_estimate_of_the_same_day(self):
        await put_order(document=delivered(STATED, "estimate"))

        assert (await state()).stands

    async def test_begins_the_window_of_a_parcel_nobody_saw_arrive(self):
        await put_order(document=delivered(None, None))

        assert (await state()).stands
        assert (await shown())["lines"][0]["returnable_until"] == "2026-04-11"

    async def test_of_one_parcel_leaves_the_date_of_the_other(self):
        parcels = [
            a_shipment("S1", inside={"L1": 1}, delivered_at=SCANNED.isoformat()),
            a_shipment("S2", inside={"L1": 1}, delivered_at=SCANNED.isoformat()),
        ]
        for parcel in parcels:
            parcel["shipped_at"] = "2026-02-16T18:00:00Z"
        await put_order(document=an_order(a_line(), shipments=parcels, **PLACED))

        await state(shipment_id="S2")

        line = (await shown())["lines"][0]
        assert (line["returnable"], line["returnable_until"]) == (1, "2026-04-11")

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            (
                {"delivered_at": NOW + timedelta(minutes=1)},
                "delivered_in_the_future",
                "/delivered_at",
            ),
            (
                {"delivered_at": datetime(2026, 2, 15, tzinfo=UTC)},
                "delivered_before_shipped",
                "/delivered_at",
            ),
            (
                {"delivered_at": datetime(1, 1, 2, tzinfo=UTC)},
                "moment_out_of_range",
                "/delivered_at",
            ),
            ({"shipment_id": "S9"}, "unknown_shipment", "/shipment_id"),
        ],
    )
    async def test_that_cannot_be_is_refused(self, changes, code, pointer):
        await put_order(document=delivered(SCANNED))

        with pytest.raises(Refusal) as refused:
            await state(**changes)

        assert (refused.value.code, refused.value.fields[0].pointer) == (code, pointer)
        assert await value("SELECT count(*) FROM delivery_evidence") == 1

    async def test_about_an_order_that_changed_or_is_not_there_is_refused(self):
        with pytest.raises(NotFound):
            await state()
        await put_order(document=delivered(SCANNED))
        with pytest.raises(StaleVersion):
            await state(expected_version=7)


@pytest.mark.usefixtures("database")
class TestAnImport:
    async def test_keeps_every_word_once(self):
        for at, evidence in (
            (SCANNED, "estimate"),
            (SCANNED, "carrier_scan"),
            (SCANNED, "estimate"),
            (None, None),
        ):
            await put_order(document=delivered(at, evidence))

        kept = await rows("SELECT evidence, source FROM delivery_evidence ORDER BY id")
        assert [tuple(row) for row in kept] == [("estimate", "import"), ("carrier_scan", "import")]

    async def test_keeps_a_word_that_does_not_stand(self):
        await put_order(document=delivered(STATED))
        again = await put_order(document=delivered(SCANNED))

        assert again.version == 1
        assert await value("SELECT count(*) FROM delivery_evidence") == 2
        words = (await shown())["shipments"][0]["evidence"]
        assert [word["stands"] for word in words] == [False, True]

    async def test_does_not_take_a_statement_back(self):
        await put_order(document=delivered(SCANNED))
        await state()
        await put_order(document=delivered(SCANNED))

        assert (await shown())["shipments"][0]["delivered_at"] == "2026-03-12T18:00:00Z"

    async def test_leaves_words_that_nobody_can_change(self):
        await put_order(document=delivered(SCANNED))

        for statement in (
            "UPDATE delivery_evidence SET evidence = 'estimate'",
            "DELETE FROM delivery_evidence",
        ):
            with pytest.raises(asyncpg.CheckViolationError, match="append only"):
                await the_engine().fetch_rows(statement)
