"""What the policy refused: why, and the way to a person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import Outcome, ReturnKind, RuleName
from returns_engine.texts.words import mark
from returns_engine.web.pages import page
from returns_engine.web.portal import draft as drafts
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.items import order_of
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.portal.submitting import refused_decision
from returns_engine.web.portal.unsent import unsent_of
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_a_person import ask_a_person, asked_before
from returns_engine.workflow.refusals import NotFound, Refusal

_UNPROCESSABLE = 422


def spoken(line: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules worth reading: what speaks against it first, then what speaks for it."""
    ranks = {Outcome.FAIL: 0, Outcome.REVIEW: 1, Outcome.PASS: 2}
    spoken = [rule for rule in line["rules"] if rule["outcome"] in ranks]
    return sorted(spoken, key=lambda rule: ranks[rule["outcome"]])


@get("/order/refused/{decision_id:uuid}")
async def refused_page(request: AnyRequest, decision_id: FromPath[UUID]) -> Response[str]:
    """Say why the policy answered no, and what is open instead."""
    actor = await the_customer(request)
    return await _refused(request, actor, decision_id, [], "")


@post("/order/refused/{decision_id:uuid}/unsent")
async def unsent(request: AnyRequest, decision_id: FromPath[UUID]) -> Response[str]:
    """Show the answer with what was written when the half hour was over, for them to send."""
    actor = await the_customer(request)
    written = await unsent_of(request)
    words = written.get("message", "")
    return await _refused(request, actor, decision_id, [], words, unsent=written)


@post("/order/refused/{decision_id:uuid}/ask")
async def ask_person(request: AnyRequest, decision_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Open what was refused as a return that a person looks at."""
    actor = await the_customer(request)
    services = services_of(request)
    message = Fields.of(await request.form()).one("message")
    if not message or len(message) > drafts.LONGEST_COMMENT:
        says = mark("Say in up to 2,000 characters why you see it differently.")
        mistakes = [Mistake(field="message", says=says)]
        return await _refused(request, actor, decision_id, mistakes, message)
    try:
        number = await ask_a_person(
            decision_id,
            message=message,
            actor=actor,
            policy=services.policy,
            now=services.clock(),
        )
    except NotFound:
        # What was opened for somebody else's decision is theirs to know.
        raise
    except Refusal as refusal:
        known = await asked_before(decision_id)
        if known is not None:
            return Redirect(f"/returns/{known}", status_code=303)
        mistakes = [Mistake(field="message", says=refusal.detail)]
        return await _refused(request, actor, decision_id, mistakes, message)
    return Redirect(f"/returns/{number}?said=sent", status_code=303)


async def _refused(
    request: AnyRequest,
    actor: Actor,
    decision_id: UUID,
    mistakes: list[Mistake],
    typed: str,
    *,
    unsent: Mapping[str, str] | None = None,
) -> Response[str]:
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    decision, kind = await refused_decision(decision_id, order_number=actor.order or "")
    return page(
        request,
        "portal/refused.html",
        status=_UNPROCESSABLE if mistakes else 200,
        mistakes=mistakes,
        typed=typed,
        unsent=unsent or {},
        longest=drafts.LONGEST_COMMENT,
        asked_before=await asked_before(decision_id),
        decision=decision,
        decision_id=decision_id,
        order=order,
        lines={line["line_id"]: line for line in order["lines"]},
        said=[(line, spoken(line)) for line in decision["lines"]],
        too_many=any(
            rule["rule"] == RuleName.QUANTITY and rule["outcome"] == Outcome.FAIL
            for line in decision["lines"]
            for rule in line["rules"]
        ),
        verdict_words=drafts.VERDICT_WORDS[ReturnKind(kind)],
    )
