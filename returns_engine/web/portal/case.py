"""The customer's case: where it stands, whose turn it is, and what can be done."""

import secrets
from collections.abc import Awaitable, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.queries.certificates import read_certificate_pdf
from returns_engine.queries.inspection_results import read_inspection_results
from returns_engine.queries.messages import read_messages_for_customer
from returns_engine.queries.refused_goods import refused_so_far, rejected_waiting
from returns_engine.queries.return_view import read_return
from returns_engine.queries.timeline import read_events_for_customer
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.words import Resolution
from returns_engine.texts.carriers import CARRIERS, OTHER_CARRIER
from returns_engine.texts.words import mark
from returns_engine.web.answers import pdf_answer
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.pages import page
from returns_engine.web.portal.ask_again import ask_again
from returns_engine.web.portal.choosing import choices_about
from returns_engine.web.portal.draft import LONGEST_COMMENT, Fields, Mistake
from returns_engine.web.portal.mails import mails_of_ours
from returns_engine.web.portal.once import once
from returns_engine.web.portal.photos import take_in
from returns_engine.web.portal.refund_stages import money_of
from returns_engine.web.portal.session import AnyRequest, owner_of
from returns_engine.web.portal.timeline import (
    appeal_answer,
    conversation,
    declined_because,
    done_last,
    last_question,
    steps,
    timeline,
)
from returns_engine.web.portal.unsent import unsent_of
from returns_engine.web.portal.wishes import wishes_of_case
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Refusal, Unprocessable
from returns_engine.workflow.renew_label import renew_label
from returns_engine.workflow.review_return import answer_request, withdraw_return
from returns_engine.workflow.write_message import write_message

UPLOAD_BYTES = 64 * 1024 * 1024
_UNPROCESSABLE = 422
_SAID = {
    "sent": mark("Your request is with us. We also sent you a mail about it."),
    "withdrawn": mark("You withdrew it. We confirm it by mail."),
    "renewed": mark("Your new label is being made. It comes by mail too."),
    "elsewhere": mark("You asked for this in another return meanwhile: please use its label."),
    "written": mark("Your message is with us. We answer by mail, and here."),
    "tracking": mark("Thank you, we wrote down the tracking number of your parcel."),
    "resent": mark("The mail is on its way again. Please look in the spam folder too."),
    "resent_already": mark("It is on its way already. Please look in the spam folder too."),
    "resent_too_often": mark(
        "Enough mails were sent again for now. Please look in the spam folder, or try in an hour."
    ),
    "answered": mark("Thank you. A person looks at your answer."),
    "appealed": mark("Another person looks at it now. We answer by mail, and here."),
    "kept": mark("Thank you. We wrote down that you don't need it back."),
    "too_late": mark("Meanwhile something changed, so this is no longer possible. See below."),
}
# What the record says of it, where what was said can be done once.
_MADE_BY = {
    "withdrawn": "return.withdrawn",
    "renewed": "label.renewed",
    "answered": "return.answered",
    "appealed": "return.appealed",
}
_LABEL_CALLED_OFF = {PermissionState.WITHDRAWN, PermissionState.DECLINED, PermissionState.EXPIRED}
_NO_MESSAGE = Mistake(field="message", says=mark("Write something before you send it."))
_LONG_MESSAGE = Mistake(field="message", says=mark("Shorten your message to 2,000 characters."))
_NO_ANSWER = Mistake(field="answer", says=mark("Write an answer before you send it."))


