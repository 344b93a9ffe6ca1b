import asyncio
from typing import Any

import pytest

from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Message
from returns_engine.tables.orders import Payment
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refusals import Conflict, Refusal, StaleVersion, Unprocessable
from tests.workflow.orders import (
    NOW,
    a_line,
    a_payment,
    a_shipment,
    an_order,
    asked,
    order_document,
)
from tests.workflow.shop import come_back, opened, put_order, refunds_of, rows, value


async def refusal_of(document: dict[str, Any], number: str = "EKR-1001") -> Refusal:
    with pytest.raises(Refusal) as refused:
        await put_order(number, document)
    return refused.value


@pytest.mark.usefixtures("database")
class TestAnOrder:
    async def test_is_created_and_then_kept_as_it_is(self):
        first = await put_order()
        again = await put_order()

        assert (first.created, first.version) == (True, 1)
        assert (again.created, again.version) == (False, 1)
        assert await value("SELECT count(*) FROM events WHERE chain = 'order:EKR-1001'") == 1

    async def test_rises_by_one_version_for_each_change(self):
        await put_order()
        changed = await put_order(document=an_order(status="canceled"))
        again = await put_order(document=an_order(status="canceled"))

        assert (changed.created, changed.version) == (False, 2)
        assert again.version == 2

    async def test_takes_corrected_dates_until_a_return_refers_to_it(self):
        await put_order()
        corrected = {"placed_at": "2026-02-19T09:00:00Z", "paid_at": "2026-02-21T09:00:00Z"}
        changed = await put_order(document=an_order(**corrected))

        kept = (await rows("SELECT placed_at, paid_at FROM orders"))[0]
        assert changed.version == 2
        assert (kept["placed_at"].day, kept["paid_at"].day) == (19, 21)

    async def test_is_the_same_when_its_times_are_written_in_another_zone(self):
        await put_order()
        again = await put_order(document=an_order(placed_at="2026-02-20T16:04:05+01:00"))

        assert again.version == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"channel": "amazon"},
            {"customer": {"email": "d@example.com", "phone": None, "name": "D", "account_id": "7"}},
            {"lines": [a_line(vehicle=None, title="Other")]},
            {"lines": [a_line(vehicle={"make": "Kia", "model": "Soul", "year": 2020})]},
            {"payments": [a_payment(), a_payment("P2", captured=5)]},
            {"shipments": [a_shipment(tracking_number="1ZNEW")]},
            {"shipments": [a_shipment(inside={"L1": 1})]},
        ],
    )
    async def test_takes_every_kind_of_change_once(self, change: dict[str, Any]):
        await put_order()
        changed = await put_order(document=an_order(**change))
        again = await put_order(document=an_order(**change))

        assert (changed.version, again.version) == (2, 2)

    async def test_may_have_a_number_of_a_hundred_characters(self):
        imported = await put_order("N" * 100)

        assert imported.created

    async def test_stays_paid_where_a_later_copy_says_nothing_of_it(self):
        await put_order()
        again = await put_order(document=an_order(paid_at=None))

        assert (again.version, await value("SELECT rounding FROM orders")) == (1, 0)
        assert await value("SELECT paid_at FROM orders") is not None

    async def test_of_another_version_than_meant_is_left_alone(self):
        await put_order()
        with pytest.raises(StaleVersion):
            await put_order(document=an_order(status="canceled"), expected_version=2)

        assert await value("SELECT status FROM orders") == "completed"

    async def test_of_the_version_meant_is_changed(self):
        await put_order()
        imported = await put_order(document=an_order(status="canceled"), expected_version=1)

        assert imported.version == 2

    async def test_that_is_not_there_has_no_version_to_be_meant(self):
        with pytest.raises(StaleVersion):
            await put_order(expected_version=1)

        assert await value("SELECT count(*) FROM orders") == 0

    async def test_that_two_bring_at_once_is_created_once(self):
        answers = await asyncio.gather(*[put_order() for _ in range(8)])

        assert sorted(answer.created for answer in answers) == [False] * 7 + [True]
        assert {answer.version for answer in answers} == {1}

    async def test_of_another_number_in_its_body_is_refused(self):
        document = order_document(an_order() | {"order_number": "EKR-2"})
        with pytest.raises(Unprocessable) as refused:
            await import_order("EKR-1001", document, expected_version=None, actor=SYSTEM, now=NOW)

        assert refused.value.fields[0].pointer == "/order_number"


