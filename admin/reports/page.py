"""The numbers: all reports of a role, each with its chart, its table and its file."""

import functools
import re
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from admin.reports.cells import charts, file_rows, plain, word
from admin.reports.period import (
    STEPS,
    Period,
    period_of,
    the_usual_one,
    usual_period,
    usual_periods,
)
from admin.reports.registry import REPORTS
from admin.reports.report import BASES, Report
from admin.signed_in import AnyRequest, caller_on, staff_of_role, staff_page, staff_with
from returns_engine.documents.spreadsheet import csv_text
from returns_engine.queries.rows import rows
from returns_engine.texts.words import mark
from returns_engine.web.pages import Pages
from returns_engine.web.who import services_of

_NO_DAYS = mark("Give two days, the first not after the last.")
_TOO_MANY = mark("So many days take too long to count; ask for fewer.")
_NAMED = re.compile(r"\{(since|before|zone|step|now)\}")
_CSV = "text/csv; charset=utf-8"


@get("/admin/reports", guards=[staff_with()])
async def reports(request: AnyRequest) -> Response[str]:
    """Show which numbers there are for whoever is signed in."""
    period, fault = _period(request)
    caller = caller_on(request)
    return staff_page(
        request,
        "reports.html",
        status=422 if fault else 200,
        reports=[one for one in REPORTS if caller.is_one_of(one.seen_by)],
        **_shared(request, period, fault),
    )


def routes_of(report: Report) -> list[ControllerRouterHandler]:
    """Return the page of a report and its file, for the roles it is for."""
    address, guards = f"/admin/reports/{report.slug}", [staff_of_role(*sorted(report.seen_by))]

    @get(address, guards=guards)
    async def show(request: AnyRequest) -> Response[str]:
        period, fault = _period(request, report.longest)
        found = await read_report(report, period, services_of(request).clock())
        texts = _pages(request).texts
        return staff_page(
            request,
            "report.html",
            status=422 if fault else 200,
            report=report,
            rows=found,
            charts=charts(report, found, period, texts.gettext) if found else [],
            step=STEPS[report.step or period.step],
            plain=plain,
            word=lambda column, row: word(column, row, texts.gettext),
            **_shared(request, period, fault, report.longest),
        )

    @get(f"{address}.csv", guards=guards)
    async def file(request: AnyRequest) -> Response[str]:
        period, fault = _period(request, report.longest)
        if fault:
            return Response(fault, status_code=422, media_type="text/plain; charset=utf-8")
        found = await read_report(report, period, services_of(request).clock())
        name = f"{report.slug}-{period.first}-{period.last}.csv"
        return Response(
            csv_text(file_rows(report, found)),
            media_type=_CSV,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return [show, file]


REPORT_PAGES: list[ControllerRouterHandler] = [
    reports,
    *(route for report in REPORTS for route in routes_of(report)),
]


async def read_report(report: Report, period: Period, now: datetime) -> list[dict[str, Any]]:
    """Return the rows of a report in a period, by one statement."""
    known = {
        "since": period.since,
        "before": period.before,
        "zone": period.zone.key,
        "step": report.step or period.step,
        "now": now,
    }
    sql, named = numbered(report.sql)
    return await rows(sql, *(known[name] for name in named))


@functools.cache
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with $1, $2 and so on for the values it names, and these in order."""
    named = tuple(dict.fromkeys(_NAMED.findall(sql)))
    return _NAMED.sub(lambda found: f"${named.index(found[1]) + 1}", sql), named


def _period(request: AnyRequest, longest: int | None = None) -> tuple[Period, str | None]:
    """Return the period that was asked for; the usual one, with a sentence, where it is none."""
    services = services_of(request)
    now, zone = services.clock(), services.policy.zone
    period = period_of(request.query_params, now=now, zone=zone)
    if period is None:
        return usual_period(now, zone), _NO_DAYS
    if longest is not None and period.days > longest:
        return usual_period(now, zone), _TOO_MANY
    return period, None


def _shared(
    request: AnyRequest, period: Period, fault: str | None, longest: int | None = None
) -> dict[str, Any]:
    services = services_of(request)
    usual = usual_periods(services.clock(), services.policy.zone)
    asked = request.query_params
    chosen = None if fault else the_usual_one(asked, period, usual)
    return {
        "period": period,
        "address": chosen.address if chosen else period.address,
        "chosen": chosen,
        "presets": [one for one in usual if longest is None or one.period.days <= longest],
        "bases": BASES,
        "fault": fault,
        "first": asked.get("from", "") if fault else period.first.isoformat(),
        "last": asked.get("to", "") if fault else period.last.isoformat(),
    }


def _pages(request: AnyRequest) -> Pages:
    pages: Pages = request.app.state.pages
    return pages
