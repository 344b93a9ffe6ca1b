"""What the gateway says when the provider is slow, broken, busy, or changes its mind."""

import pytest

from returns_engine.gateways.payments.gateway import (
    Accepted,
    ProviderRefundStatus,
    ProviderRefused,
    ProviderUnavailable,
    Refused,
    Unanswered,
)
from returns_engine.gateways.payments.stripe_client import StripeGateway


async def armed(peer, mode, on="refunds.create", times=1, **more):
    await peer.control("faults", on=on, mode=mode, times=times, **more)


class TestALostAnswer:
    @pytest.mark.parametrize(
        "mode",
        [
            "timeout_after",
            "drop_after",
            "reset_after",
            "http_502_after",
            "http_503_after",
            "http_504_after",
            "truncated",
            "slow_headers",
        ],
    )
    async def test_leaves_it_open_and_the_same_key_finds_the_one_refund(
        self, stand_in, order_of, mode
    ):
        reference = await stand_in.pay(5000)
        order = order_of(reference, 1000)
        await armed(stand_in, mode, seconds=10)  # a slow answer comes long after its wait was over

        lost = await stand_in.hasty.create_refund(order)
        again = await stand_in.gateway.create_refund(order)

        assert isinstance(lost, Unanswered)
        assert isinstance(again, Accepted)
        [refund] = await stand_in.gateway.find_refunds(reference)
        assert refund.id == again.provider_refund_id

    @pytest.mark.parametrize(
        "mode",
        [
            "timeout_before",
            "drop_before",
            "reset_before",
            "http_502_before",
            "http_503_before",
            "http_504_before",
            "rate_limited",
            "rate_limited_retry",
            "lock_timeout",
            "conflict",
        ],
    )
    async def test_leaves_it_open_too_where_nothing_was_done(self, stand_in, order_of, mode):
        reference = await stand_in.pay(5000)
        order = order_of(reference, 1000)
        await armed(stand_in, mode)

        lost = await stand_in.hasty.create_refund(order)

        assert isinstance(lost, Unanswered)
        assert await stand_in.gateway.find_refunds(reference) == []
        assert isinstance(await stand_in.gateway.create_refund(order), Accepted)


class TestTheSdksOwnRetry:
    async def test_uses_the_same_key_and_makes_one_refund(self, stand_in, sandbox, order_of):
        reference = await stand_in.pay(5000)
        await armed(stand_in, "drop_after")

        async with StripeGateway(
            api_key=sandbox.api_key, address=sandbox.address, retries=1
        ) as gateway:
            answer = await gateway.create_refund(order_of(reference, 1000))

        assert isinstance(answer, Accepted)
        assert len(await stand_in.gateway.find_refunds(reference)) == 1

    @pytest.mark.parametrize(
        ("mode", "answer"),
        [("rate_limited", Unanswered), ("rate_limited_retry", Accepted), ("conflict", Accepted)],
    )
    async def test_tries_again_after_a_429_only_where_the_provider_says_so(
        self, stand_in, sandbox, order_of, mode, answer
    ):
        reference = await stand_in.pay(5000)
        await armed(stand_in, mode)

        async with StripeGateway(
            api_key=sandbox.api_key, address=sandbox.address, retries=1
        ) as gateway:
            assert isinstance(await gateway.create_refund(order_of(reference, 1000)), answer)


