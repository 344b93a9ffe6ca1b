"""Put a choice to a customer: first the order, then which of its units and what we know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from admin.forms import SentForm, faults_of, sent_form
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.rules.choice import ChoiceKind, StockNews, still_waiting
from returns_engine.rules.eligibility.parcels import shipped_units
from returns_engine.rules.facts import GivenBefore
from returns_engine.rules.words import Scope
from returns_engine.tables.engine import transaction
from returns_engine.texts.words import mark
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.order_file import OrderFile, load_order
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field

_REVIEWS = staff_with(Scope.RETURNS_REVIEW)
_MOST_SUGGESTIONS, _LONGEST_SKU = 10, 100
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """A line of the order, with the units a choice can be about."""

    line_id: str
    title: str
    sku: str
    unshipped: int
    shipped: int


@get("/admin/choices/new", guards=[_REVIEWS])
async def offer_form(request: AnyRequest) -> Response[str]:
    """Show the form: for an order's number, then for its lines."""
    number = request.query_params.get("order", "").replace("\x00", "").strip()[:100]
    kind = request.query_params.get("kind", "")
    return await _form(request, number, typed={"kind": kind} if kind in list(ChoiceKind) else {})


@post("/admin/choices/new", guards=[_REVIEWS], status_code=303)
async def send_offer(request: AnyRequest) -> Response[Any]:
    """Offer the choice; its link goes out by mail at once."""
    form = await sent_form(request)
    number = form.text("order")
    lines = await _lines(number)
    asked = [
        place for place in range(len(lines)) if form.text(f"quantity-{place}") not in {"", "0"}
    ]
    services = services_of(request)
    try:
        choice_id = await offer_choice(
            number,
            _read_offer(form, lines, asked),
            actor=caller_on(request).actor,
            policy=services.policy,
            now=services.clock(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return await _form(request, number, typed=form.typed(), error=refusal, asked=asked)
    return Redirect(f"/admin/choices/{choice_id}", status_code=303)


def _read_offer(form: SentForm, lines: list[OfferLine], asked: list[int]) -> Offer:
    kind = form.text("kind")
    if kind not in list(ChoiceKind):
        raise refuse_field("kind_missing", mark("Say what is the matter."), "/kind")
    if not asked:
        says = mark("Say how many units of at least one item it is about.")
        raise refuse_field("no_lines", says, "/lines/0/quantity")
    skus = [sku for line in form.text("swap_skus").split("\n") for sku in line.split(",")]
    suggested = list(dict.fromkeys(sku.strip() for sku in skus if sku.strip()))
    if len(suggested) > _MOST_SUGGESTIONS or any(len(sku) > _LONGEST_SKU for sku in suggested):
        says = mark("Suggest up to ten items, each by its SKU.")
        raise refuse_field("too_many_suggestions", says, "/swap_skus")
    return Offer(
        kind=ChoiceKind(kind),
        units=[
            (lines[place].line_id, _units(form.text(f"quantity-{place}"), index))
            for index, place in enumerate(asked)
        ],
        news=StockNews(
            restock_on=_day(form, "restock_on"), restock_until=_day(form, "restock_until")
        ),
        swap_skus=suggested,
    )


def _units(typed: str, index: int) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        raise refuse_field("not_a_number", mark("Type a whole number."), f"/lines/{index}/quantity")
    return int(typed)


def _day(form: SentForm, name: str) -> date | None:
    typed = form.text(name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise refuse_field(
            "not_a_day", mark("Type a day, such as 2026-04-20."), f"/{name}"
        ) from None


async def _form(
    request: AnyRequest,
    number: str,
    *,
    typed: Mapping[str, str],
    error: Refusal | None = None,
    asked: list[int] | None = None,
) -> Response[str]:
    """Answer with the form, or with the question for an order's number where there is none."""
    lines: list[OfferLine] | None = None
    unknown = False
    if number:
        try:
            lines = await _lines(number)
        except NotFound:
            unknown = True
    return staff_page(
        request,
        "staff_choice_offer.html",
        status=status_of(error) if error else 404 if unknown else 200,
        number=number,
        unknown=unknown,
        lines=lines,
        kinds=[str(kind) for kind in ChoiceKind],
        terms=services_of(request).policy.choices,
        typed=typed,
        says=str(error) if error else "",
        faults=_faults(error, asked or [0]),
    )


def _faults(error: Refusal | None, asked: list[int]) -> dict[str, str]:
    """Return what is wrong by field; the engine counts the lines it was sent, the form all."""
    found = faults_of(error)
    for index in reversed(range(len(asked))):
        for name in ("quantity", "line_id"):
            if f"{name}-{index}" in found:
                found[f"quantity-{asked[index]}"] = found.pop(f"{name}-{index}")
    return found


async def _lines(number: str) -> list[OfferLine]:
    """Return the lines of an order; raises NotFound."""
    async with transaction():
        order = await load_order(number)
    return [
        OfferLine(
            line_id=line.line_id,
            title=line.title,
            sku=line.sku,
            unshipped=still_waiting(order.facts, order.history, {line.line_id: line.quantity}).get(
                line.line_id, 0
            ),
            shipped=_shipped(order, line.line_id),
        )
        for line in order.facts.lines
    ]


def _shipped(order: OrderFile, line_id: str) -> int:
    """Return how many shipped units no return holds."""
    held = order.history.get(line_id, GivenBefore())
    return max(0, shipped_units(order.facts, line_id) - sum(held.by_shipment.values()))
