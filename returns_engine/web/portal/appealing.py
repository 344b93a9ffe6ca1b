"""What only the customer can say: that they see it differently, and that we may keep something."""

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.rules.words import Disposition
from returns_engine.texts.words import mark
from returns_engine.web.portal.case import message_mistakes, show_case, shown_again
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.once import once
from returns_engine.web.portal.session import AnyRequest, owner_of
from returns_engine.web.who import services_of
from returns_engine.workflow.appeal_return import appeal_return
from returns_engine.workflow.give_consent import GivenUnits, give_consent
from returns_engine.workflow.refusals import Unprocessable

_MOST_DIGITS = 6
_UNITS = "units."
_NO_WORDS = Mistake(field="appeal", says=mark("Write why you see it differently."))
_NO_UNITS = Mistake(field="consent", says=mark("Say for at least one item how many we may keep."))
_NO_CHOICE = Mistake(field="disposition", says=mark("Say what may become of it."))
_TOO_MANY = Mistake(field="consent", says=mark("We don't have as many items of yours here."))


@post("/returns/{number:str}/appeal")
async def appeal(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Ask for another person."""
    actor = await owner_of(request, number)
    services = services_of(request)
    text = Fields.of(await request.form()).one("appeal")
    typed = {"appeal": text}
    faults = message_mistakes(text, _NO_WORDS)
    if faults:
        return await show_case(request, number, actor, mistakes=faults, typed=typed)
    move = appeal_return(
        number, message=text, actor=actor, policy=services.policy, now=services.clock()
    )
    try:
        return await shown_again(number, "appealed", move, words=text)
    except Unprocessable as impossible:
        mistake = Mistake(field="appeal", says=impossible.detail)
        return await show_case(request, number, actor, mistakes=[mistake], typed=typed)


@post("/returns/{number:str}/consent")
async def consent(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Let us keep or dispose of what we could not accept."""
    actor = await owner_of(request, number)
    fields = Fields.of(await request.form())
    # As it was sent, and not as it stands by now: the second of two taps finds less to give.
    asked = [name for name in fields.values if name.startswith(_UNITS)]
    typed = {name: fields.one(name) for name in ("disposition", *asked)}
    lines = [
        GivenUnits(line_id=name.removeprefix(_UNITS), quantity=units)
        for name in asked
        if (units := _units(typed[name]))
    ]
    faults = [] if lines else [_NO_UNITS]
    if typed["disposition"] not in {Disposition.REFURBISH, Disposition.SCRAP}:
        faults.append(_NO_CHOICE)
    if faults:
        return await show_case(request, number, actor, mistakes=faults, typed=typed)

    async def give() -> None:
        await give_consent(
            number,
            lines=lines,
            disposition=Disposition(typed["disposition"]),
            actor=actor,
            now=services_of(request).clock(),
        )

    try:
        return await shown_again(number, "kept", once(request, fields, actor, give))
    except Unprocessable:
        return await show_case(request, number, actor, mistakes=[_TOO_MANY], typed=typed)


def _units(typed: str) -> int:
    known = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if known else 0
