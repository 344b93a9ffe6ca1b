"""What a call that decides on a refund brings, read before the use case is asked."""

from uuid import UUID

from returns_engine.web.api.call import Call
from returns_engine.web.api.reading import BAD_CONTENT, Shape
from returns_engine.workflow.refund_file import require_other_person


async def read_decision(
    call: Call, refund_id: UUID, shape: type[Shape]
) -> tuple[Shape, int | None]:
    """Return body and version meant; 404 and 403 come before what is wrong with them.

    With nothing wrong the use case alone judges who may, under its lock.
    """
    try:
        return await call.read(shape), call.expected_version()
    except BAD_CONTENT:
        await require_other_person(refund_id, actor=call.actor)
        raise
