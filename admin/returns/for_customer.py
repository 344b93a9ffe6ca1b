"""What a member of staff does for the customer, who told it by mail, by message or on the phone."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from admin.forms import sent_form
from admin.returns.doing import by_whom, done, needed
from admin.signed_in import AnyRequest, staff_with
from returns_engine.rules.words import Scope
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.review_return import answer_request, withdraw_return
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.tracking_number import number_fault

_WRITES = staff_with(Scope.RETURNS_WRITE)


@post("/admin/returns/{number:str}/answer", guards=[_WRITES], status_code=303)
async def answer(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note what the customer answered in another way than by the form; a person looks again."""
    form = await sent_form(request)

    async def act() -> None:
        words = needed(form, "answer")
        await answer_request(number, message=words, photo_ids=(), **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/withdraw", guards=[_WRITES], status_code=303)
async def withdraw(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Take a return back for the customer, before anything arrived."""
    form = await sent_form(request)
    act = withdraw_return(number, **by_whom(request, form))
    return await done(request, number, form, act)


@post("/admin/returns/{number:str}/tracking", guards=[_WRITES], status_code=303)
async def tracking(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note under which number the customer sent the parcel."""
    form = await sent_form(request)

    async def act() -> None:
        carrier, typed = needed(form, "carrier"), needed(form, "tracking_number")
        if fault := number_fault(carrier, typed):
            says = fault.says % {"carrier": fault.carrier}
            raise refuse_field("not_of_this_carrier", says, "/tracking_number")
        await set_tracking(
            number,
            carrier=carrier,
            tracking_number=typed,
            **by_whom(request, form),
        )

    return await done(request, number, form, act())