class TestABreakdown:
    async def test_is_replayed_to_the_same_key_and_says_that_it_may_be(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        order = order_of(reference, 1000)
        await armed(stand_in, "http_500")

        answers = [await stand_in.gateway.create_refund(order) for _ in range(2)]

        assert all(isinstance(answer, Unanswered) for answer in answers)
        assert all(answer.may_be_saved for answer in answers)
        assert await stand_in.gateway.find_refunds(reference) == []

    async def test_may_hide_a_refund_that_was_made(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        order = order_of(reference, 1000)
        await armed(stand_in, "http_500_done")

        answer = await stand_in.gateway.create_refund(order)

        assert isinstance(answer, Unanswered)
        [refund] = await stand_in.gateway.find_refunds(reference)
        assert refund.metadata == order.metadata

    async def test_may_be_rolled_forward_later_while_its_key_replays_the_breakdown(
        self, stand_in, order_of
    ):
        reference = await stand_in.pay(5000)
        order = order_of(reference, 1000)
        await armed(stand_in, "http_500_late", seconds=3600)

        answer = await stand_in.gateway.create_refund(order)
        at_first = await stand_in.gateway.find_refunds(reference)
        await stand_in.control("clock", offset_seconds=3601)

        assert (answer.may_be_saved, at_first) == (True, [])
        assert (await stand_in.gateway.create_refund(order)).may_be_saved
        [refund] = await stand_in.gateway.find_refunds(reference)
        assert refund.metadata == order.metadata


class TestADefiniteNo:
    async def test_is_a_declined_refund(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        await armed(stand_in, "declined")

        answer = await stand_in.gateway.create_refund(order_of(reference, 1000))

        assert isinstance(answer, Refused)
        assert (answer.http_status, answer.code) == (402, "card_declined")
        assert await stand_in.gateway.find_refunds(reference) == []

    async def test_is_a_payment_that_the_customers_bank_took_back(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        await stand_in.control("disputes", payment_intent=reference, amount=3000)

        answer = await stand_in.gateway.create_refund(order_of(reference, 1000))

        assert isinstance(answer, Refused)
        assert answer.code == "charge_disputed"
        assert (await stand_in.gateway.read_payment(reference)).amount_disputed == 3000

    async def test_is_not_an_inquiry_which_takes_no_money(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        await stand_in.control(
            "disputes", payment_intent=reference, amount=3000, status="warning_needs_response"
        )

        answer = await stand_in.gateway.create_refund(order_of(reference, 1000))

        assert isinstance(answer, Accepted)
        assert (await stand_in.gateway.read_payment(reference)).amount_disputed == 0

    async def test_is_a_key_without_rights(self, sandbox, order_of):
        async with StripeGateway(api_key="sk_live_never", address=sandbox.address) as gateway:
            answer = await gateway.create_refund(order_of("pi_any", 1000))
            with pytest.raises(ProviderRefused):
                await gateway.read_payment("pi_any")

        assert isinstance(answer, Refused)
        assert answer.http_status == 401


class TestAStateThatMoves:
    async def test_goes_from_pending_to_succeeded(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        await armed(stand_in, "pending")
        made = await stand_in.gateway.create_refund(order_of(reference, 1000))
        before = await stand_in.gateway.read_payment(reference)

        await stand_in.control("refunds/succeed", refund=made.provider_refund_id)

        refund = await stand_in.gateway.read_refund(made.provider_refund_id)
        after = await stand_in.gateway.read_payment(reference)
        assert (made.status, refund.status) == (
            ProviderRefundStatus.PENDING,
            ProviderRefundStatus.SUCCEEDED,
        )
        assert (before.amount_refunded, after.amount_refunded) == (0, 1000)

    async def test_goes_from_succeeded_to_failed_and_frees_the_money(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        made = await stand_in.gateway.create_refund(order_of(reference, 5000))

        await stand_in.control(
            "refunds/fail",
            refund=made.provider_refund_id,
            failure_reason="expired_or_canceled_card",
        )

        refund = await stand_in.gateway.read_refund(made.provider_refund_id)
        assert refund.status is ProviderRefundStatus.FAILED
        assert refund.failure_reason == "expired_or_canceled_card"
        assert (await stand_in.gateway.read_payment(reference)).amount_refunded == 0
        assert isinstance(await stand_in.gateway.create_refund(order_of(reference, 5000)), Accepted)

    async def test_waits_for_the_customer_again_when_the_bank_bounces_it(self, stand_in, order_of):
        reference = await stand_in.pay(5000, "pm_konbini")
        made = await stand_in.gateway.create_refund(order_of(reference, 1000))
        seen = [made.status]
        for move in ("pending", "succeed", "requires-action", "cancel"):
            await stand_in.control(f"refunds/{move}", refund=made.provider_refund_id)
            seen.append((await stand_in.gateway.read_refund(made.provider_refund_id)).status)

        status = ProviderRefundStatus
        assert seen == [
            status.REQUIRES_ACTION,
            status.PENDING,
            status.SUCCEEDED,
            status.REQUIRES_ACTION,
            status.CANCELED,
        ]

    async def test_is_pending_while_the_account_holds_too_little_and_fails_without_a_card(
        self, stand_in, order_of
    ):
        card, debit = await stand_in.pay(5000), await stand_in.pay(5000, "pm_sepa_debit")
        await stand_in.control("balance", currency="usd", available=999)
        waits = await stand_in.gateway.create_refund(order_of(card, 1000))
        fails = await stand_in.gateway.create_refund(order_of(debit, 1000))
        told = await stand_in.control("balance", currency="usd", available=1500)
        await stand_in.control("balance", currency="usd", available=None)

        assert waits.status is ProviderRefundStatus.PENDING
        assert (fails.status, fails.failure_reason) == (
            ProviderRefundStatus.FAILED,
            "insufficient_funds",
        )
        assert (told["available"], told["paid"]) == (500, [waits.provider_refund_id])
        settled = await stand_in.gateway.read_refund(waits.provider_refund_id)
        assert settled.status is ProviderRefundStatus.SUCCEEDED


class TestAQuestion:
    @pytest.mark.parametrize(
        "mode", ["timeout_before", "drop_before", "reset_before", "rate_limited", "http_503_before"]
    )
    async def test_without_an_answer_may_be_asked_again(self, stand_in, mode):
        reference = await stand_in.pay(5000)
        await armed(stand_in, mode, on="refunds.list")

        with pytest.raises(ProviderUnavailable):
            await stand_in.hasty.find_refunds(reference)

        assert await stand_in.gateway.find_refunds(reference) == []

    async def test_finds_every_refund_over_many_pages(self, stand_in, order_of):
        reference = await stand_in.pay(5000)
        made = [
            (await stand_in.gateway.create_refund(order_of(reference, 1))).provider_refund_id
            for _ in range(103)
        ]

        found = await stand_in.gateway.find_refunds(reference)

        assert [refund.id for refund in found] == made[::-1]

    async def test_is_unavailable_when_nobody_listens(self, order_of):
        async with StripeGateway(api_key="sk_test_x", address="http://127.0.0.1:9") as gateway:
            with pytest.raises(ProviderUnavailable):
                await gateway.read_payment("pi_any")

            assert isinstance(await gateway.create_refund(order_of("pi_any", 1)), Unanswered)
