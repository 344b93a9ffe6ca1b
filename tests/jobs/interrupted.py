"""The real way to the bank, with something happening just before or just after a refund is made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from returns_engine.gateways.payments.gateway import (
    Answer,
    PaymentGateway,
    ProviderPayment,
    ProviderRefund,
    RefundOrder,
)
from tests.floor import Floor

Happens = Callable[[], Awaitable[object]]


class Killed(BaseException):
    """The worker's process is gone: nothing of its own runs any more."""


async def is_killed() -> None:
    """Kill the worker at this point."""
    raise Killed


async def nothing() -> None:
    """Let nothing happen."""


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """Passes everything on to the real gateway; refunds are made by `makes`."""

    real: PaymentGateway
    makes: PaymentGateway
    before: Happens = nothing
    after: Happens = nothing
    after_reading: Happens = nothing

    async def create_refund(self, order: RefundOrder) -> Answer:
        await self.before()
        answer = await self.makes.create_refund(order)
        await self.after()
        return answer

    async def find_refunds(self, payment_reference: str) -> list[ProviderRefund]:
        return await self.real.find_refunds(payment_reference)

    async def read_refund(self, refund_id: str) -> ProviderRefund:
        return await self.real.read_refund(refund_id)

    async def read_payment(self, reference: str) -> ProviderPayment:
        told = await self.real.read_payment(reference)
        await self.after_reading()
        return told

    async def close(self) -> None:
        await self.real.close()


def interrupted(
    floor: Floor,
    *,
    before: Happens = nothing,
    after: Happens = nothing,
    makes: PaymentGateway | None = None,
) -> Floor:
    """Return the floor with a worker in the midst of whose call something happens.

    `makes` is another way by which the refund itself is ordered.
    """
    real = floor.tools.payments
    way = Interrupted(real=real, makes=makes or real, before=before, after=after)
    return replace(floor, tools=replace(floor.tools, payments=way))
