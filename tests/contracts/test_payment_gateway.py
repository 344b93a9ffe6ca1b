"""What the engine relies on from a payment provider, held against every peer there is."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from returns_engine.gateways.payments.gateway import (
    Accepted,
    KeyConflict,
    ProviderRefundStatus,
    Refused,
    UnknownAtProvider,
)

SUCCEEDED = ProviderRefundStatus.SUCCEEDED


class TestOrderingARefund:
    async def test_gives_back_the_whole_payment(self, peer, order_of):
        reference = await peer.pay(5000)

        answer = await peer.gateway.create_refund(order_of(reference, 5000))

        assert isinstance(answer, Accepted)
        assert (answer.status, answer.failure_reason) == (SUCCEEDED, None)

    async def test_gives_back_parts_until_nothing_is_left(self, peer, order_of):
        reference = await peer.pay(5000)
        answers = [await peer.gateway.create_refund(order_of(reference, 2500)) for _ in range(2)]

        over = await peer.gateway.create_refund(order_of(reference, 1))

        assert all(isinstance(answer, Accepted) for answer in answers)
        assert len({answer.provider_refund_id for answer in answers}) == 2
        assert isinstance(over, Refused)
        assert over.code == "charge_already_refunded"

    async def test_makes_one_refund_for_one_key(self, peer, order_of):
        reference = await peer.pay(5000)
        order = order_of(reference, 1000)

        answers = [await peer.gateway.create_refund(order) for _ in range(3)]

        assert len(set(answers)) == 1
        assert len(await peer.gateway.find_refunds(reference)) == 1

    async def test_says_that_a_key_was_used_for_something_else(self, peer, order_of):
        reference = await peer.pay(5000)
        order = order_of(reference, 1000)
        await peer.gateway.create_refund(order)

        answer = await peer.gateway.create_refund(replace(order, amount=1001))

        assert isinstance(answer, KeyConflict)

    async def test_refuses_more_than_is_left_without_a_code_but_naming_the_amount(
        self, peer, order_of
    ):
        reference = await peer.pay(5000)

        answer = await peer.gateway.create_refund(order_of(reference, 5001))

        assert isinstance(answer, Refused)
        assert (answer.http_status, answer.code, answer.param) == (400, None, "amount")

    async def test_refuses_a_payment_that_nobody_knows(self, peer, order_of):
        answer = await peer.gateway.create_refund(order_of("pi_nobodyKnowsThis", 100))

        assert isinstance(answer, Refused)
        assert (answer.http_status, answer.code) == (404, "resource_missing")

    async def test_refuses_an_amount_of_nothing(self, peer, order_of):
        answer = await peer.gateway.create_refund(order_of(await peer.pay(), 0))

        assert isinstance(answer, Refused)
        assert (answer.code, answer.param) == ("parameter_invalid_integer", "amount")

    async def test_refuses_money_that_was_authorized_and_never_captured(self, peer, order_of):
        reference = await peer.pay(5000, capture_method="manual")

        answer = await peer.gateway.create_refund(order_of(reference, 100))

        assert isinstance(answer, Refused)

    async def test_takes_the_charge_in_place_of_the_payment(self, peer, order_of):
        intent = await peer.wire.get(f"/v1/payment_intents/{await peer.pay(5000)}")
        charge = intent.json()["latest_charge"]

        answer = await peer.gateway.create_refund(order_of(charge, 700))

        assert isinstance(answer, Accepted)
        assert [r.amount for r in await peer.gateway.find_refunds(charge)] == [700]


class TestAskingAboutRefunds:
    async def test_finds_what_we_wrote_on_the_refund(self, peer, order_of):
        reference = await peer.pay(5000)
        order = order_of(reference, 1200)
        made = await peer.gateway.create_refund(order)

        [found] = await peer.gateway.find_refunds(reference)

        assert (found.id, found.amount, found.currency) == (made.provider_refund_id, 1200, "USD")
        assert found.metadata == order.metadata
        assert found.payment_reference == reference
        assert found == await peer.gateway.read_refund(found.id)

    async def test_finds_nothing_for_a_payment_without_refunds(self, peer):
        assert await peer.gateway.find_refunds(await peer.pay()) == []

    async def test_says_that_a_refund_is_unknown(self, peer):
        with pytest.raises(UnknownAtProvider):
            await peer.gateway.read_refund("re_nobodyKnowsThis")


class TestAskingAboutAPayment:
    async def test_tells_what_came_in_and_what_went_back(self, peer, order_of):
        reference = await peer.pay(5000)
        await peer.gateway.create_refund(order_of(reference, 1500))

        payment = await peer.gateway.read_payment(reference)

        assert (payment.captured, payment.currency) == (True, "USD")
        assert (payment.amount_received, payment.amount_refunded) == (5000, 1500)
        assert payment.amount_disputed == 0

    async def test_tells_that_nothing_was_captured_yet(self, peer):
        reference = await peer.pay(5000, capture_method="manual")

        payment = await peer.gateway.read_payment(reference)

        assert (payment.captured, payment.amount_received) == (False, 0)

    async def test_says_that_a_payment_is_unknown(self, peer):
        with pytest.raises(UnknownAtProvider):
            await peer.gateway.read_payment("pi_nobodyKnowsThis")


class TestStripeItself:
    @pytest.mark.skipif(
        not os.environ.get("STRIPE_TEST_KEY"),
        reason="STRIPE_TEST_KEY is not set, so nothing was tried at Stripe itself",
    )
    async def test_was_asked_and_moved_no_real_money(self, peer):
        paid = await peer.wire.get(f"/v1/payment_intents/{await peer.pay()}")

        assert paid.json()["livemode"] is False


class TestListingAnAccount:
    async def test_gives_every_refund_of_a_period_newest_first(self, peer, order_of):
        began = datetime.now(UTC) - timedelta(minutes=1)
        made = []
        for _ in range(3):
            answer = await peer.gateway.create_refund(order_of(await peer.pay(5000), 1000))
            assert isinstance(answer, Accepted)
            made.append(answer.provider_refund_id)
        ended = datetime.now(UTC) + timedelta(minutes=1)

        listed = [one async for one in peer.gateway.refunds_made(began, ended)]
        ours = [one for one in listed if one.id in made]
        assert [one.id for one in ours] == made[::-1]
        assert {(one.amount, one.currency, one.status) for one in ours} == {
            (1000, "USD", SUCCEEDED)
        }

        earlier = [one async for one in peer.gateway.refunds_made(began - timedelta(days=1), began)]
        assert not {one.id for one in earlier} & set(made)
