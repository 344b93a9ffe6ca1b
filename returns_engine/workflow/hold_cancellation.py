"""A cancellation whose units were shipped all the same is held until somebody decides."""

from datetime import datetime

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.queries.shipped_cancellations import cancelled_lines
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.words import ReturnKind
from returns_engine.tables.engine import transaction
from returns_engine.tables.returns import Return
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.require_unshipped import shipped_lines
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case

_UNPAID = {RefundState.REFUSED, RefundState.CANCELED}


async def hold_jobs(order_id: int) -> list[Job]:
    """Return a job for each cancellation of the order that must be held, or need not be any more.

    A job, because whoever packs a parcel holds the order, and a return is locked before its order.
    """
    lines = await cancelled_lines(order_id)
    held = {line.number: line.on_hold for line in lines}
    shipped = {line.number for line in lines if line.units}
    return [
        Job(task="hold_cancellation", args={"number": number}, lock=f"return:{number}")
        for number, on_hold in held.items()
        if on_hold is not (number in shipped)
    ]


async def hold_cancellation(number: str, *, now: datetime) -> None:
    """Hold a cancellation of which units are in a parcel, or let it go on where none are any more.

    Harmless twice. Support sees what is held; finance cannot approve its refund meanwhile.
    """
    async with transaction():
        case = await load_case(number)
        if case.kind != ReturnKind.CANCELLATION:
            return
        shipped = await shipped_lines(case)
        if bool(shipped) is await _is_held(case):
            return
        case.values["on_hold"] = bool(shipped)
        lines = [{"line_id": line.line_id, "quantity": line.units} for line in shipped]
        event = NewEvent(
            type="cancellation.held" if shipped else "cancellation.freed",
            reason="shipped_meanwhile" if shipped else None,
            data={"lines": lines},
        )
        case.record(event)
        await save_case(case, actor=SYSTEM, now=now)


async def free_shipped(case: ReturnCase) -> None:
    """Give up the units of a cancellation that were shipped: they can be sent back as a return.

    For a case whose refunds were all refused; changes nothing in any other. The caller saves it.
    """
    if case.kind != ReturnKind.CANCELLATION or not set(case.refunds.values()) <= _UNPAID:
        return
    for shipped in await shipped_lines(case):
        line = next(one for one in case.lines if one.id == shipped.return_line)
        units = min(shipped.units, line.requested - line.given_up - line.refunded)
        if units > 0:
            line.add("given_up", units)
            data = {"line_id": line.line_id, "quantity": units}
            case.record(NewEvent(type="cancellation.called_off", data=data))
    case.values["on_hold"] = False


async def _is_held(case: ReturnCase) -> bool:
    row = await Return.select(Return.on_hold).where(Return.id == case.id).first()
    return bool(row and row["on_hold"])
