"""Webhooks on their way to a real server: signed, tried again, given up, resent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from returns_engine.gateways.webhook_receivers.http_client import WebhookClient
from returns_engine.jobs.catalog import JOBS
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.keep_webhooks import (
    add_webhook,
    disable_webhook,
    enable_webhook,
    remove_webhook,
    rotate_webhook_secret,
)
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.resend_webhooks import ping_webhook, resend_webhook, resend_webhooks
from returns_engine.workflow.sweep_webhooks import forget_webhooks, sweep_webhooks
from tests.floor import Floor
from tests.jobs.interrupted import Killed
from tests.jobs.provider import later, sql
from tests.webhook_receiver import Receiver, receiving, status


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as listening:
        yield listening


@pytest.fixture
def quick(floor: Floor) -> Floor:
    """The floor with a way out that waits two seconds for an answer."""
    return replace(
        floor,
        tools=replace(floor.tools, receivers=WebhookClient(public_only=False, timeout=2)),
    )


async def added(floor: Floor, receiver: Receiver, *types: str) -> tuple[int, str]:
    new = await add_webhook(
        receiver.url, event_types=types, secure=False, actor=SYSTEM, now=floor.tools.clock()
    )
    return new.id, new.secret


async def pinged(floor: Floor, endpoint: int) -> int:
    return await ping_webhook(endpoint, now=floor.tools.clock())


async def send(floor: Floor, delivery: int) -> None:
    await JOBS["send_webhook"].run(floor.tools, delivery_id=delivery)


async def work(floor: Floor) -> None:
    """Run all that is ready; jobs of one lane become so one after the other."""
    while await sql(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE task_name LIKE 'send_webhook%' AND (scheduled_at IS NULL OR scheduled_at <= now())"
    ):
        await floor.work()


async def delivery(number: int) -> dict[str, Any]:
    row = await the_engine().fetch_row("SELECT * FROM webhook_deliveries WHERE id = $1", number)
    assert row is not None
    return dict(row)


async def endpoint_row(number: int) -> dict[str, Any]:
    row = await the_engine().fetch_row("SELECT * FROM webhook_endpoints WHERE id = $1", number)
    assert row is not None
    return dict(row)


async def states() -> list[str]:
    rows = await the_engine().fetch_rows("SELECT state FROM webhook_deliveries ORDER BY id")
    return [row["state"] for row in rows]


class TestAWebhook:
    async def test_of_a_return_arrives_signed(self, floor: Floor, receiver: Receiver):
        _, secret = await added(floor, receiver, "return.requested", "return.approved")
        number = await floor.asked_for()
        await work(floor)

        requested, approved = receiver.told(secret)
        assert (requested["type"], approved["type"]) == ("return.requested", "return.approved")
        assert requested["data"]["return_number"] == number
        assert requested["timestamp"].endswith("Z")
        assert receiver.got[0].headers["content-type"] == "application/json"
        assert receiver.got[0].id.startswith("msg_")
        assert "." not in receiver.got[0].id
        assert await states() == ["delivered", "delivered"]

    async def test_that_fails_is_sent_again_under_the_same_id_and_signed_anew(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.append(status(500))
        endpoint, secret = await added(floor, receiver)
        number = await pinged(floor, endpoint)
        await send(floor, number)
        failed = await delivery(number)
        assert (failed["state"], failed["tries"], failed["last_status"]) == ("queued", 1, 500)
        pause = failed["next_try"] - failed["last_try_at"]
        assert timedelta(seconds=5) <= pause < timedelta(seconds=7)
        assert (await endpoint_row(endpoint))["failing_since"] is not None
        await send(floor, number)

        first, second = receiver.got
        assert first.id == second.id
        assert first.verified(secret) == second.verified(secret)
        assert (await delivery(number))["state"] == "delivered"
        now = await endpoint_row(endpoint)
        assert (now["failing_since"], now["last_success_at"] is not None) == (None, True)

    async def test_waits_for_its_next_try_without_holding_up_what_comes_after_it(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.append(status(500))
        endpoint, _ = await added(floor, receiver)
        await pinged(floor, endpoint)
        await work(floor)
        await pinged(floor, endpoint)
        await work(floor)

        assert await states() == ["queued", "delivered"]
        (waiting,) = await floor.jobs("send_webhook_later")
        assert (waiting["status"], waiting["lock"]) == ("todo", None)

    async def test_goes_back_into_its_lane_when_its_pause_is_over(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.append(status(500))
        endpoint, _ = await added(floor, receiver)
        await pinged(floor, endpoint)
        await work(floor)
        await sql("UPDATE procrastinate_jobs SET scheduled_at = now()")
        await work(floor)

        assert await states() == ["delivered"]
        assert len(receiver.got) == 2

    async def test_is_given_up_after_ten_tries(self, floor: Floor, receiver: Receiver):
        receiver.answers.extend([status(500)] * 10)
        endpoint, _ = await added(floor, receiver)
        number = await pinged(floor, endpoint)
        for _ in range(12):
            await send(floor, number)

        assert len(receiver.got) == 10
        given_up = await delivery(number)
        assert (given_up["state"], given_up["next_try"]) == ("failed", None)

    @pytest.mark.parametrize(
        ("answer", "code", "why"),
        [
            (status(302, "location: http://127.0.0.1/"), 302, None),
            (status(404), 404, None),
            (b"SSH-2.0\r\n", None, "no_http"),
            (asyncio.Event().wait, None, "timed_out"),
        ],
    )
    async def test_that_is_not_taken_says_in_the_log_what_came_instead(
        self, quick: Floor, receiver: Receiver, answer: Any, code: int | None, why: str | None
    ):
        receiver.answers.append(answer)
        endpoint, _ = await added(quick, receiver)
        number = await pinged(quick, endpoint)
        await send(quick, number)

        kept = await delivery(number)
        assert (kept["last_status"], kept["last_error"]) == (code, why)
        assert kept["state"] == "queued"

    async def test_to_a_name_that_stands_for_nothing_is_tried_again(self, floor: Floor):
        new = await add_webhook(
            "http://nowhere.invalid/", secure=False, actor=SYSTEM, now=floor.tools.clock()
        )
        number = await pinged(floor, new.id)
        await send(floor, number)

        kept = await delivery(number)
        assert (kept["state"], kept["last_error"]) == ("queued", "no_address")


class TestAWorkerThatDies:
    async def test_between_the_call_and_the_record_sends_it_twice_under_one_id(
        self, floor: Floor, receiver: Receiver
    ):
        endpoint, secret = await added(floor, receiver)
        number = await pinged(floor, endpoint)
        real = floor.tools.receivers

        class Dying:
            async def post(self, *post: Any) -> Any:
                await real.post(*post)
                raise Killed

        with pytest.raises(Killed):
            await send(replace(floor, tools=replace(floor.tools, receivers=Dying())), number)
        assert (await delivery(number))["state"] == "queued"
        await send(floor, number)
        await send(floor, number)

        first, second = receiver.got
        assert first.id == second.id
        assert second.verified(secret)["type"] == "ping"
        assert ((await delivery(number))["state"], (await delivery(number))["tries"]) == (
            "delivered",
            2,
        )

    async def test_with_its_job_leaves_the_webhook_to_the_sweep(
        self, floor: Floor, receiver: Receiver
    ):
        endpoint, _ = await added(floor, receiver)
        await pinged(floor, endpoint)
        await sql("DELETE FROM procrastinate_jobs")
        now = floor.tools.clock()
        assert await sweep_webhooks(now=now) == 0
        assert await sweep_webhooks(now=now + timedelta(minutes=6)) == 1
        assert await sweep_webhooks(now=now + timedelta(minutes=6)) == 0
        await work(floor)

        assert await states() == ["delivered"]


class TestAReceiver:
    async def test_that_is_gone_is_switched_off_at_once(self, floor: Floor, receiver: Receiver):
        receiver.answers.append(status(410))
        endpoint, _ = await added(floor, receiver)
        first, second = await pinged(floor, endpoint), await pinged(floor, endpoint)
        await send(floor, first)
        await send(floor, second)

        row = await endpoint_row(endpoint)
        assert (row["state"], row["disabled_why"]) == ("disabled", "gone")
        assert await states() == ["failed", "held"]
        assert len(receiver.got) == 1

    async def test_that_only_fails_is_switched_off_after_five_days(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.extend([status(503)] * 20)
        endpoint, _ = await added(floor, receiver)
        for _ in range(6):
            await send(floor, await pinged(floor, endpoint))
            await later(floor, days=1)

        row = await endpoint_row(endpoint)
        assert (row["state"], row["disabled_why"]) == ("disabled", "failing")
        assert set(await states()) == {"held"}
        with pytest.raises(Conflict, match="switch it on"):
            await pinged(floor, endpoint)

    async def test_that_took_one_webhook_in_five_days_stays_on(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.extend([status(503)] * 3 + [status(200)] + [status(503)] * 3)
        endpoint, _ = await added(floor, receiver)
        for _ in range(7):
            await send(floor, await pinged(floor, endpoint))
            await later(floor, days=1)

        assert (await endpoint_row(endpoint))["state"] == "enabled"

    async def test_that_asks_for_rest_gets_it_for_all_its_webhooks(
        self, floor: Floor, receiver: Receiver
    ):
        receiver.answers.append(status(429, "retry-after: 600"))
        endpoint, _ = await added(floor, receiver)
        first, second = await pinged(floor, endpoint), await pinged(floor, endpoint)
        await send(floor, first)
        await send(floor, second)
        assert len(receiver.got) == 1
        resting = await delivery(second)
        assert resting["tries"] == 0
        assert resting["next_try"] - floor.tools.clock() > timedelta(minutes=9)
        await later(floor, minutes=11)
        await send(floor, second)

        assert (await delivery(second))["state"] == "delivered"

    @pytest.mark.usefixtures("warehouse")
    async def test_that_hangs_holds_up_neither_another_nor_a_refund(
        self, quick: Floor, receiver: Receiver
    ):
        receiver.answers.extend([asyncio.Event().wait] * 50)
        slow, _ = await added(quick, receiver, "return.expired")
        async with receiving() as other:
            _, secret = await added(quick, other, "refund.succeeded")
            for _ in range(20):
                await pinged(quick, slow)
            await quick.approved()
            await quick.work()
            await quick.refund_is("succeeded")
            while not other.got:
                await quick.work()
            (told,) = other.told(secret)

        assert told["data"]["state"] == "succeeded"
        untouched = "SELECT count(*) FROM webhook_deliveries WHERE endpoint = $1 AND tries = 0"
        assert await sql(untouched, slow) > 10

    async def test_that_is_removed_meanwhile_is_no_loss(self, floor: Floor, receiver: Receiver):
        endpoint, _ = await added(floor, receiver)
        number = await pinged(floor, endpoint)

        async def goes() -> bytes:
            await remove_webhook(endpoint, actor=SYSTEM, now=floor.tools.clock())
            return status(500)

        receiver.answers.append(goes)
        await send(floor, number)
        await send(floor, number)
        await JOBS["send_webhook_later"].run(floor.tools, delivery_id=number)

        assert len(receiver.got) == 1
        assert await sql("SELECT count(*) FROM webhook_deliveries") == 0


class TestASecretThatIsChanged:
    async def test_signs_beside_the_old_one_for_a_day(self, floor: Floor, receiver: Receiver):
        endpoint, old = await added(floor, receiver)
        new = await rotate_webhook_secret(endpoint, actor=SYSTEM, now=floor.tools.clock())
        await send(floor, await pinged(floor, endpoint))
        await later(floor, hours=25)
        await send(floor, await pinged(floor, endpoint))

        both, alone = receiver.got
        assert both.verified(old) == both.verified(new)
        assert len(both.headers["webhook-signature"].split(" ")) == 2
        assert len(alone.headers["webhook-signature"].split(" ")) == 1
        assert alone.verified(new)["type"] == "ping"


class TestSendingAgain:
    async def test_one_goes_out_under_its_first_id(self, floor: Floor, receiver: Receiver):
        endpoint, _ = await added(floor, receiver)
        number = await pinged(floor, endpoint)
        await work(floor)
        await resend_webhook(number, now=floor.tools.clock())
        await work(floor)

        first, second = receiver.got
        assert first.id == second.id
        assert await states() == ["delivered"]

    async def test_all_that_did_not_arrive_since_a_moment(self, floor: Floor, receiver: Receiver):
        endpoint, _ = await added(floor, receiver)
        start = floor.tools.clock()
        await pinged(floor, endpoint)
        await work(floor)
        await disable_webhook(endpoint, actor=SYSTEM, now=start)
        await floor.asked_for()
        assert await enable_webhook(endpoint, actor=SYSTEM, now=start) == 2
        assert await resend_webhooks(endpoint, since=start, now=floor.tools.clock()) == 2
        assert await resend_webhooks(endpoint, since=start, now=floor.tools.clock()) == 0
        await work(floor)

        assert set(await states()) == {"delivered"}
        assert [one.told["type"] for one in receiver.got] == [
            *("ping", "return.requested", "return.approved")
        ]

    async def test_to_a_receiver_that_is_off_is_refused(self, floor: Floor, receiver: Receiver):
        endpoint, _ = await added(floor, receiver)
        number = await pinged(floor, endpoint)
        now = floor.tools.clock()
        await disable_webhook(endpoint, actor=SYSTEM, now=now)

        with pytest.raises(Conflict, match="switch it on"):
            await resend_webhook(number, now=now)
        with pytest.raises(Conflict, match="switch it on"):
            await resend_webhooks(endpoint, since=now, now=now)
        with pytest.raises(NotFound):
            await resend_webhook(number + 1, now=now)


class TestTheLog:
    async def test_is_kept_for_thirty_days(self, floor: Floor, receiver: Receiver):
        endpoint, _ = await added(floor, receiver)
        await pinged(floor, endpoint)
        await later(floor, days=10)
        await pinged(floor, endpoint)
        now = floor.tools.clock()

        assert await forget_webhooks(now=now + timedelta(days=21)) == 1
        assert await forget_webhooks(now=now + timedelta(days=31)) == 1
