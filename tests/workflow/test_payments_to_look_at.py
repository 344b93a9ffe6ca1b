"""Payments that call for a person: below zero, whatever took them there."""

import pytest
from structlog.testing import capture_logs

from returns_engine.queries.payments_to_look_at import (
    PaymentToLookAt,
    TookTooMuch,
    count_payments_to_look_at,
    list_payments_to_look_at,
)
from returns_engine.workflow.look_at_payment import look_at_payment
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import FINANCE, approve, come_back, opened, put_order, rows

pytestmark = pytest.mark.usefixtures("database")

DUE = 13534


async def approved() -> None:
    await put_order()
    (refund,) = await come_back(await opened(), {"L1": 1})
    await approve(refund["id"], DUE)


async def looked_at() -> list[PaymentToLookAt]:
    found = await list_payments_to_look_at(limit=50)
    assert await count_payments_to_look_at() == len(found)
    return list(found)


class TestAPaymentBelowZero:
    async def test_is_not_there_while_all_is_well(self):
        await approved()

        assert await looked_at() == []

    async def test_is_there_where_our_own_refunds_alone_took_it(self):
        """The shop corrects the order to what the provider captured, less than is promised."""
        await approved()
        await rows("UPDATE payments SET mismatch = 'amount', told_captured = 10000")
        with capture_logs() as said:
            await put_order(document=an_order(payments=[a_payment(captured=10000)]))
        await rows("UPDATE payments SET mismatch = NULL")

        (payment,) = await looked_at()
        assert (payment.took, payment.balance) == (TookTooMuch.OURS, 10000 - DUE)
        (alert,) = [line for line in said if line["event"] == "payment_overdrawn"]
        assert alert["balance"] == 10000 - DUE

    async def test_is_no_longer_there_once_it_is_cleared_up(self):
        await approved()
        await rows("UPDATE payments SET captured = 10000")
        await rows("UPDATE payments SET captured = 20000")

        assert await looked_at() == []

    async def test_names_a_dispute_before_all_else(self):
        await approved()
        await rows("UPDATE payments SET captured = 10000, disputed = 1")

        assert [one.took for one in await looked_at()] == [TookTooMuch.DISPUTE]

    async def test_says_that_a_dispute_is_lost(self):
        await approved()
        await rows("UPDATE payments SET captured = 10000, disputed = 1, disputed_lost = 1")

        assert [one.took for one in await looked_at()] == [TookTooMuch.DISPUTE_LOST]

    @pytest.mark.parametrize(
        ("cause", "took"),
        [("dashboard", TookTooMuch.OUTSIDE), ("paid_again", TookTooMuch.PAID_AGAIN)],
    )
    async def test_names_a_refund_that_was_made_elsewhere_or_paid_again(
        self, cause: str, took: TookTooMuch
    ):
        await approved()
        await rows(
            "INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status,"  # noqa: S608 - our own words
            " cause, created_at, first_seen_at, checked_at)"
            f" SELECT id, 're_1', captured, 'USD', 'succeeded', '{cause}', now(), now(), now()"
            " FROM payments"
        )

        assert [one.took for one in await looked_at()] == [took]


class TestAPaymentThatSomebodyHasSeenTo:
    async def test_is_away_until_it_stands_otherwise(self):
        await approved()
        await rows("UPDATE payments SET captured = 10000")
        (payment,) = await looked_at()
        assert await see_to(payment)
        assert await looked_at() == []
        (said,) = await rows(
            "SELECT e.actor_id, t.value FROM events e JOIN event_texts t ON t.event = e.id"
            " WHERE e.type = 'payment.looked_at'"
        )
        assert (said["actor_id"], said["value"]) == (FINANCE.id, "Dana sends it back.")

        await rows("UPDATE payments SET captured = 9000")
        assert [one.balance for one in await looked_at()] == [9000 - DUE]

    async def test_is_noted_only_as_it_was_seen(self):
        await approved()
        await rows("UPDATE payments SET captured = 10000")
        (payment,) = await looked_at()
        await rows("UPDATE payments SET captured = 9000")

        assert not await see_to(payment)
        assert not await look_at_payment(2**40, balance=0, note="x", actor=FINANCE, now=NOW)
        assert len(await looked_at()) == 1


async def see_to(payment: PaymentToLookAt) -> bool:
    by = {"note": "Dana sends it back.", "actor": FINANCE, "now": NOW}
    return await look_at_payment(payment.place, balance=payment.balance, **by)