@pytest.mark.usefixtures("database")
class TestRounding:
    @pytest.mark.parametrize(
        ("captured", "rounding"), [(27069, 0), (27070, 1), (27000, -69), (0, -27069)]
    )
    async def test_is_captured_less_the_parts(self, captured: int, rounding: int):
        await put_order(document=an_order(payments=[a_payment(captured=captured)]))

        assert await value("SELECT rounding FROM orders") == rounding

    async def test_is_nothing_until_the_order_is_paid(self):
        unpaid = {"paid_at": None, "payments": [a_payment(captured=0)]}
        await put_order(document=an_order(**unpaid))
        assert await value("SELECT rounding FROM orders") == 0

        await put_order(document=an_order())
        assert await value("SELECT rounding FROM orders") == 0

    async def test_counts_shipping_with_its_tax_and_leaves_inclusive_tax_out(self):
        included = a_line(quantity=1, unit_price=1000, tax=160, tax_included=True)
        document = an_order(
            included, discount=0, shipping=500, shipping_tax=40, payments=[a_payment(captured=1541)]
        )
        await put_order(document=document)

        assert await value("SELECT rounding FROM orders") == 1

    async def test_is_never_spread_over_the_lines(self):
        await put_order(document=an_order(payments=[a_payment(captured=27100)]))

        assert await value("SELECT net FROM order_lines") == 24990


@pytest.mark.usefixtures("database")
class TestTheDiscount:
    async def test_goes_by_largest_remainder_ties_to_the_first_line(self):
        lines = [a_line(f"L{n}", quantity=1, unit_price=1000, tax=0) for n in (1, 2, 3)]
        await put_order(document=an_order(*lines, discount=1000))

        nets = [row["net"] for row in await rows("SELECT net FROM order_lines ORDER BY position")]
        assert nets == [666, 667, 667]

    async def test_may_take_everything(self):
        line = a_line(quantity=3, unit_price=1000, tax=0)
        await put_order(document=an_order(line, discount=3000, payments=[a_payment(captured=0)]))

        assert await value("SELECT net FROM order_lines") == 0


@pytest.mark.usefixtures("database")
class TestAnInconsistentOrder:
    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"lines": [a_line(), a_line()]}, "/lines/1/line_id"),
            ({"payments": [a_payment(), a_payment(reference="x")]}, "/payments/1/payment_id"),
            ({"shipments": [a_shipment(inside={"L9": 1})]}, "/shipments/0/lines/0/line_id"),
            ({"shipments": [a_shipment(inside={"L1": 3})]}, "/shipments/0/lines/0/quantity"),
            ({"shipments": [a_shipment(inside={"L1": 0})]}, "/shipments/0/lines/0/quantity"),
            ({"discount": 25991}, "/discount"),
            ({"discount": -1}, "/discount"),
            ({"lines": [a_line(quantity=0)]}, "/lines/0/quantity"),
            ({"currency": "usd"}, "/currency"),
        ],
    )
    async def test_is_refused_by_its_field_and_changes_nothing(self, change, pointer):
        refused = await refusal_of(an_order(**change))

        assert isinstance(refused, Unprocessable)
        assert refused.code == "inconsistent_order"
        assert pointer in [field.pointer for field in refused.fields]
        assert await value("SELECT count(*) FROM orders") == 0
        assert await value("SELECT count(*) FROM events") == 0

    async def test_may_come_about_by_a_parcel_that_was_sent_before(self):
        await put_order()
        refused = await refusal_of(an_order(shipments=[a_shipment("S2", inside={"L1": 1})]))

        assert (refused.code, refused.fields[0].pointer) == ("inconsistent_order", "/shipments")
        assert await value("SELECT count(*) FROM shipments") == 1


