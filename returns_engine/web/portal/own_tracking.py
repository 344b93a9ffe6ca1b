"""The customer's own tracking number, for a parcel under a label that is not ours."""

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.texts.carriers import CARRIERS, carrier_of_number
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
from returns_engine.workflow.tracking_number import bare_tracking_number

LONGEST_NUMBER = 128
_NO_NUMBER = Mistake(
    field="tracking_number",
    says=mark("Enter the tracking number; it stands on the receipt from the counter."),
)
_OF_ANOTHER = mark("This looks like a %(carrier)s number. Choose %(carrier)s, or check the number.")


@post("/returns/{number:str}/tracking")
async def tracking(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Take the customer's own tracking number."""
    actor = await owner_of(request, number)
    fields = Fields.of(await request.form())
    typed = {
        "carrier": fields.one("carrier").lower()[: LONGEST_NUMBER // 2],
        "tracking_number": "".join(fields.one("tracking_number").split())[:LONGEST_NUMBER],
    }
    if not typed["tracking_number"] or not typed["carrier"]:
        return await show_case(request, number, actor, mistakes=[_NO_NUMBER], typed=typed)
    other = carrier_of_number(bare_tracking_number(typed["tracking_number"]))
    if other is not None and other != typed["carrier"]:
        theirs = Mistake(field="tracking_number", says=_theirs(request, other))
        return await show_case(request, number, actor, mistakes=[theirs], typed=typed)
    now = services_of(request).clock()

    async def follow() -> None:
        await set_tracking(
            number,
            carrier=typed["carrier"],
            tracking_number=typed["tracking_number"],
            actor=actor,
            now=now,
        )

    try:
        return await shown_again(number, "tracking", once(request, fields, actor, follow))
    except Unprocessable as impossible:
        mistake = Mistake(field="tracking_number", says=impossible.detail)
        return await show_case(request, number, actor, mistakes=[mistake], typed=typed)


def _theirs(request: AnyRequest, carrier: str) -> str:
    """Return what is wrong with a number that another carrier than the chosen one prints."""
    texts = texts_in(spoken_language(request))
    return texts.gettext(_OF_ANOTHER) % {"carrier": CARRIERS[carrier]}
