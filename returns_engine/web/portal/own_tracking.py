"""The customer's own tracking number, for a parcel under a label that is not ours."""

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.rules.check_digit import check_digit_fits
from returns_engine.texts.localized import texts_in
from returns_engine.texts.words import mark
from returns_engine.web.languages import spoken_language
from returns_engine.web.portal.case import show_case, shown_again
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.once import once
from returns_engine.web.portal.session import AnyRequest, owner_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.tracking_number import bare_tracking_number, number_fault

LONGEST_NUMBER = 128
_FIELD = "tracking_number"
_NO_NUMBER = mark("Enter the tracking number; it stands on the receipt from the counter.")
_MISTYPED = mark(
    "One figure seems to be wrong: the last one does not fit the others. Compare it with the"
    " receipt from the counter. If it stands there like this, send it again."
)


@post("/returns/{number:str}/tracking")
async def tracking(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Take the customer's own tracking number."""
    actor = await owner_of(request, number)
    fields = Fields.of(await request.form())
    typed = {
        "carrier": fields.one("carrier").lower()[: LONGEST_NUMBER // 2],
        _FIELD: "".join(fields.one(_FIELD).split())[:LONGEST_NUMBER],
    }
    if says := _fault(request, typed, sure_of=fields.one("sure_of")):
        mistake = Mistake(field=_FIELD, says=says)
        asked = {"sure_of": typed[_FIELD]} if says == _MISTYPED else {}
        return await show_case(request, number, actor, mistakes=[mistake], typed=typed | asked)
    now = services_of(request).clock()

    async def follow() -> None:
        await set_tracking(
            number,
            carrier=typed["carrier"],
            tracking_number=typed[_FIELD],
            actor=actor,
            now=now,
        )

    try:
        return await shown_again(number, "tracking", once(request, fields, actor, follow))
    except Unprocessable as impossible:
        mistake = Mistake(field=_FIELD, says=impossible.detail)
        return await show_case(request, number, actor, mistakes=[mistake], typed=typed)


def _fault(request: AnyRequest, typed: dict[str, str], *, sure_of: str) -> str | None:
    """Return what to look at before the number is taken; who was asked once may be sure of it."""
    if not typed[_FIELD] or not typed["carrier"]:
        return _NO_NUMBER
    if fault := number_fault(typed["carrier"], typed[_FIELD]):
        texts = texts_in(spoken_language(request))
        return texts.gettext(fault.says) % {"carrier": fault.carrier}
    fits = check_digit_fits(bare_tracking_number(typed[_FIELD]))
    return None if fits or sure_of == typed[_FIELD] else _MISTYPED
