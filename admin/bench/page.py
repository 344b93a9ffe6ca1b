"""The bench: one scan field, and what came on one screen."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.bench.clauses import clauses_for
from admin.bench.find_parcels import find_parcel, parcels_to_count_in
from admin.bench.find_returns import find_returns, is_an_items, order_without_return
from admin.bench.just_saved import just_saved
from admin.bench.save import BenchCase, save_at_bench, store_photos
from admin.bench.scanned_code import read_code
from admin.bench.verdicts import BenchRow, read_rows, require_complete
from admin.forms import SentForm, faults_of, known_version, sent_form
from admin.meanwhile import last_seen, meanwhile
from admin.once import SentBefore, count_once, led_to, token_of
from admin.returns.case_lines import LineShown, read_lines
from admin.sent_checks import ticked_in
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.return_view import read_return
from returns_engine.queries.set_aside import inspectors_set_aside
from returns_engine.queries.timeline import read_events
from returns_engine.rules.event_audience import BACK_TO_BENCH, NOTE
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.appeal import Heard
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.rules.words import Disposition, FoundCause, Grade, Scope
from returns_engine.tables.engine import transaction
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal
from returns_engine.workflow.undo_inspection import undo_inspection

LARGEST_UPLOAD = 110 * 1024 * 1024
_CHOICES = {
    "grades": list(Grade),
    "causes": list(FoundCause),
    "dispositions": list(Disposition),
}
_AT_THE_BENCH = staff_with(Scope.INSPECTIONS_WRITE)


@get("/admin/bench", guards=[_AT_THE_BENCH])
async def bench(request: AnyRequest) -> Response[Any]:
    """Show the scan field; a code that means one return leads to it."""
    scanned = request.query_params.get("code", "").replace("\x00", "")
    saved = normalize_rma_number(request.query_params.get("saved", ""))
    if not scanned.strip():
        person = caller_on(request).actor.person
        done = await just_saved(saved, person=person) if saved else None
        return _start(request, saved=done, again=bool(request.query_params.get("again")))
    code = read_code(scanned)
    found = await find_returns(code)
    parcel = None if found else await find_parcel(code)
    if parcel is not None:
        return Redirect(parcel.path, status_code=303)
    if len(found) == 1:
        return Redirect(f"/admin/bench/{found[0].number}", status_code=303)
    at = normalize_rma_number(request.query_params.get("at", ""))
    order = None if found else await order_without_return(code)
    item = not found and order is None and await is_an_items(code)
    return _start(request, code=code, found=found, at=at, order=order, item=item)


def _start(request: AnyRequest, **shown: Any) -> Response[str]:  # noqa: ANN401 - what the page shows
    nothing: dict[str, Any] = {"code": None, "found": (), "saved": None, "again": False, "at": None}
    nothing |= {"refused": "", "order": None, "item": False}
    return staff_page(request, "bench_start.html", on_case=False, **{**nothing, **shown})


@get("/admin/bench/{number:str}", guards=[_AT_THE_BENCH])
async def bench_case(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Show one return at the bench."""
    case, lines = await _load(number)
    split = frozenset(request.query_params.getall("split", []))
    return await _show(request, case, lines, split=split)


