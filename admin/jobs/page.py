"""Jobs that died, for those who run the engine: what each was to do, and trying it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.jobs.words import SAID, TASKS
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, caller_on, staff_of_role, staff_page
from admin.webhooks.words import ERRORS
from returns_engine.queries.dead_jobs import list_dead_jobs
from returns_engine.rules.words import Role
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.requeue_job import requeue_job

PAGE = 50
COLUMNS = (
    *("id", "task", "died_at", "attempts", "return_number", "order_number", "refund_id"),
    *("parcel_number", "event_type", "error"),
)
_PATH = "/admin/jobs"
_RUNS = staff_of_role(Role.MANAGER, Role.ADMINISTRATOR)
_LARGEST_ID = 2**63 - 1
_DIGITS = 18


@get(_PATH, guards=[_RUNS])
async def jobs(request: AnyRequest) -> Response[str]:
    """List the jobs that died, the first one first."""
    asked = request.query_params.get("after", "")
    known = asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS
    page = await list_dead_jobs(limit=PAGE, after=int(asked) if known else 0)
    return staff_page(
        request,
        "dead_jobs.html",
        page=page,
        frame=ListFrame(
            path=_PATH,
            kept={},
            place=asked if known else None,
            next_place=page.next_place,
            cursor="after",
        ),
        tasks=TASKS,
        errors=ERRORS,
        said=SAID.get(request.query_params.get("said", "")),
        good=request.query_params.get("said") == "again",
    )


@get(f"{_PATH}.csv", guards=[_RUNS])
async def jobs_file() -> Stream:
    """Hand out the whole list."""

    async def read(after: int | None) -> tuple[Sequence[Mapping[str, Any]], int | None]:
        page = await list_dead_jobs(limit=AT_ONCE, after=after or 0)
        return page.items, int(page.next_place) if page.next_place else None

    return download("dead-jobs", COLUMNS, read, lambda one: [one[name] for name in COLUMNS])


@post(_PATH + "/{job_id:int}/requeue", guards=[_RUNS], status_code=303)
async def requeue(request: AnyRequest, job_id: FromPath[int]) -> Redirect:
    """Let a job that died be tried once more."""
    if not 0 < job_id <= _LARGEST_ID:
        raise NotFound("job")
    said = "again"
    try:
        now, actor = services_of(request).clock(), caller_on(request).actor
        await requeue_job(job_id, actor=actor, now=now)
    except Conflict as error:
        said = error.code
    return Redirect(f"{_PATH}?said={said}", status_code=303)
