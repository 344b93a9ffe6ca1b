"""Our books beside the provider's account: the last comparison, its lines, the journal."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.reconciliation.words import KINDS, TO_DO, TONES
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.journal import journal_csv, trial_balance
from returns_engine.queries.reconciliations import (
    last_answered,
    latest_runs,
    lines_csv,
    lines_of,
    read_run,
)
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.note_broken_off import note_broken_off
from returns_engine.workflow.order_reconciliation import order_reconciliation
from returns_engine.workflow.refusals import NotFound

_READS = [staff_with(Scope.REFUNDS_READ)]
_AT_ONCE = 100
_CSV = "text/csv; charset=utf-8"
_NO_DAYS = mark("Give two days, the first not after the last.")


@get("/admin/reconciliation", guards=_READS)
async def reconciliation(request: AnyRequest) -> Response[str]:
    """Show the last comparison, or the one that is asked for."""
    return await _show(request)


@post("/admin/reconciliation", guards=_READS, status_code=303)
async def compare_now(request: AnyRequest) -> Redirect:  # noqa: ARG001 - the guards read it
    """Order a comparison; the worker runs it."""
    await order_reconciliation()
    return Redirect("/admin/reconciliation?ordered=1", status_code=303)


@get("/admin/reconciliation/{run_id:int}/lines.csv", guards=_READS)
async def lines_file(run_id: FromPath[int]) -> Stream:
    """Hand out the lines of a comparison."""
    if await read_run(run_id) is None:
        raise NotFound("reconciliation")
    return _file(lines_csv(run_id), f"reconciliation-{run_id}.csv")


@get("/admin/journal.csv", guards=_READS)
async def journal_file(request: AnyRequest) -> Response[Any]:
    """Hand out the journal of the shop's days that were asked for, the last one included."""
    asked, zone = request.query_params, services_of(request).policy.zone
    try:
        first, last = (date.fromisoformat(asked.get(name, "")) for name in ("from", "to"))
        since, before = datetime.combine(first, time(), zone), _end_of(last, zone)
    except (ValueError, OverflowError):
        return await _show(request, fault=_NO_DAYS, status=422)
    if last < first:
        return await _show(request, fault=_NO_DAYS, status=422)
    return _file(journal_csv(since, before, zone=zone), f"journal-{first}-{last}.csv")


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day is over; raises OverflowError for the last of all."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _as_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the end of the day that was asked for; None where none was, or nonsense."""
    try:
        return _end_of(date.fromisoformat(text or ""), zone)
    except (ValueError, OverflowError):
        return None


async def _show(
    request: AnyRequest, *, fault: str | None = None, status: int = 200
) -> Response[str]:
    asked, services = request.query_params, services_of(request)
    now, zone = services.clock(), services.policy.zone
    today = now.astimezone(zone).date()
    before = _as_of(asked.get("as_of"), zone)
    runs = await latest_runs()
    if any(one.state == "running" for one in runs) and await note_broken_off(now=now):
        runs = await latest_runs()
    chosen = _number(asked.get("run"))
    differing = asked.get("show") == "differing"
    run = next((one for one in runs if one.id == chosen), None)
    if run is None and differing:
        run = await last_answered()
    run = run or next(iter(runs), None)
    after = _number(asked.get("after"))
    lines = []
    if run:
        lines = await lines_of(run.id, after=after, limit=_AT_ONCE + 1, differing=differing)
    return staff_page(
        request,
        "reconciliation.html",
        status=status,
        runs=runs,
        run=run,
        lines=lines[:_AT_ONCE],
        differing=differing,
        more=lines[_AT_ONCE - 1].id if len(lines) > _AT_ONCE else None,
        accounts=await trial_balance(before),
        as_of=before and asked["as_of"],
        today=today.isoformat(),
        zone=zone.key,
        kinds=KINDS,
        to_do=TO_DO,
        tones=TONES,
        ordered="ordered" in asked,
        fault=fault,
        first=asked.get("from") or today.replace(day=1).isoformat(),
        last=asked.get("to") or today.isoformat(),
    )


def _number(text: str | None) -> int:
    """Return the row id that somebody sent; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0  # noqa: PLR2004 - the digits of a row id


def _file(content: Any, name: str) -> Stream:  # noqa: ANN401 - pieces of text, as they come
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(content, media_type=_CSV, headers=headers)
