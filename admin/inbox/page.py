"""The inbox of support: all that waits for a person, in one list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from admin.inbox.kinds import KINDS, address_of
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame, set_ones
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.inbox import InboxKind, count_inbox, read_inbox
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Scope
from returns_engine.web.api.cursors import Cursors
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import late_limits, lateness

PAGE = 50
COLUMNS = (
    *("kind", "since", "due", "return_number", "order_number", "customer", "items", "words"),
)
_PATH = "/admin/inbox"
_LIST = "staff inbox"
_REVIEWS = staff_with(Scope.RETURNS_REVIEW)


@get(_PATH, guards=[_REVIEWS])
async def inbox(request: AnyRequest) -> Response[str]:
    """List what waits, the most urgent first."""
    kind = _kind(request)
    services = services_of(request)
    now = services.clock()
    cursors = Cursors(of=_LIST, filters={"kind": kind}, key=services.settings.secret_key)
    place = cursors.read_or_begin(request.query_params.get("cursor"))
    late = late_limits(services.policy, now)
    page = await read_inbox(kinds=_kinds(kind), now=now, late=late, limit=PAGE, cursor=place)
    counts = await count_inbox(now, late)
    frame = ListFrame(
        path=_PATH,
        kept=set_ones(kind=kind),
        place=cursors.write(place),
        next_place=cursors.write(page.next_place),
    )
    return staff_page(
        request,
        "inbox.html",
        items=[_with_due(one, services.policy, now) for one in page.items],
        kind=kind,
        kinds=KINDS,
        counts=counts,
        total=sum(one.count for one in counts.values()),
        address_of=address_of,
        frame=frame,
        now=now,
    )


@get(f"{_PATH}.csv", guards=[_REVIEWS])
async def inbox_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filter."""
    services = services_of(request)
    kind, now = _kind(request), services.clock()
    late = late_limits(services.policy, now)

    async def read(place: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        page = await read_inbox(kinds=_kinds(kind), now=now, late=late, limit=AT_ONCE, cursor=place)
        items = [_with_due(one, services.policy, now) for one in page.items]
        return items, page.next_place

    return download("inbox", COLUMNS, read, _cells)


def _kind(request: AnyRequest) -> InboxKind | None:
    asked = request.query_params.get("kind")
    return InboxKind(asked) if asked in set(InboxKind) else None


def _kinds(kind: InboxKind | None) -> Sequence[InboxKind]:
    return list(InboxKind) if kind is None else [kind]


def _with_due(one: Mapping[str, Any], policy: Policy, now: datetime) -> Mapping[str, Any]:
    """Return one thing with whether it is `overdue`; what is late was due on its first such day."""
    if one["kind"] is InboxKind.LATE:
        due = min(lateness(part, policy, now).due for part in one["late"])
        return {**one, "due": due, "overdue": True}
    return {**one, "overdue": one["due"] is not None and one["due"] < now}


def _cells(one: Mapping[str, Any]) -> list[object]:
    return [
        *(one["kind"], one["since"], one["due"], one["number"], one["order_number"]),
        *(one["customer"], one["items"], one["words"]),
    ]