@get("/returns/{number:str}")
async def case_page(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show where the return stands."""
    actor = await owner_of(request, number)
    said = _SAID.get(request.query_params.get("said", ""))
    return await show_case(request, number, actor, said=said)


async def show_case(
    request: AnyRequest,
    number: str,
    actor: Actor,
    *,
    said: str | None = None,
    mistakes: list[Mistake] | None = None,
    typed: dict[str, str] | None = None,
    unsent: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with the case; after mistakes with what was typed, or with what was not sent."""
    policy = services_of(request).policy
    case = await read_return(number)
    if case is None or case["order_number"] != actor.order:
        raise NotFoundException
    events = await read_events_for_customer(number)
    money = money_of(case, policy, services_of(request).clock())
    return page(
        request,
        "portal/case.html",
        status=_UNPROCESSABLE if mistakes else 200,
        case=case,
        choices=await choices_about(request, number),
        said=said,
        mistakes=mistakes or [],
        typed=typed or unsent or {},
        unsent=unsent or {},
        steps=steps(case),
        timeline=timeline(events, case["kind"], money),
        exchange=_wants_exchange(case),
        **await wishes_of_case(case, policy),
        conversation=conversation(events),
        mails=mails_of_ours(await read_messages_for_customer(number)),
        question=last_question(events),
        against=(case["appeal"] or {}).get("against") or refused_so_far(case),
        appeal_answer=appeal_answer(events),
        declined_because=declined_because(events),
        keepable=rejected_waiting(case),
        next_promise=_next_promise(case),
        ask_again=ask_again(case, services_of(request).clock(), policy),
        results=await read_inspection_results(number),
        extras=_extras(case),
        money=money,
        certified=any(refund["credit_note"] for refund in case["refunds"]),
        tracking=_tracking_page(case),
        carriers=(*CARRIERS, OTHER_CARRIER),
        change_tracking=request.query_params.get("now") == "tracking",
        clauses=policy.clauses,
        longest=LONGEST_COMMENT,
        answer_days=policy.promises.answer_business_days,
        token=secrets.token_urlsafe(24),
    )


def _tracking_page(case: dict[str, Any]) -> str | None:
    """Return where to follow the parcel; nothing comes under a label that is called off.

    Who names a number of their own has sent a parcel, whatever became of the return since.
    """
    label = {} if case["permission"] in _LABEL_CALLED_OFF else case["label"] or {}
    return tracking_url(
        case["own_carrier"] or label.get("carrier"),
        case["own_tracking_number"] or label.get("tracking_number"),
    )


def _next_promise(case: dict[str, Any]) -> dict[str, Any] | None:
    """Return the promise that falls due first of those that are not kept yet; None without one."""
    open_ones = [one for one in case["promises"] if one["kept_at"] is None]
    return min(open_ones, key=lambda one: str(one["due"]), default=None)


def _extras(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what certainly goes on top: nothing that depends on a refund not yet decided."""
    open_money = any(refund["state"] == "proposed" for refund in case["refunds"])
    certain = {"given"} if open_money else {"approved", "given"}
    return [one for one in case["compensations"] if one["state"] in certain]


def _wants_exchange(case: dict[str, Any]) -> bool:
    """Tell whether something is to be ordered again, once the return is accepted."""
    wanted = any(line["resolution"] == Resolution.EXCHANGE for line in case["lines"])
    return wanted and case["permission"] == PermissionState.APPROVED


@get("/returns/{number:str}/certificate.pdf")
async def certificate_file(
    request: AnyRequest, number: FromPath[str]
) -> Response[bytes] | Redirect:
    """Give the refund certificate as a PDF; back to the case while there is none."""
    await owner_of(request, number)
    pdf = await read_certificate_pdf(number)
    if pdf is None:
        return Redirect(f"/returns/{number}", status_code=303)
    return pdf_answer(pdf, f"{number}-refund.pdf")


@post("/returns/{number:str}/withdraw")
async def withdraw(request: AnyRequest, number: FromPath[str]) -> Redirect:
    """Take the return back."""
    actor = await owner_of(request, number)
    now = services_of(request).clock()
    return await shown_again(number, "withdrawn", withdraw_return(number, actor=actor, now=now))


@post("/returns/{number:str}/renew-label")
async def renew(request: AnyRequest, number: FromPath[str]) -> Redirect:
    """Make a new label where the last one was not used in time."""
    actor = await owner_of(request, number)
    now = services_of(request).clock()
    try:
        return await shown_again(number, "renewed", renew_label(number, actor=actor, now=now))
    except Unprocessable:
        return Redirect(f"/returns/{number}?said=elsewhere", status_code=303)


@post("/returns/{number:str}/message")
async def message(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Write to us."""
    actor = await owner_of(request, number)
    fields = Fields.of(await request.form())
    text = fields.one("message")
    fault = message_mistakes(text, _NO_MESSAGE)
    if fault:
        typed = {"message": text}
        return await show_case(request, number, actor, mistakes=fault, typed=typed)
    now = services_of(request).clock()

    async def write() -> None:
        await write_message(number, message=text, actor=actor, now=now)

    return await shown_again(number, "written", once(request, fields, actor, write))


@post("/returns/{number:str}/unsent")
async def unsent(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show the case with what was written when the half hour was over, for them to send."""
    actor = await owner_of(request, number)
    return await show_case(request, number, actor, unsent=await unsent_of(request))


@post(
    "/returns/{number:str}/answer",
    request_max_body_size=UPLOAD_BYTES,
    middleware=[files_alone_are_large],
)
async def answer(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Take the answer to our question, with photos."""
    actor = await owner_of(request, number)
    services = services_of(request)
    fields = Fields.of(await request.form())
    text = fields.one("answer")
    faults = message_mistakes(text, _NO_ANSWER)
    photo_ids, photo_faults = await take_in(fields, "photos", actor, services)
    if faults or photo_faults:
        typed = {"answer": text}
        return await show_case(request, number, actor, mistakes=faults + photo_faults, typed=typed)
    done = answer_request(
        number, message=text, photo_ids=photo_ids, actor=actor, now=services.clock()
    )
    return await shown_again(number, "answered", done, words=text)


def message_mistakes(text: str, empty: Mistake) -> list[Mistake]:
    """Return what is wrong with words that somebody wants to send."""
    if not text:
        return [empty]
    if len(text) > LONGEST_COMMENT:
        return [Mistake(field=empty.field, says=_LONG_MESSAGE.says)]
    return []


async def shown_again(
    number: str, said: str, move: Awaitable[None], *, words: str | None = None
) -> Redirect:
    """Make the move, and show the case again; a move that is no longer possible is said.

    One that was made a moment ago in the same `words` was sent twice by an impatient finger, and is
    answered as the first was.
    """
    try:
        await move
    except Unprocessable:
        raise
    except (Refusal, TransitionNotAllowed):
        events = await read_events_for_customer(number)
        if not done_last(events, _MADE_BY.get(said, ""), words):
            said = "too_late"
    return Redirect(f"/returns/{number}?said={said}", status_code=303)
