"""Every call that the provider answers, by the name under which faults are armed for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from returns_engine.sandbox.provider.books import Books, Resource
from returns_engine.sandbox.provider.lists import page_of
from returns_engine.sandbox.provider.parameters import Nested, only
from returns_engine.sandbox.provider.payments import (
    cancel_payment,
    capture_payment,
    confirm_payment,
    create_payment,
)
from returns_engine.sandbox.provider.refund_moves import expire_refund
from returns_engine.sandbox.provider.refunds import cancel_refund, create_refund, update_refund
from returns_engine.sandbox.provider.refusals import Refusal

Answerer = Callable[[Books, Nested, str], Resource]
FOLDERS = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "events": "event",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its name, how it is recognized, and what answers it."""

    name: str
    method: str
    path: re.Pattern[str]
    answer: Answerer


def find_call(method: str, path: str) -> tuple[Call, str]:
    """Return the call and the id in its path (empty where it has none); Refusal 404 for others."""
    for call in CALLS:
        match = call.path.fullmatch(path)
        if match is not None and call.method == method:
            return call, match.groupdict().get("id", "")
    raise Refusal(404, f"The sandbox does not answer {method} {path}.", kept=False)


def _call(name: str, method: str, path: str, answer: Answerer) -> Call:
    pattern = re.compile(path.replace("{id}", "(?P<id>[^/]+)"))
    return Call(name=name, method=method, path=pattern, answer=answer)


def _reads(folder: str, kind: str) -> tuple[Call, Call]:
    address = f"/v1/{folder}"

    def retrieve(books: Books, params: Nested, resource_id: str) -> Resource:
        only(params, frozenset({"expand", "client_secret"}))
        return books.get(kind, resource_id)

    def listing(books: Books, params: Nested, _: str) -> Resource:
        return page_of(books, kind, address, params)

    return (
        _call(f"{folder}.list", "GET", address, listing),
        _call(f"{folder}.retrieve", "GET", address + "/{id}", retrieve),
    )


CALLS: tuple[Call, ...] = (
    *(call for folder, kind in FOLDERS.items() for call in _reads(folder, kind)),
    _call(
        "payment_intents.create",
        "POST",
        "/v1/payment_intents",
        lambda books, params, _: create_payment(books, params),
    ),
    _call("payment_intents.confirm", "POST", "/v1/payment_intents/{id}/confirm", confirm_payment),
    _call("payment_intents.capture", "POST", "/v1/payment_intents/{id}/capture", capture_payment),
    _call("payment_intents.cancel", "POST", "/v1/payment_intents/{id}/cancel", cancel_payment),
    _call(
        "refunds.create",
        "POST",
        "/v1/refunds",
        lambda books, params, _: create_refund(books, params),
    ),
    _call("refunds.update", "POST", "/v1/refunds/{id}", update_refund),
    _call("refunds.cancel", "POST", "/v1/refunds/{id}/cancel", cancel_refund),
    _call("refunds.expire", "POST", "/v1/test_helpers/refunds/{id}/expire", expire_refund),
)
CALL_NAMES = frozenset(call.name for call in CALLS)
