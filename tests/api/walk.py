"""Walk every operation of the API: a new one is found by itself, and held to the same manners."""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute
from msgspec import Struct, inspect

from returns_engine.documents.order import OrderDocument
from returns_engine.web.api.address import filters_of
from returns_engine.web.api.endpoint import DECLARED, Declared
from returns_engine.web.problems import PROBLEM_JSON
from tests.api.conftest import Api
from tests.api.orders import order
from tests.api.test_refusals import MEMBERS
from tests.api.test_replacements import NOBODY_ELSES
from tests.api.things import CHOOSERS_ORDER, Things, one_of_everything

API = "/api/v1"
_UNDECLARED = Declared(answers=None)
WITHOUT_KEYS = {"/order-lookups", "/order-lookups/verify", "/webhooks/stripe"}
# What a body can name beside what is in an address.
_KNOWN = {
    "order_number": "EKR-1001",
    "line_id": "L1",
    "shipment_id": "S1",
    "carrier": "ups",
    "tracking_number": "1Z999AA10123456799",
    "photo_ids": [],
    "clause": None,
}
# What the patterns and lengths of texts ask for; the first that fits is taken.
_TEXTS = ("x", "US", "dana@example.com", "+13125550123", "https://shop.example", NOBODY_ELSES)


@dataclass(frozen=True)
class Operation:
    """One method at one address; `takes` is the shape of its body, where that is JSON."""

    method: str
    path: str
    takes: type[Struct] | None
    filters: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def lists(self) -> bool:
        return "cursor" in self.filters

    @property
    def takes_keys(self) -> bool:
        return self.method == "POST" and self.path not in WITHOUT_KEYS

    @property
    def is_open(self) -> bool:
        """Whether anybody may call it, known or not."""
        return self.path in WITHOUT_KEYS

    def names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def operations(app: Litestar) -> list[Operation]:
    """All that the API can be asked to do."""
    return sorted(
        (
            Operation(
                method=method,
                path=route.path_format.removeprefix(API),
                takes=handler.opt.get(DECLARED, _UNDECLARED).takes,
                filters=frozenset(filters_of(handler)),
            )
            for route in app.routes
            if isinstance(route, HTTPRoute) and route.path_format.startswith(f"{API}/")
            for handler in route.route_handlers
            for method in handler.http_methods
            if method != "OPTIONS"
        ),
        key=str,
    )


@dataclass
class World:
    """Something behind every address, and who may ask for it."""

    api: Api
    things: Things
    customers: dict[str, httpx.AsyncClient]

    def at(self, one: Operation) -> str:
        """The address of something that is there."""
        return self.things.address(one.path)

    def nowhere(self, one: Operation) -> str:
        """The address of something that is not."""
        return self.things.nowhere(one.path)

    def body(self, one: Operation) -> Any:
        """A body that names what is there, so that it comes as far as it can; None for none."""
        if one.takes is None:
            return None
        if one.takes is OrderDocument:
            return order()
        said = self._named(example(one.takes))
        return said | {"order": None} if "order" in said else said

    def _named(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._named(item) for item in value]
        if not isinstance(value, dict):
            return value
        known = _KNOWN | {"return_number": self.things.names["number"]}
        # Nothing can be named where nothing is swapped.
        known |= {"sku": None} if "option" in value else {}
        return {name: known.get(name, self._named(item)) for name, item in value.items()}

    async def who_may(self, one: Operation) -> httpx.AsyncClient:
        """Somebody who is let through to the operation."""
        if one.is_open:
            return self.api.client()
        customer = self.customers[self.things.order_of(one.path)]
        # Finance first: who inspected a return decides nothing about its money.
        staff = [self.api.by(name) for name in ("finance", "manager", "shop")]
        for client in (*staff, customer):
            answer = await client.request(one.method, self.nowhere(one), content=b"{")
            if answer.status_code not in {401, 403}:
                return client
        raise AssertionError(f"nobody may {one}")


async def world(api: Api) -> World:
    """One of everything, and the customers it belongs to."""
    things = await one_of_everything(api)
    orders = ("EKR-1001", CHOOSERS_ORDER)
    return World(
        api=api,
        things=things,
        customers={number: await api.customer(number) for number in orders},
    )


def example(shape: type[Struct]) -> dict[str, Any]:
    """A body of this shape, with a value in every field."""
    return _example(inspect.type_info(shape))


def _example(kind: Any) -> Any:  # noqa: C901, PLR0911 - one line for each kind of value
    match kind:
        case inspect.Metadata():
            return _example(kind.type)
        case inspect.StructType():
            return {field.encode_name: _example(field.type) for field in kind.fields}
        case inspect.UnionType():
            return _example(
                next(one for one in kind.types if not isinstance(one, inspect.NoneType))
            )
        case inspect.ListType() | inspect.VarTupleType():
            return [_example(kind.item_type)]
        case inspect.DictType():
            return {"unused": _example(kind.value_type)}
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return kind.ge or 1
        case inspect.StrType():
            return next(text for text in _TEXTS if _fits(text, kind))
        case inspect.DateTimeType():
            return "2026-03-30T12:00:00Z"
        case inspect.DateType():
            return "2026-04-10"
    raise NotImplementedError(f"no example of {kind}")


def _fits(text: str, kind: inspect.StrType) -> bool:
    bounds = msgspec.Meta(
        pattern=kind.pattern, min_length=kind.min_length, max_length=kind.max_length
    )
    try:
        msgspec.convert(text, Annotated[str, bounds])
    except msgspec.ValidationError:
        return False
    return True


def places(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a body with its JSON pointer, the body itself first."""
    yield at, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, f"{at}/{key}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from places(item, f"{at}/{place}")


def changed(body: Any, at: str, raw: str) -> bytes:
    """The body as JSON, with whatever stands in `raw` at the pointer."""
    mark = secrets.token_hex(8)
    return json.dumps(_with(body, at.split("/")[1:], mark)).replace(f'"{mark}"', raw).encode()


def _with(value: Any, path: list[str], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, list):
        return [
            _with(one, path[1:], new) if str(n) == path[0] else one for n, one in enumerate(value)
        ]
    return {
        name: _with(one, path[1:], new) if name == path[0] else one for name, one in value.items()
    }


def faults_of(answer: httpx.Response, status: int) -> str | None:
    """What is wrong with an answer that is to be a problem of this status; None for nothing."""
    if answer.status_code != status:
        return f"{answer.status_code} {answer.text[:100]}"
    if answer.headers["content-type"] != PROBLEM_JSON:
        return f"is {answer.headers['content-type']}"
    problem = answer.json()
    if missing := MEMBERS - problem.keys():
        return f"lacks {missing}"
    told = problem["status"] == status and problem["type"].endswith(problem["code"])
    return None if told and isinstance(problem["detail"], str) else str(problem)


def wrong(found: Iterable[tuple[object, str | None]]) -> list[tuple[object, str]]:
    return [(what, fault) for what, fault in found if fault is not None]


def some(route: HTTPRoute) -> str:
    """An address of a route, with something in the place of every name."""
    parts = [
        part if isinstance(part, str) else "1" if part.type is int else NOBODY_ELSES
        for part in route.path_components
    ]
    return "/" + "/".join(parts)
