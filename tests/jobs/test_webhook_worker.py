"""A real worker, killed while a receiver of webhooks still thinks about its answer."""

import asyncio
import signal

from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.keep_webhooks import add_webhook
from returns_engine.workflow.resend_webhooks import ping_webhook
from tests.floor import SOON_STALLED, Floor
from tests.webhook_receiver import receiving


class TestAWorkerThatIsKilled:
    async def test_while_it_waits_for_an_answer_leaves_the_webhook_to_another(self, floor: Floor):
        async with receiving() as receiver:
            receiver.answers.append(asyncio.Event().wait)
            new = await add_webhook(
                receiver.url, secure=False, actor=SYSTEM, now=floor.tools.clock()
            )
            number = await ping_webhook(new.id, now=floor.tools.clock())

            async def came(times: int) -> bool:
                return len(receiver.got) == times

            async def arrived() -> bool:
                state = "SELECT state FROM webhook_deliveries WHERE id = $1"
                row = await the_engine().fetch_row(state, number)
                return row is not None and row["state"] == "delivered"

            with floor.worker("-c", SOON_STALLED) as first:
                await floor.until(lambda: came(1))
                first.send_signal(signal.SIGKILL)
                first.wait()
            assert not await arrived()
            with floor.worker("-c", SOON_STALLED):
                await floor.until(arrived)

        once, again = receiver.got
        assert once.id == again.id
        assert again.verified(new.secret) == once.verified(new.secret)
