"""Find which problems a handler can come to, by reading it and whatever it calls."""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

_NAMES_ITS_CODE = {
    "Conflict",
    "Unprocessable",
    "InvalidRequest",
    "NotAllowed",
    "NotConfigured",
    "UnsupportedMedia",
    "refuse_field",
}
_HAS_ONE_CODE = {
    "NotFound": "not_found",
    "StaleVersion": "stale_version",
    "SamePerson": "same_person",
    "AboveLimit": "above_your_limit",
    "TooMany": "too_many_requests",
    "NotSignedIn": "not_signed_in",
    "WrongCode": "wrong_code",
    "NotAPhoto": "unsupported_photo",
    "PhotoTooLarge": "too_large",
    "PhotosAway": "photo_store_away",
    "TransitionNotAllowed": "transition_not_allowed",
    "RequestEntityTooLarge": "too_large",
    "BadSignature": "bad_signature",
}
_MADE_ELSEWHERE = "_DETAILS"
_ALWAYS_CALLED = {"__init__", "__post_init__", "__aenter__", "__aexit__"}


def reachable_codes(handler: Callable[..., Any]) -> set[str]:
    """Return the codes of all problems that `handler` may raise, a few impossible ones included.

    Types are not followed: a method counts where its class is named and its name is used.
    """
    codes: set[str] = set()
    for function in _reachable(inspect.unwrap(handler)):
        codes |= set(_raised(function))
    return codes


def _reachable(start: Callable[..., Any]) -> Iterator[FunctionType]:
    waiting, seen = [start], set()
    while waiting:
        function = inspect.unwrap(waiting.pop())
        if isinstance(function, FunctionType) and function not in seen:
            seen.add(function)
            yield function
            waiting += _mentioned(function)


@functools.cache
def _tree(function: FunctionType) -> ast.Module:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except OSError:  # made by dataclass
        return ast.Module(body=[], type_ignores=[])


@functools.cache
def _mentioned(function: FunctionType) -> list[Callable[..., Any]]:
    tree = _tree(function)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    things = [function.__globals__[name] for name in names if name in function.__globals__]
    owner = function.__globals__.get(function.__qualname__.partition(".")[0])
    found = [one for one in things if isinstance(one, FunctionType) and _is_ours(one)]
    made = [one.__annotations__.get("return") for one in found]
    for one in [*things, owner, *made]:
        if inspect.isclass(one) and _is_ours(one) and not issubclass(one, BaseException):
            found += list(_methods(one, attributes | _ALWAYS_CALLED))
    return found


def _is_ours(thing: object) -> bool:
    return str(getattr(thing, "__module__", "")).startswith("returns_engine.")


def _methods(owner: type, names: set[str]) -> Iterator[Callable[..., Any]]:
    for name, method in vars(owner).items():
        if name in names:
            known = method.fget if isinstance(method, property) else method
            plain = getattr(known, "__func__", known)
            if isinstance(plain, FunctionType):
                yield plain


def _raised(function: FunctionType) -> Iterator[str]:
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            yield from _code_of(node.exc.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _code_of(node.func.id)
            if node.func.id in _NAMES_ITS_CODE and node.args:
                yield from _first_argument(node.args[0], function)


def _code_of(name: str) -> Iterator[str]:
    if name in _HAS_ONE_CODE:
        yield _HAS_ONE_CODE[name]


def _first_argument(argument: ast.expr, function: FunctionType) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif function.__name__ != "refuse_field":
        yield from function.__globals__.get(_MADE_ELSEWHERE, ())