@pytest.mark.usefixtures("database")
class TestWhatWasCaptured:
    async def test_is_never_lowered(self):
        await put_order()
        refused = await refusal_of(an_order(payments=[a_payment(captured=27068)]))

        assert isinstance(refused, Conflict)
        assert refused.code == "captured_lowered"
        assert refused.fields[0].pointer == "/payments/0/captured"
        assert await value("SELECT captured FROM payments") == 27069

    async def test_does_not_vanish(self):
        await put_order()

        assert (await refusal_of(an_order(payments=[]))).code == "captured_lowered"

    async def test_does_not_move_to_another_payment_at_the_provider(self):
        await put_order()
        refused = await refusal_of(an_order(payments=[a_payment(reference="pi_other")]))

        assert refused.code == "captured_lowered"
        assert await value("SELECT reference FROM payments") == "pi_P1"

    async def test_does_not_turn_into_another_currency(self):
        await put_order()
        refused = await refusal_of(an_order(currency="JPY"))

        assert isinstance(refused, Conflict)
        assert (refused.code, refused.fields[0].pointer) == ("captured_lowered", "/currency")
        assert "another currency" in refused.detail
        assert await value("SELECT currency FROM orders") == "USD"

    async def test_leaves_the_currency_free_where_it_is_nothing_yet(self):
        await put_order(document=an_order(payments=[a_payment(captured=0)]))
        await put_order(document=an_order(currency="JPY"))

        assert await value("SELECT currency FROM orders") == "JPY"

    async def test_may_be_put_into_the_currency_that_the_provider_told_of(self):
        await put_order()
        told: dict[Any, Any] = {"mismatch": "currency", "told_currency": "JPY"}
        await Payment.update(told, force=True)
        elsewhere = await refusal_of(an_order(currency="EUR"))
        await put_order(document=an_order(currency="JPY"))

        assert elsewhere.code == "captured_lowered"
        assert await value("SELECT currency FROM orders") == "JPY"

    async def test_can_rise_and_be_joined_by_another_payment(self):
        await put_order()
        payments = [a_payment(captured=27100), a_payment("P2", captured=1)]
        await put_order(document=an_order(payments=payments))

        held = await rows("SELECT captured FROM payments ORDER BY position")
        assert [row["captured"] for row in held] == [27100, 1]

    async def test_belongs_to_one_order_alone(self):
        await put_order("EKR-1")
        document = an_order(payments=[a_payment("A", reference="new"), a_payment()])
        refused = await refusal_of(document, "EKR-2")

        assert isinstance(refused, Conflict)
        assert refused.code == "payment_belongs_to_another_order"
        assert refused.fields[0].pointer == "/payments/1/reference"
        assert await value("SELECT count(*) FROM orders") == 1

    async def test_belongs_to_one_order_however_many_claim_it_at_once(self):
        claims = [put_order(f"EKR-{number}") for number in range(6)]
        answers = await asyncio.gather(*claims, return_exceptions=True)

        refused = [answer for answer in answers if isinstance(answer, Conflict)]
        assert [one.code for one in refused] == ["payment_belongs_to_another_order"] * 5

    async def test_of_the_same_reference_elsewhere_is_another_payment(self):
        await put_order("EKR-1")
        await put_order("EKR-2", an_order(payments=[a_payment(provider="external")]))

        assert await value("SELECT count(*) FROM payments") == 2


