"""Every body is read strictly; walked through every shape there is, field by field."""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.reading import read_document
from tests.api.conftest import Api
from tests.api.walk import changed, example, faults_of, operations, places, world, wrong

NUL, HALF = r'"a\u0000b"', r'"a\ud800b"'
NOT_WHOLE = ("1.0", '"1"', "1e2", "true", "null", "[]", "{}", "1.5e400", "-0.0")
TOO_LARGE = ("9223372036854775808", "-9223372036854775809", "1" * 4000)
LARGE = (2**31, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63))
# Clear of the limits of every calendar, and of the zones that would carry them over.
FAR = (
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1899-12-31T00:00:00Z",
    "9999-12-31",
    "0001-01-01",
)
ODD = ("\u202e", "\U0001f697" * 5, "\x1b[31m", "e\u0301", "'; DROP TABLE returns; --", "%s {} \\")


# What is sent to every call; all the rest is tried on every shape.
SENT = ("half", "nothing", "array", "null", "UTF-16", "Latin-1", "trailing", "deep array")
SENT += ("byte order mark", "unknown", "twice")


def no_document(body: dict[str, Any]) -> dict[str, bytes]:
    """What no call can read, whatever its shape; made of a body that it could."""
    good = json.dumps(body).encode()
    return {
        "half": b"{",
        "nothing": b"",
        "space": b" \n",
        "array": b"[]",
        "array of it": b"[" + good + b"]",
        "null": b"null",
        "text": b'"x"',
        "number": b"1",
        "byte order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": good.decode().encode("utf-16"),
        "UTF-32": good.decode().encode("utf-32-be"),
        "Latin-1": b'{"\xe4": 1}',
        "overlong": b'{"\xc0\xaf": 1}',
        "surrogate in UTF-8": b'{"\xed\xa0\x80": 1}',
        "trailing": good + b"x",
        "two of them": good + good,
        "NUL behind": good + b"\0",
        "comment": b"/* */" + good,
        "single quotes": b"{'a': 1}",
        "comma": b'{"a": 1,}',
        "NaN": b'{"a": NaN}',
        "deep array": b"[" * 10_000,
        "deep object": b'{"a":' * 10_000,
        "deep and closed": b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "unknown": changed(body | {"zz": 0}, "/zz", "1"),
        "twice": b'{"zz": 1, "zz": 2}',
        "proto": b'{"__proto__": {}, "constructor": 1}',
    }


def refused(raw: bytes, shape: type[Struct]) -> DocumentError | None:
    try:
        read_document(raw, shape)
    except DocumentError as error:
        return error
    return None


def spoiled(body: Any) -> Iterator[tuple[str, str, bytes]]:
    """Bodies with one thing wrong: what, the pointer that must be named, and the bytes."""
    for at, value in places(body):
        if isinstance(value, dict):
            yield "unknown", f"{at}/zz", changed(_with_more(body, at), f"{at}/zz", "1")
            for key in value:
                yield "twice", f"{at}/{key}", _twice(body, at, key)
        elif isinstance(value, bool):
            yield from _each(body, at, ("1", '"true"', "1.0"))
        elif isinstance(value, int):
            yield from _each(body, at, (*NOT_WHOLE[:5], *NOT_WHOLE[5:], *TOO_LARGE))
        elif isinstance(value, str):
            yield from _each(body, at, (NUL, HALF, "1", "1.0", "true", "[]"))


def _each(body: Any, at: str, values: tuple[str, ...]) -> Iterator[tuple[str, str, bytes]]:
    yield from ((value[:20], at, changed(body, at, value)) for value in values)


def _with_more(body: Any, at: str) -> Any:
    copied = json.loads(json.dumps(body))
    inside = copied
    for part in at.split("/")[1:]:
        inside = inside[int(part)] if isinstance(inside, list) else inside[part]
    inside["zz"] = 0
    return copied


def _twice(body: Any, at: str, key: str) -> bytes:
    text = json.dumps(_with_more(body, at))
    return text.replace('"zz": 0', f'"{key}": 0').encode()


def _is_named(at: str, told: list[str]) -> bool:
    """Whether the place is named; of a map whose keys are the policy's, the map itself."""
    return at in told or ("/checks/" in at and at.rpartition("/")[0] in told)


def shapes(api: Api) -> set[type[Struct]]:
    return {one.takes for one in operations(api.app) if one.takes is not None}


class TestEveryShape:
    async def test_takes_what_it_describes(self, api: Api):
        found = [
            (shape.__name__, refused(json.dumps(example(shape)).encode(), shape))
            for shape in shapes(api)
        ]

        assert [(name, str(error)) for name, error in found if error] == []
        assert len(found) > 25

    async def test_names_the_one_thing_that_is_wrong_with_it(self, api: Api):
        found, bodies = [], 0
        for shape in sorted(shapes(api), key=lambda one: one.__name__):
            for what, at, raw in spoiled(example(shape)):
                bodies += 1
                error = refused(raw, shape)
                told = [one.pointer for one in error.errors] if error else None
                # A null is a value of what can be left out.
                if told is None and what == "null":
                    continue
                if not told or not _is_named(at, told):
                    found.append((shape.__name__, what, at, told))

        assert found == []
        assert bodies > 1000

    async def test_takes_no_document_that_is_none(self, api: Api):
        found = []
        for shape in shapes(api):
            for what, raw in no_document(example(shape)).items():
                if refused(raw, shape) is None:
                    found.append((shape.__name__, what))

        assert found == []


class TestEveryCallWithABody:
    async def test_refuses_what_it_cannot_read_and_writes_nothing(self, api: Api):
        here = await world(api)
        before = await counted(api)
        found = []
        for one in operations(api.app):
            if one.takes is None:
                continue
            client, path = await here.who_may(one), here.at(one)
            bad = no_document(example(one.takes))
            for what in SENT:
                if what == "nothing" and not example(one.takes):
                    continue
                raw = bad[what]
                answer = await client.request(one.method, path, content=raw)
                found.append((f"{one}: {what}", faults_of(answer, 400)))

        assert wrong(found) == []
        assert await counted(api) == before

    async def test_never_breaks_over_a_value_it_understands(self, api: Api):
        """Numbers beyond PostgreSQL's, days beyond the calendar's, letters of all kinds."""
        here = await world(api)
        found = []
        for one in operations(api.app):
            if one.takes is None or one.is_open:
                continue
            client, path = await here.who_may(one), here.at(one)
            for what, raw in _extremes(here.body(one)):
                answer = await client.request(one.method, path, content=raw)
                known = answer.status_code < 500
                found.append((f"{one}: {what}", None if known else answer.text))

        assert wrong(found) == []


async def counted(api: Api) -> dict[str, int]:
    """Rows of all tables; looking for an order is counted, and that is all."""
    return await api.row_counts()


def _extremes(body: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    for at, value in places(body):
        if isinstance(value, int) and not isinstance(value, bool):
            yield from ((f"{at} {one}", changed(body, at, str(one))) for one in LARGE)
        elif isinstance(value, str):
            day = value[:2] == "20"
            yield from (
                (f"{at} {one!r}", changed(body, at, json.dumps(one)))
                for one in (FAR if day else ODD)
            )
