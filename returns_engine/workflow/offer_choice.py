"""Put a choice to a customer: we cannot deliver as promised, and ask what to do (28, 33, 76)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.documents.request import RequestDocument, RequestLineDocument
from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import (
    CLAUSES,
    DELAYS,
    NOTHING_KNOWN,
    ChoiceKind,
    StockNews,
    deadline,
    safe_default,
)
from returns_engine.rules.decision import Decision
from returns_engine.rules.eligibility.calendar_days import local_day
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.request_check import check_request
from returns_engine.rules.eligibility.resolutions import chosen_resolutions
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Outcome, Reason, ReturnKind
from returns_engine.tables.choices import Choice, ChoiceLine
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.choice_file import load_choice, save_choice
from returns_engine.workflow.open_return import AskedFor, open_return
from returns_engine.workflow.order_file import OrderFile, load_order
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict, FieldRefusal, Unprocessable, refuse_field
from returns_engine.workflow.return_case import save_case

_AS_REQUEST = {
    ChoiceKind.OUT_OF_STOCK: (ReturnKind.CANCELLATION, Reason.OUT_OF_STOCK),
    ChoiceKind.UNDELIVERABLE: (ReturnKind.DELIVERY_PROBLEM, Reason.UNDELIVERABLE),
}
_BEFORE = """
SELECT bool_or(l.is_open) AS is_open, bool_or(c.chosen_option = ANY($2)) AS delayed
FROM choice_lines l JOIN choices c ON c.id = l.choice WHERE l.order_line = ANY($1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is put to the customer: units by (line id, quantity), and what we know or suggest."""

    kind: ChoiceKind
    units: Sequence[tuple[str, int]]
    news: StockNews = NOTHING_KNOWN
    swap_skus: Sequence[str] = ()


async def offer_choice(
    order_number: str, offer: Offer, *, actor: Actor, policy: Policy, now: datetime
) -> UUID:
    """Offer a choice, mail its link, and return its id.

    Out of stock is for units neither shipped nor cancelled; undeliverable for shipped ones, for
    which a delivery problem is opened in review. Raises NotFound, Unprocessable for units or dates
    that do not fit, Conflict `choice_open` where the customer is asked about a line already.
    """
    async with transaction():
        order = await load_order(order_number, lock=True)
        _refuse_unfit(offer, policy, now)
        document = _as_request(order_number, offer)
        decision = _judged(document, order, policy, now)
        repeated = await _told_before(offer, order)
        return_id = None
        if offer.kind is ChoiceKind.UNDELIVERABLE:
            return_id = await _open_problem(document, order, decision, actor, policy, now)
        choice = _row(offer, order, policy, now, repeated=repeated)
        choice.return_, choice.offered_by = return_id, actor.person
        await _insert(choice, offer, order)
        held = await load_choice(choice.id)
        held.record(NewEvent(type="choice.offered", to_state="open", data=_told(choice, offer)))
        held.tell(f"choice_{offer.kind}", now)
        await save_choice(held, actor=actor, now=now)
        return held.id


def _refuse_unfit(offer: Offer, policy: Policy, now: datetime) -> None:
    news = offer.news
    if offer.kind is ChoiceKind.UNDELIVERABLE:
        for field, given in (
            ("restock_on", news.restock_on),
            ("restock_until", news.restock_until),
            ("swap_skus", offer.swap_skus),
        ):
            if given:
                detail = "This is for a choice about stock alone."
                raise refuse_field("not_for_this_kind", detail, f"/{field}")
    today = local_day(now, policy.zone)
    for field, day in (("restock_on", news.restock_on), ("restock_until", news.restock_until)):
        if day is not None and day < today:
            raise refuse_field("in_the_past", "This day is over.", f"/{field}")
    if news.restock_on and news.restock_until and news.restock_until < news.restock_on:
        detail = "The last day comes before the first."
        raise refuse_field("restock_reversed", detail, "/restock_until")
    named = [line_id for line_id, _ in offer.units]
    for place, line_id in enumerate(named):
        if line_id in named[:place]:
            detail = "Name each line once, with all of its units."
            raise refuse_field("line_named_twice", detail, f"/lines/{place}/line_id")


def _as_request(order_number: str, offer: Offer) -> RequestDocument:
    kind, reason = _AS_REQUEST[offer.kind]
    return RequestDocument(
        order_number=order_number,
        kind=kind,
        lines=[
            RequestLineDocument(line_id=line_id, quantity=quantity, reason=reason)
            for line_id, quantity in offer.units
        ],
    )


def _judged(document: RequestDocument, order: OrderFile, policy: Policy, now: datetime) -> Decision:
    """Return what the policy says of the units; raises Unprocessable for units it refuses."""
    faults = [
        FieldRefusal(pointer=error.pointer, code=error.code, detail=error.detail)
        for error in check_request(order.facts, document.facts())
    ]
    if faults:
        raise Unprocessable("request_not_judged", faults[0].detail, *faults)
    decision = decide(order.facts, document.facts(), policy, now, order.history)
    for place, line in enumerate(decision.lines):
        for rule in line.rules:
            if rule.outcome is Outcome.FAIL:
                raise refuse_field(rule.code, rule.because, f"/lines/{place}/quantity")
    return decision


async def _told_before(offer: Offer, order: OrderFile) -> bool:
    """Say whether the customer was told before to wait for one of these lines."""
    lines = [order.line_rows[line_id] for line_id, _ in offer.units]
    before = await connection().fetchrow(_BEFORE, lines, [str(option) for option in DELAYS])
    if before["is_open"]:
        detail = "The customer is asked about one of these lines already."
        raise Conflict("choice_open", detail)
    return bool(before["delayed"])


async def _open_problem(  # noqa: PLR0917 - one private step
    document: RequestDocument,
    order: OrderFile,
    decision: Decision,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> int:
    """Open the delivery problem that the customer's choice will settle; return its row id."""
    asked = AskedFor(
        document=document,
        order=order,
        decision=decision,
        resolutions=chosen_resolutions(decision, document.facts()),
    )
    case = await open_return(asked, policy, now)
    clauses = [CLAUSES[ChoiceKind.UNDELIVERABLE]]
    event = NewEvent(type="return.in_review", reason="undeliverable", data={"clauses": clauses})
    # Whose turn it is, and what we promise meanwhile, follows from the choice that is made now.
    case.customer_chooses = True
    case.permit(PermissionEvent.REVIEW, event)
    await save_case(case, actor=actor, now=now)
    return case.id


def _row(
    offer: Offer, order: OrderFile, policy: Policy, now: datetime, *, repeated: bool
) -> Choice:
    default = safe_default(
        offer.kind,
        offer.news,
        repeated=repeated,
        today=local_day(now, policy.zone),
        terms=policy.choices,
    )
    return Choice(
        id=uuid4(),
        order=order.id,
        kind=str(offer.kind),
        default_option=str(default),
        repeated=repeated,
        restock_on=offer.news.restock_on,
        restock_until=offer.news.restock_until,
        swap_skus=list(offer.swap_skus),
        deadline=deadline(offer.kind, now=now, terms=policy.choices, zone=policy.zone),
        offered_at=now,
    )


async def _insert(choice: Choice, offer: Offer, order: OrderFile) -> None:
    await Choice.insert(choice)
    await ChoiceLine.insert(
        *[
            ChoiceLine(
                choice=choice.id,
                order_line=order.line_rows[line_id],
                position=place,
                quantity=quantity,
            )
            for place, (line_id, quantity) in enumerate(offer.units)
        ]
    )


def _told(choice: Choice, offer: Offer) -> dict[str, object]:
    """Return what the record keeps of an offer."""
    day = offer.news.expected_by
    return {
        "kind": str(offer.kind),
        "lines": [{"line_id": line_id, "quantity": units} for line_id, units in offer.units],
        "default": choice.default_option,
        "repeated": choice.repeated,
        "expected_by": day.isoformat() if day else None,
        "deadline": utc_text(choice.deadline),
        "clause": CLAUSES[offer.kind],
    }
