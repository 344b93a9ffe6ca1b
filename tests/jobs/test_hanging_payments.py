"""Refunds of different payments do not wait for one another."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

from returns_engine.worker import CONCURRENCY
from tests.jobs.conftest import Floor
from tests.workflow.orders import a_payment, an_order
from tests.workflow.shop import SUPPORT, approve, come_back, opened, put_order, value

HANGING = 9


async def approved(floor: Floor, number: int) -> UUID:
    """An approved refund of an order of its own, whose payment the bank has."""
    order, reference = f"EKR-{number}", f"pi_{number}"
    payment = {"reference": reference, "amount": 27069, "currency": "USD"}
    (await floor.bank.post("/_test/payments", json=payment)).raise_for_status()
    await put_order(order, document=an_order(payments=[a_payment(reference=reference)]))
    (refund,) = await come_back(await opened(order_number=order, actor=SUPPORT), {"L1": 1})
    await approve(refund["id"], refund["proposed"])
    refund_id: UUID = refund["id"]
    return refund_id


class TestAPaymentThatHangs:
    async def test_keeps_no_other_payment_waiting(self, floor: Floor):
        for number in range(HANGING):
            await approved(floor, number)
            await floor.bank.post(
                "/_test/faults",
                json={
                    "on": "refunds.create",
                    "mode": "timeout_before",
                    "match": {"payment_intent": f"pi_{number}"},
                },
            )
        other = await approved(floor, HANGING)

        async def is_done() -> Any:
            state = await value("SELECT state FROM refunds WHERE id = $1", other)
            return state == "succeeded"

        worker = asyncio.create_task(
            floor.app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                listen_notify=False,
                fetch_job_polling_interval=0.1,
                shutdown_graceful_timeout=0.1,
            )
        )
        try:
            await floor.until(is_done)
            waiting = await value("SELECT count(*) FROM refunds WHERE state = 'submitting'")
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

        assert waiting == HANGING
