"""Several plain refunds at once, each with its own answer."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from msgspec import Meta, Struct

from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.shapes.refunds import BatchAnswer
from returns_engine.web.who import needs
from returns_engine.workflow.approve_batch import MOST, BatchResult, Chosen, approve_batch
from returns_engine.workflow.refusals import refuse_field

RefundId = Annotated[str, Meta(min_length=36, max_length=36)]


class ChosenBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A refund as it was seen; `amount` in minor units is all that was proposed."""

    id: RefundId
    amount: Annotated[int, Meta(ge=0)]


class BatchBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Refunds of one kind of return, in one currency."""

    refunds: Annotated[list[ChosenBody], Meta(min_length=1, max_length=MOST)]


@does(
    "/refunds/approve-batch",
    needs(Scope.REFUNDS_APPROVE),
    takes=BatchBody,
    answers=BatchAnswer,
    refuses=(
        "same_person",
        "above_your_limit",
        "unknown_refund",
        "exceeds_refundable",
        "chosen_twice",
        "not_alike",
    ),
    versioned=False,
)
async def approve_together(call: NamedDependency[Call]) -> Response[bytes]:
    """Approve plain refunds together; each by itself, with what became of it."""
    call.refuse_version()
    body = await call.read(BatchBody)
    chosen = [_chosen(place, one) for place, one in enumerate(body.refunds)]
    policy = call.services.policy
    results = await approve_batch(chosen, policy=policy, actor=call.actor, now=call.now)
    return json_answer({"items": [_shape(one) for one in results]})


def _chosen(place: int, one: ChosenBody) -> Chosen:
    try:
        return Chosen(refund_id=UUID(one.id), amount=one.amount)
    except ValueError:
        pointer = f"/refunds/{place}/id"
        raise refuse_field("unknown_refund", "No refund has this id.", pointer) from None


def _shape(one: BatchResult) -> dict[str, Any]:
    return {
        "id": str(one.refund_id),
        "amount": one.amount,
        "outcome": str(one.outcome),
        "code": one.code,
        "detail": one.detail,
        "look_at": sorted(one.look_at),
    }


REFUND_BATCH = [approve_together]
