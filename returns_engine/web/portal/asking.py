"""Ask for a return: what went wrong, items, details, the decision, and only then the request.

What was chosen stands in the address, what was written and photographed in hidden fields: every
page can be left, reloaded and gone back to. A draft of it is kept for who comes back.
"""

import secrets
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Redirect

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ReturnKind, Verdict
from returns_engine.texts.words import mark
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.pages import page
from returns_engine.web.portal import draft as drafts
from returns_engine.web.portal.draft import Draft, Fields, Mistake, read_draft
from returns_engine.web.portal.draft_photos import keep, keep_photos
from returns_engine.web.portal.issues import is_looked_at_when_worn, issue_of, policy_of
from returns_engine.web.portal.items import items_of, order_of, parcels_of, within
from returns_engine.web.portal.order_headline import status_of
from returns_engine.web.portal.photos import UPLOAD_BYTES
from returns_engine.web.portal.refused import spoken
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.portal.submitting import submit_once
from returns_engine.web.portal.wishes import wish_says, wishes_of
from returns_engine.web.services import Services
from returns_engine.web.who import services_of
from returns_engine.workflow.judge_request import Foreseen, foresee_request
from returns_engine.workflow.keep_draft import forget_draft
from returns_engine.workflow.order_progress import progress_of
from returns_engine.workflow.refusals import Refusal

_UNPROCESSABLE = 422
_SAY_WHAT_IS_WRONG = mark("Say what is wrong with this item.")
_SAY_WHY = {
    ReturnKind.RETURN: _SAY_WHAT_IS_WRONG,
    ReturnKind.WARRANTY: _SAY_WHAT_IS_WRONG,
    ReturnKind.CANCELLATION: mark("Say why you cancel this item."),
    ReturnKind.DELIVERY_PROBLEM: mark("Say what happened to this item."),
}
_CONDITION = "condition."
_CHOOSE_AN_ITEM = Mistake(field="items", says=mark("Choose at least one item."))


async def items_page(
    request: AnyRequest, actor: Actor, draft: Draft, mistakes: list[Mistake]
) -> Response[str]:
    """Show what the order holds, what can come back, and what is missing still."""
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    items = await items_of(order, draft, services)
    issue = issue_of(draft.issue, draft.kind, order, services.policy, services.clock())
    whys = issue.narrowed(drafts.WHYS[draft.kind], [line.why for line in draft.lines])
    return page(
        request,
        "portal/items.html",
        status=_UNPROCESSABLE if mistakes else 200,
        order=order,
        order_stands=status_of(order, progress_of(order, services.policy, services.clock())),
        items=items,
        draft=draft,
        issue=issue if draft.issue else None,
        mistakes=mistakes,
        ours=[why for why in drafts.REASONS_OF_OURS if why in whys],
        theirs=[why for why in drafts.REASONS_OF_THEIRS if why in whys],
        whys=whys,
        **_words(draft),
    )


def _words(draft: Draft) -> dict[str, Any]:
    """Return how reasons and verdicts of the draft's kind are named."""
    return {
        "why_words": drafts.WHY_WORDS[draft.kind],
        "verdict_words": drafts.VERDICT_WORDS[draft.kind],
    }


@get("/order/details")
async def details_page(request: AnyRequest) -> Response[str]:
    """Ask for what the chosen reasons need; an item that cannot come back is told at once.

    Nothing is written here: what was chosen is kept where it was chosen.
    """
    actor = await the_customer(request)
    draft = read_draft(Fields.of(request.query_params))
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    draft = within(draft, order)
    mistakes = choice_mistakes(draft)
    if mistakes:
        return await items_page(request, actor, draft, mistakes)
    # What was filled in before must not decide here: nobody could take it back.
    foreseen = await judged(draft, actor, services)
    refused = foreseen.decision["verdict"] == Verdict.INELIGIBLE
    if refused or not drafts.needs_details(draft):
        return _review(request, draft, order, foreseen)
    saved = await saved_draft(actor.order or "", now=services.clock())
    if saved is not None:
        draft = draft.filled_from(read_draft(Fields.of_pairs(saved.fields)))
    was_away = request.query_params.get("said") == "back"
    return _details(request, draft, order, foreseen, [], was_away=was_away)


def choice_mistakes(draft: Draft) -> list[Mistake]:
    """Return what is missing in the choice of items: any at all, or a reason of one."""
    if not draft.lines:
        return [_CHOOSE_AN_ITEM]
    return [
        Mistake(field=f"why.{line.line_id}", says=_SAY_WHY[draft.kind])
        for line in draft.lines
        if line.why not in drafts.WHYS[draft.kind]
    ]


async def judged(draft: Draft, actor: Actor, services: Services) -> Foreseen:
    """Return what the draft as it stands would come to; raises Refusal."""
    return await foresee_request(
        draft.document(actor.order or ""), policy=services.policy, as_of=services.clock()
    )


def _details(
    request: AnyRequest,
    draft: Draft,
    order: dict[str, Any],
    foreseen: Foreseen,
    mistakes: list[Mistake],
    *,
    was_away: bool = False,
) -> Response[str]:
    policy = services_of(request).policy
    answer = page(
        request,
        "portal/details.html",
        status=_UNPROCESSABLE if mistakes else 200,
        order=order,
        draft=draft,
        lines={line["line_id"]: line for line in order["lines"]},
        wishes=wishes_of(foreseen.decision, policy),
        mistakes=mistakes,
        was_away=was_away,
        condition_for=[one.line_id for one in draft.lines if drafts.needs_condition(one, draft)],
        photos_for=[one.line_id for one in draft.lines if drafts.shows_photos(one, draft, policy)],
        longest=drafts.LONGEST_COMMENT,
        most_photos=MOST_PHOTOS,
        largest_photo=LARGEST_PHOTO,
        parcels=parcels_of(draft, order),
        missed=[line.why for line in draft.lines],
        **_words(draft),
    )
    return _found_again(answer)


