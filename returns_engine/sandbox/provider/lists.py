"""Lists, newest first, with cursor, limit and filters; and objects shown in place of their ids."""

import copy
from collections.abc import Callable
from itertools import islice

from returns_engine.sandbox.provider.books import KINDS, Books, Resource
from returns_engine.sandbox.provider.parameters import Nested, integer, only, text, values
from returns_engine.sandbox.provider.refusals import bad_parameter, missing

PAGING = frozenset({"created", "ending_before", "expand", "limit", "starting_after"})
FILTERS = {
    "payment_intent": frozenset({"customer"}),
    "charge": frozenset({"customer", "payment_intent"}),
    "refund": frozenset({"charge", "payment_intent"}),
    "dispute": frozenset({"charge", "payment_intent"}),
    "event": frozenset({"type"}),
}
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda made, than: made > than,
    "gte": lambda made, than: made >= than,
    "lt": lambda made, than: made < than,
    "lte": lambda made, than: made <= than,
}
DEFAULT_LIMIT, HIGHEST_LIMIT = 10, 100


def page_of(books: Books, kind: str, address: str, params: Nested) -> Resource:
    """Return one page of all objects of a kind that the filters leave."""
    only(params, PAGING | FILTERS[kind] | ({"types"} if kind == "event" else set()))
    limit = integer(params, "limit", least=1, most=HIGHEST_LIMIT) or DEFAULT_LIMIT
    part, has_more = _cut(books.newest_first(kind), kind, params, limit)
    return {"object": "list", "data": part, "has_more": has_more, "url": address}


def expanded(books: Books, answer: Resource, params: Nested) -> Resource:
    """Return a copy of the answer with objects in place of the ids that `expand` names."""
    shown = copy.deepcopy(answer)
    for path in values(params, "expand"):
        _expand(books, shown, path.split("."), path)
    return shown


def _matches(item: Resource, kind: str, params: Nested) -> bool:
    for name in FILTERS[kind]:
        wanted = text(params, name)
        if wanted is not None and item[name] != wanted:
            return False
    if kind == "event" and "types" in params and item["type"] not in values(params, "types"):
        return False
    return _made_in_time(item["created"], params)


def _made_in_time(made: int, params: Nested) -> bool:
    asked = params.get("created")
    if asked is None:
        return True
    if not isinstance(asked, dict):
        return made == integer(params, "created", least=0)
    only(asked, frozenset(COMPARISONS))
    bounds = {name: integer(asked, name, least=0) for name in asked}
    return all(
        COMPARISONS[name](made, bound) for name, bound in bounds.items() if bound is not None
    )


def _cut(
    items: list[Resource], kind: str, params: Nested, limit: int
) -> tuple[list[Resource], bool]:
    """Return what the filters leave on one page; a list of a hundred thousand is not filtered."""
    after, before = text(params, "starting_after"), text(params, "ending_before")
    if after is not None and before is not None:
        raise bad_parameter("A page starts after or ends before, not both.", "ending_before")
    if before is not None:
        ahead = items[: _place(items, before, "ending_before")]
        behind = islice((one for one in reversed(ahead) if _matches(one, kind, params)), limit + 1)
        nearest = list(behind)
        return nearest[:limit][::-1], len(nearest) > limit
    start = 0 if after is None else _place(items, after, "starting_after") + 1
    rest = (one for one in islice(items, start, None) if _matches(one, kind, params))
    part = list(islice(rest, limit + 1))
    return part[:limit], len(part) > limit


def _place(items: list[Resource], cursor: str, param: str) -> int:
    for place, item in enumerate(items):
        if item["id"] == cursor:
            return place
    raise missing("object", cursor, param)


def _expand(books: Books, shown: Resource, path: list[str], whole: str) -> None:
    name, rest = path[0], path[1:]
    if name == "data" and shown["object"] == "list":
        for item in shown["data"]:
            _expand(books, item, rest, whole)
        return
    if name == "refunds" and shown["object"] == "charge":
        shown["refunds"] = _refunds_inside(books, shown["id"])
    elif name not in shown:
        raise bad_parameter(f"{whole} cannot be expanded.", "expand")
    if isinstance(shown[name], str):
        shown[name] = _object_of(books, shown[name], whole)
    if rest and shown[name] is not None:
        _expand(books, shown[name], rest, whole)


def _object_of(books: Books, resource_id: str, whole: str) -> Resource:
    kind = KINDS.get(resource_id.partition("_")[0])
    if kind is None or not books.has(kind, resource_id):
        raise bad_parameter(f"{whole} cannot be expanded.", "expand")
    return copy.deepcopy(books.get(kind, resource_id))


def _refunds_inside(books: Books, charge_id: str) -> Resource:
    refunds = copy.deepcopy(books.refunds_of(charge_id))
    return {
        "object": "list",
        "data": refunds[:DEFAULT_LIMIT],
        "has_more": len(refunds) > DEFAULT_LIMIT,
        "url": f"/v1/charges/{charge_id}/refunds",
    }