@post(
    "/admin/bench/{number:str}",
    guards=[_AT_THE_BENCH],
    request_max_body_size=LARGEST_UPLOAD,
    middleware=[files_alone_are_large],
    status_code=303,
)
async def save_bench_case(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Save what came and what was found; what is wrong is said beside its field.

    A form that arrives a second time, because its answer was lost, counts once.
    """
    services, actor = services_of(request), caller_on(request).actor
    form = await sent_form(request)
    token = token_of(form.text("token"))
    if (there := await led_to(token, actor=actor)) is not None:
        return _again(there)
    case, lines = await _load(number)
    checks = services.policy.condition_checks
    on_bench = BenchCase(
        number=case["number"],
        order_number=case["order_number"],
        lines=lines,
        version=known_version(form),
        parcel_reference=normalize_quarantine_number(form.text("parcel")),
    )
    rows: Sequence[BenchRow] = ()
    now = services.clock()
    try:
        rows = read_rows(form, checks)
        if not rows and form.text("something_else"):
            return Redirect(_something_else(case["number"]), status_code=303)
        rows = await store_photos(rows, on_bench, services, actor=actor, now=now)
        require_complete(rows, services.policy)
        there = f"/admin/bench?saved={case['number']}"
        if form.text("something_else"):
            there = f"{_something_else(case['number'])}&saved=1"
        async with transaction():
            await save_at_bench(on_bench, rows, policy=services.policy, actor=actor, now=now)
            await count_once(token, there, actor=actor, now=now)
    except (Refusal, TransitionNotAllowed, SentBefore) as error:
        # The first of two that came at the same moment may have been saved just now.
        if (there := await led_to(token, actor=actor)) is not None:
            return _again(there)
        if isinstance(error, SentBefore):
            raise
        return await _show(request, case, lines, form=form, rows=rows, error=error)
    return Redirect(there, status_code=303)


def _something_else(number: str) -> str:
    """Return where a wrong or extra item of a return's parcel is taken in."""
    return f"/admin/parcels/new?with={number}"


def _again(there: str) -> Redirect:
    """Lead where the first one led, and say that it counted once."""
    return Redirect(f"{there}&again=1", status_code=303)


@post("/admin/bench/{number:str}/undo", guards=[_AT_THE_BENCH], status_code=303)
async def undo(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Take one's last verdict back; the units wait at the bench again."""
    case, _ = await _load(number)
    try:
        told = await undo_inspection(
            case["number"], actor=caller_on(request).actor, now=services_of(request).clock()
        )
    except Refusal as error:
        return _start(request, status=status_of(error), refused=str(error))
    undone = "1" if told else "unheard"
    return Redirect(f"/admin/bench/{case['number']}?undone={undone}", status_code=303)


async def _load(number: str) -> tuple[dict[str, Any], list[LineShown]]:
    case = await read_return(number, for_staff=True)
    if case is None:
        raise NotFound("return")
    return case, await read_lines(case["number"])


async def _show(
    request: AnyRequest,
    case: Mapping[str, Any],
    lines: Sequence[LineShown],
    *,
    split: frozenset[str] = frozenset(),
    form: SentForm | None = None,
    rows: Sequence[BenchRow] = (),
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    open_lines = [line for line in lines if line.at_the_bench > 0]
    entries = _entries(open_lines, split, form)
    apart = {line.line_id for _, line, second in entries if second}
    events = await read_events(case["number"])
    upheld = (case["appeal"] or {}).get("outcome") == Heard.UPHELD
    set_aside = await inspectors_set_aside(case["number"]) if upheld else {}
    return staff_page(
        request,
        "bench_case.html",
        status=status_of(error) if error else 200,
        on_case=True,
        case=case,
        lines=lines,
        written=[one for one in events if one["type"] == NOTE],
        sent_back=_sent_back(events, {line.line_id for line in open_lines}),
        entries=entries,
        set_aside=[name for name in set_aside.values() if name],
        barred=caller_on(request).actor.person in set_aside,
        apart=apart,
        may_be_split={line.line_id for line in open_lines if line.at_the_bench > 1} - apart,
        for_the_bench=bool({Action.RECEIVE, Action.INSPECT} & set(case["actions"])),
        checks=services_of(request).policy.condition_checks,
        clauses=clauses_for(case["kind"], services_of(request).policy),
        undone=request.query_params.get("undone"),
        mine=await just_saved(case["number"], person=caller_on(request).actor.person)
        if not open_lines or any(line.in_opinion for line in lines)
        else None,
        **_CHOICES,
        parcels=await parcels_to_count_in(case["number"]),
        parcel=request.query_params.get("parcel", ""),
        token=(token_of(form.text("token")) if form else "") or str(uuid4()),
        typed=form.typed() if form else {},
        ticked=ticked_in(form),
        kept={row.place: row.photo_ids for row in rows},
        says=str(error) if error else "",
        seen=last_seen(events),
        meanwhile=meanwhile(form, events, error),
        faults=faults_of(error),
    )


def _sent_back(
    events: Sequence[Mapping[str, Any]], at_the_bench: Collection[str]
) -> Mapping[str, Any] | None:
    """Return by whom and why finance sent back what waits here, or None."""
    last = next((one for one in events[::-1] if one["type"] == BACK_TO_BENCH), None)
    waits = last and any(line["line_id"] in at_the_bench for line in last["data"]["lines"])
    return last if waits else None


def _entries(
    lines: Sequence[LineShown], split: frozenset[str], form: SentForm | None
) -> list[tuple[int, LineShown, bool]]:
    """Return the rows of the form: place, line, and whether it is the second of a split line."""
    sent: Counter[str] = Counter()
    if form is not None:
        sent.update(form.text(name) for name in form.fields if name.startswith("line-"))
    rows = []
    for line in lines:
        rows.append((line, False))
        if line.at_the_bench > 1 and (line.line_id in split or sent[line.line_id] > 1):
            rows.append((line, True))
    return [(place, line, second) for place, (line, second) in enumerate(rows)]