def _found_again(answer: Response[str]) -> Response[str]:
    """Let the browser's "back" show a page as it was, on this device alone.

    What answers a form is else asked for again, and the browser shows an error in its place.
    """
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@post(
    "/order/review",
    status_code=200,
    request_max_body_size=UPLOAD_BYTES,
    middleware=[files_alone_are_large],
)
async def review_page(request: AnyRequest) -> Response[str] | Redirect:
    """Show the decision before anything is sent; photos are kept for when it is."""
    actor = await the_customer(request)
    services = services_of(request)
    fields = Fields.of(await request.form())
    order = await order_of(actor.order or "", services)
    draft = within(read_draft(fields), order)
    mistakes = choice_mistakes(draft)
    if mistakes:
        return await items_page(request, actor, draft, mistakes)
    draft = await keep(draft, actor, services, fields=fields)
    draft, mistakes = await keep_photos(draft, fields, actor, services)
    go = fields.one("go")
    # Who only changes the language is not through with the form.
    mistakes += [] if go == "speak" else _detail_mistakes(draft)
    if go == "items":
        return Redirect(f"/order?{urlencode(draft.choice())}", status_code=303)
    try:
        foreseen = await judged(draft, actor, services)
    except Refusal as refusal:
        return await items_page(request, actor, draft, [_as_mistake(refusal)])
    if go == "back" and not drafts.needs_details(draft):
        return await items_page(request, actor, draft, mistakes)
    if mistakes or go in {"back", "speak"}:
        return _details(request, draft, order, foreseen, mistakes)
    return _review(request, draft, order, foreseen)


def _detail_mistakes(draft: Draft) -> list[Mistake]:
    found = []
    for line in draft.lines:
        if drafts.needs_condition(line, draft) and not line.condition:
            says = mark("Say whether it is as you received it.")
            found.append(Mistake(field=f"{_CONDITION}{line.line_id}", says=says))
        elif drafts.needs_condition(line, draft) and drafts.contradicts_itself(line):
            says = mark("Choose “Yes”, or “Not quite” and what is different.")
            found.append(Mistake(field=f"{_CONDITION}{line.line_id}", says=says))
        if len(line.comment) > drafts.LONGEST_COMMENT:
            says = mark("Shorten your comment to 2,000 characters.")
            found.append(Mistake(field=f"comment.{line.line_id}", says=says))
    return found


async def _is_refused_anyway(draft: Draft, actor: Actor, services: Services) -> bool:
    """Tell whether the policy says no to the choice itself, whatever its details are."""
    foreseen = await judged(draft.without_details(), actor, services)
    return bool(foreseen.decision["verdict"] == Verdict.INELIGIBLE)


def _as_mistake(refusal: Refusal) -> Mistake:
    return Mistake(field="items", says=refusal.detail)


def _review(
    request: AnyRequest, draft: Draft, order: dict[str, Any], foreseen: Foreseen
) -> Response[str]:
    policy = services_of(request).policy
    decision = foreseen.decision
    refused = [one["line_id"] for one in decision["lines"] if one["verdict"] == "ineligible"]
    rest = draft.without(refused)
    answer = page(
        request,
        "portal/review.html",
        order=order,
        draft=draft,
        lines={line["line_id"]: line for line in order["lines"]},
        decision=decision,
        estimate=foreseen.refund,
        wishes=foreseen.wishes,
        gets=[
            wish_says(wish, line.get("reason"), policy)
            for line, wish in zip(decision["lines"], foreseen.wishes, strict=True)
        ],
        said=[(line, spoken(line)) for line in decision["lines"]],
        promise=policy.refund.promise_business_days,
        bank=policy.refund.bank_business_days,
        send_within=policy.label.expires_days,
        clauses=policy.clauses,
        back=f"/order?{urlencode(draft.choice())}",
        worn_ways=[
            line["line_id"]
            for line in order["lines"]
            if draft.kind is ReturnKind.RETURN
            and line["line_id"] in refused
            and is_looked_at_when_worn(line, policy_of(order, policy))
        ],
        rest=rest.choice() if refused and rest.lines else None,
        token=secrets.token_urlsafe(24),
        **_words(draft),
    )
    return _found_again(answer)


@post("/order/send")
async def send_request(request: AnyRequest) -> Response[str] | Redirect:
    """Send the request; sent twice, it makes one return."""
    actor = await the_customer(request)
    services = services_of(request)
    fields = Fields.of(await request.form())
    order = await order_of(actor.order or "", services)
    draft = within(read_draft(fields), order)
    mistakes = choice_mistakes(draft)
    if mistakes:
        return await items_page(request, actor, draft, mistakes)
    mistakes = _detail_mistakes(draft)
    try:
        if mistakes and await _is_refused_anyway(draft, actor, services):
            # The refusal came before the details: nobody was asked for a condition.
            mistakes = [one for one in mistakes if not one.field.startswith(_CONDITION)]
        if mistakes:
            # What the page before refused is refused here too: a form can be sent without it.
            foreseen = await judged(draft, actor, services)
            return _details(request, draft, order, foreseen, mistakes)
        answer = await submit_once(
            draft.document(actor.order or ""),
            token=fields.one("token") or secrets.token_urlsafe(24),
            actor=actor,
            services=services,
        )
    except Refusal as refusal:
        return await items_page(request, actor, draft, [_as_mistake(refusal)])
    await forget_draft(actor.order or "")
    return Redirect(answer, status_code=303)
