"""The record nobody can quietly change: each event carries the hash of the one before it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

GENESIS = "0" * 64
"""What stands for the hash before the first event of a chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedEvent:
    """One event as it was stored; `body` is exactly what was hashed."""

    sequence: int
    previous_hash: str
    hash: str
    body: Mapping[str, object]


class ChainFault(StrEnum):
    """How a chain can be broken."""

    GAP = "gap"
    ORDER = "order"
    BROKEN_LINK = "broken_link"
    EDITED = "edited"
    CUT_TAIL = "cut_tail"
    INSERTED = "inserted"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProblem:
    """The first thing that is wrong with a chain, and the sequence number where it shows."""

    sequence: int
    fault: ChainFault


def canonical_json(body: Mapping[str, object]) -> str:
    """Return the one spelling of `body`: sorted keys, no spaces, text as it is.

    Holds text, integers, booleans, null, lists and objects with text keys. Raises TypeError for
    anything else: a float or a date has more than one spelling.
    """
    _refuse_ambiguous(body)
    return json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def event_hash(previous_hash: str, body: Mapping[str, object]) -> str:
    """Return the SHA-256, in hex, of the previous hash and the canonical JSON of `body`.

    The body should name what the chain is of, so that no chain can pass for another's. Raises
    TypeError as `canonical_json` does.
    """
    return hashlib.sha256(f"{previous_hash}\n{canonical_json(body)}".encode()).hexdigest()


def salted_digest(salt: bytes | str, text: str) -> str:
    """Return the hex digest that binds `text` to an event without holding it (HMAC-SHA-256).

    With value and salt erased, the digest says nothing about the person, and chains still verify.
    """
    key = salt.encode() if isinstance(salt, str) else salt
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify_chain(
    events: Iterable[ChainedEvent], *, count: int | None = None, head: str | None = None
) -> ChainProblem | None:
    """Return the first problem of a chain given in stored order, or None.

    Sequences start at 1. `count` and `head` are what the owner of the chain remembers of its end:
    with them a cut tail, an event put behind the last, or a chain written anew, is found too.
    """
    previous, number = GENESIS, 0
    for event in events:
        number += 1
        fault = _fault(event, number, previous)
        if fault is not None:
            return ChainProblem(sequence=number, fault=fault)
        previous = event.hash
    if count is not None and number < count:
        return ChainProblem(sequence=number, fault=ChainFault.CUT_TAIL)
    if count is not None and number > count:
        return ChainProblem(sequence=count + 1, fault=ChainFault.INSERTED)
    if head is not None and head != previous:
        return ChainProblem(sequence=number, fault=ChainFault.REWRITTEN)
    return None


def _fault(event: ChainedEvent, number: int, previous: str) -> ChainFault | None:
    if event.sequence != number:
        return ChainFault.GAP if event.sequence > number else ChainFault.ORDER
    if event.previous_hash != previous:
        return ChainFault.BROKEN_LINK
    if event.hash != event_hash(previous, event.body):
        return ChainFault.EDITED
    return None


def _refuse_ambiguous(value: object) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys of an event are text")
        for item in value.values():
            _refuse_ambiguous(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_ambiguous(item)
    else:
        raise TypeError(f"an event cannot hold a {type(value).__name__}")
