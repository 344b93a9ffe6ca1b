"""What was written to us and waits, what did not arrive, and what fits no case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from admin.forms import faults_of
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame, set_ones
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.page import Page
from returns_engine.queries.place import Place, place_of
from returns_engine.queries.waiting_messages import WaitingKind, read_waiting_messages
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Refusal

PAGE = 50
NEWEST = "newest"
SHOWS: Mapping[WaitingKind, str] = {
    WaitingKind.TO_ANSWER: mark("To answer"),
    WaitingKind.NOT_ARRIVED: mark("Did not arrive"),
    WaitingKind.WITHOUT_A_CASE: mark("Fits no case"),
}
"""What the page lists, by the word in its address; without a word the beginning of each."""
COLUMNS = (
    *("kind", "since", "return_number", "order_number", "customer", "sender", "subject"),
    *("messages", "words", "state", "error"),
)
_PATH = "/admin/messages"
_WRITES = staff_with(Scope.RETURNS_WRITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the list and the place in it; nonsense is none."""

    show: WaitingKind | None
    newest: bool
    after: Place | None

    @property
    def kinds(self) -> Sequence[WaitingKind]:
        """Return what is listed, in its order."""
        return list(WaitingKind) if self.show is None else [self.show]

    def frame(self, next_place: str | None = None) -> ListFrame:
        """Return the addresses of the list; only one kind alone has pages."""
        return ListFrame(
            path=_PATH,
            kept=set_ones(show=self.show, sort=NEWEST if self.newest else None),
            place=str(self.after) if self.after else None,
            next_place=next_place if self.show else None,
            cursor="after",
        )

    async def page(self, kind: WaitingKind, *, limit: int, after: Place | None) -> Page:
        """Return a page of what waits of `kind`."""
        return await read_waiting_messages(kind, limit=limit, after=after, newest_first=self.newest)


def asked_in(words: Mapping[str, str]) -> Asked:
    """Return what an address, or a form that came from it, asks for."""
    show = words.get("show", "")
    kind = WaitingKind(show) if show in set(WaitingKind) else None
    return Asked(
        show=kind,
        newest=words.get("sort") == NEWEST,
        after=place_of(words.get("after", "")) if kind else None,
    )


@get(_PATH, guards=[_WRITES])
async def messages(request: AnyRequest) -> Response[str]:
    """List what waits, the oldest first unless the newest are asked for."""
    return await show_messages(request, asked_in(request.query_params))


@get(f"{_PATH}.csv", guards=[_WRITES])
async def messages_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filters, one kind after the other."""
    asked = asked_in(request.query_params)
    kinds = asked.kinds

    async def read(
        place: tuple[int, Place | None] | None,
    ) -> tuple[Sequence[Mapping[str, Any]], tuple[int, Place | None] | None]:
        at, after = place or (0, None)
        page = await asked.page(kinds[at], limit=AT_ONCE, after=after)
        found = [{**one, "kind": kinds[at]} for one in page.items]
        if page.next_place is not None:
            return found, (at, place_of(page.next_place))
        if at + 1 == len(kinds):
            return found, None
        # The file ends with the first page that is empty: a kind of which nothing waits is none.
        return (found, (at + 1, None)) if found else await read((at + 1, None))

    name = f"messages-{asked.show}" if asked.show else "messages"
    return download(name, COLUMNS, read, _cells)


async def show_messages(
    request: AnyRequest,
    asked: Asked,
    *,
    about: str = "",
    typed: str = "",
    error: Refusal | None = None,
) -> Response[Any]:
    """Answer with the lists; after an error `about` a mail with what was `typed` for it."""
    listed = {kind: await asked.page(kind, limit=PAGE, after=asked.after) for kind in asked.kinds}
    return staff_page(
        request,
        "messages.html",
        status=status_of(error) if error else 200,
        show=asked.show,
        newest=asked.newest,
        shows=SHOWS,
        more={kind for kind, page in listed.items() if page.next_place},
        **{kind: listed[kind].items if kind in listed else [] for kind in WaitingKind},
        frame=asked.frame(listed[asked.show].next_place if asked.show else None),
        about=about,
        typed=typed,
        says=str(error) if error else "",
        faults=faults_of(error),
        now=services_of(request).clock(),
    )


def _cells(one: Mapping[str, Any]) -> list[object]:
    return [
        *(one["kind"], one["since"], one.get("number"), one.get("order_number")),
        *(one.get("name"), one.get("sender"), one.get("subject") or one.get("template")),
        *(one.get("count", 1), one.get("words"), one.get("state"), one.get("error")),
    ]