@pytest.mark.usefixtures("database")
class TestALineThatAReturnRefersTo:
    @pytest.fixture(autouse=True)
    async def returned(self, database: str):  # noqa: ARG002 - the database must be there first
        await put_order(document=_two_lines())
        await opened(asked("L1"))

    @pytest.mark.parametrize(
        "change",
        [
            {"unit_price": 13000},
            {"quantity": 3},
            {"tax": 0},
            {"kind": "custom"},
            {"title": "Other"},
            {"sku": "X"},
        ],
    )
    async def test_cannot_change(self, change: dict[str, Any]):
        refused = await refusal_of(_two_lines(first=change))

        assert isinstance(refused, Conflict)
        assert refused.code == "order_line_frozen"
        assert refused.fields[0].pointer == "/lines/0"
        assert f"its {next(iter(change))} cannot change" in refused.detail

    async def test_is_not_blamed_for_a_new_line_that_takes_of_its_discount(self):
        document = _two_lines()
        document["lines"].append(a_line("L3"))
        refused = await refusal_of(document)

        assert (refused.code, refused.fields[0].pointer) == ("order_line_frozen", "/discount")
        assert "split over the lines anew" in refused.detail

    @pytest.mark.parametrize("name", ["placed_at", "paid_at"])
    async def test_freezes_the_dates_that_its_order_has(self, name: str):
        refused = await refusal_of(_two_lines() | {name: "2026-02-21T09:00:00Z"})

        assert (refused.code, refused.fields[0].pointer) == ("order_line_frozen", f"/{name}")
        assert (await put_order(document=_two_lines() | {"paid_at": None})).version == 1

    async def test_lets_dates_come_that_were_not_known(self):
        document = _two_lines() | {"confirmed_at": "2026-02-21T09:00:00Z"}

        assert (await put_order(document=document)).version == 2

    async def test_cannot_vanish(self):
        document = _two_lines()
        document["lines"].pop(0)
        document["shipments"][0]["lines"].pop(0)

        assert (await refusal_of(document)).code == "order_line_frozen"

    @pytest.mark.parametrize("change", [{"discount": 0}, {"shipping": 5}, {"currency": "EUR"}])
    async def test_cannot_become_worth_something_else(self, change: dict[str, Any]):
        assert (await refusal_of(_two_lines() | change)).code == "order_line_frozen"

    async def test_lets_the_other_lines_change(self):
        await put_order(document=_two_lines(second={"title": "Corrected", "tax": 1}))

        title = "SELECT title FROM order_lines WHERE line_id = 'L2'"
        assert await value(title) == "Corrected"

    async def test_lets_customer_payments_and_parcels_change(self):
        document = _two_lines()
        document["customer"]["name"] = "Dana Reyes-Ortiz"
        document["shipping_address"]["line1"] = "2 Main St"
        document["payments"].append(a_payment("P2", captured=100))
        document["shipments"][0]["tracking_number"] = "1ZNEW"
        document["shipments"].append(a_shipment("S2", inside={"L2": 1}))

        assert (await put_order(document=document)).version == 2

    async def test_is_free_again_for_no_other_order(self):
        await put_order("EKR-2", an_order(payments=[a_payment(reference="other")]))
        changed = an_order(a_line(title="New"), payments=[a_payment(reference="other")])

        assert (await put_order("EKR-2", changed)).version == 2


def _two_lines(
    first: dict[str, Any] | None = None, second: dict[str, Any] | None = None
) -> dict[str, Any]:
    lines = [a_line("L1", **(first or {})), a_line("L2", **(second or {}))]
    parcel = a_shipment(inside={"L1": 2, "L2": 1})
    return an_order(*lines, payments=[a_payment(captured=60000)], shipments=[parcel])


