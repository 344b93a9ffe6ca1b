"""Promises: what is due, what was broken, what was kept."""

from typing import Annotated

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from returns_engine.queries.promises import PromiseStanding, list_promises
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import reads
from returns_engine.web.api.shapes.returns import PromiseList
from returns_engine.web.who import needs

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_LIST = "promises"


@reads("/promises", needs(Scope.RETURNS_READ), answers=PromiseList)
async def get_promises(
    call: NamedDependency[Call],
    *,
    standing: FromQuery[PromiseStanding | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List what we promised, the soonest due first."""
    cursors = call.cursors(_LIST, standing=standing)
    page = await list_promises(
        standing=standing,
        now=call.now,
        limit=limit,
        cursor=cursors.read(cursor),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


PROMISES = [get_promises]