@pytest.mark.usefixtures("database")
class TestDeliveryEvidence:
    @pytest.mark.parametrize(
        ("held", "sent", "kept"),
        [
            (("2026-03-02", "estimate"), ("2026-03-03", "carrier_scan"), "2026-03-03"),
            (("2026-03-02", "estimate"), ("2026-03-02", "carrier_scan"), "2026-03-02"),
            (("2026-03-02", "estimate"), ("2026-03-01", "carrier_scan"), "2026-03-02"),
            (("2026-03-02", "carrier_scan"), ("2026-03-05", "customer_statement"), "2026-03-05"),
            (("2026-03-02", "carrier_scan"), ("2026-03-01", "customer_statement"), "2026-03-02"),
            (("2026-03-02", "carrier_scan"), ("2026-03-09", "estimate"), "2026-03-02"),
            (("2026-03-02", "carrier_scan"), (None, None), "2026-03-02"),
            ((None, None), ("2026-03-04", None), "2026-03-04"),
        ],
    )
    async def test_is_replaced_only_in_the_customers_favor(self, held, sent, kept):
        await put_order(document=_delivered(*held))
        await put_order(document=_delivered(*sent))

        at = await value("SELECT delivered_at FROM shipments")
        assert at.date().isoformat() == kept

    async def test_counts_as_an_estimate_where_a_date_has_none(self):
        await put_order(document=_delivered("2026-03-04", None))

        assert await value("SELECT delivery_evidence FROM shipments") == "estimate"

    async def test_that_is_kept_is_no_change(self):
        await put_order(document=_delivered("2026-03-02", "carrier_scan"))
        again = await put_order(document=_delivered("2026-03-09", "estimate"))

        assert again.version == 1


def _delivered(day: str | None, evidence: str | None) -> dict[str, Any]:
    at = f"{day}T15:00:00Z" if day else None
    return an_order(shipments=[a_shipment(delivered_at=at, delivery_evidence=evidence)])


@pytest.mark.usefixtures("database")
class TestAParcel:
    async def test_holds_what_was_sent_last(self):
        lines = [a_line("L1"), a_line("L2")]
        parcel = a_shipment(inside={"L1": 2, "L2": 2})
        await put_order(document=an_order(*lines, shipments=[parcel]))
        parcels = [a_shipment(inside={"L1": 1}), a_shipment("S2", inside={"L1": 1, "L2": 2})]
        again = await put_order(document=an_order(*lines, shipments=parcels))

        held = await rows(
            "SELECT s.shipment_id, l.line_id, p.quantity FROM shipment_lines p"
            " JOIN shipments s ON s.id = p.shipment JOIN order_lines l ON l.id = p.order_line"
            " ORDER BY 1, 2"
        )
        assert [tuple(row) for row in held] == [("S1", "L1", 1), ("S2", "L1", 1), ("S2", "L2", 2)]
        assert again.version == 2

    async def test_with_a_line_written_twice_holds_both(self):
        twice = [{"line_id": "L1", "quantity": 1}, {"line_id": "L1", "quantity": 1}]
        document = an_order(shipments=[a_shipment() | {"lines": twice}])
        await put_order(document=document)
        again = await put_order(document=document)

        assert await value("SELECT quantity FROM shipment_lines") == 2
        assert again.version == 1

    async def test_that_is_not_sent_again_stays(self):
        await put_order()
        await put_order(document=an_order(shipments=[]))

        assert await value("SELECT count(*) FROM shipment_lines") == 1


@pytest.mark.usefixtures("database")
class TestAnImportBesideARefund:
    async def test_waits_for_it_without_ever_blocking_it(self):
        await put_order()
        refund = (await come_back(await opened(), {"L1": 1}))[0]
        async with asyncio.timeout(60), asyncio.TaskGroup() as both:
            loaded = asyncio.Event()
            both.create_task(_work_on(refund, loaded))
            await loaded.wait()
            imported = both.create_task(put_order(document=an_order(status="canceled")))

        assert imported.result().version == 2
        assert len(await refunds_of(await value("SELECT number FROM returns"))) == 1


async def _work_on(refund: dict[str, Any], loaded: asyncio.Event) -> None:
    """Hold the refund's locks while an import wants its own, then write a mail for the order."""
    async with transaction():
        held = await load_refund(refund["id"])
        loaded.set()
        await asyncio.sleep(0.3)
        await Message.insert(Message(order=held.case.order, template="x", created_at=NOW))
