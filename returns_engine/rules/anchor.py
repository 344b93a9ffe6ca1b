"""An anchor: where every chain stood on a day, sealed, signed, and chained to the anchor before.

A file of text: a first line that says which anchor it is, a line for each chain in the order of
their code points, and the seal. What is written later can be held against it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from returns_engine.rules.event_chain import canonical_json

FORMAT = "returns-engine-anchor/1"
ANCHOR_CHAIN = "anchors"
ANCHORED = "record.anchored"


class NoAnchor(ValueError):  # noqa: N818 - named for what the text is not
    """The text is no line of an anchor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorTitle:
    """Which anchor it is; `previous` is the digest of the one before, GENESIS for the first."""

    number: int
    day: str
    made_at: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHead:
    """Where one chain stood: how many events, and the hash of the last."""

    chain: str
    count: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSeal:
    """The end of an anchor; `digest` is of all lines before, `key` tells which key signed."""

    chains: int
    digest: str
    key: str
    signature: str


Shape = TypeVar("Shape", AnchorTitle, AnchoredHead, AnchorSeal)


def title_line(title: AnchorTitle) -> str:
    """Return the first line."""
    return canonical_json({"format": FORMAT, **asdict(title)})


def head_line(head: AnchoredHead) -> str:
    """Return the line of a chain."""
    return canonical_json(asdict(head))


def seal_line(seal: AnchorSeal) -> str:
    """Return the last line."""
    return canonical_json(asdict(seal))


def title_in(line: str) -> AnchorTitle:
    """Return the title a first line holds; raises NoAnchor."""
    values = dict(_object(line))
    if values.pop("format", None) != FORMAT:
        raise NoAnchor("its first line does not name the format")
    return _made(AnchorTitle, values)


def head_in(line: str) -> AnchoredHead:
    """Return the head a line holds; raises NoAnchor."""
    return _made(AnchoredHead, _object(line))


def seal_in(line: str) -> AnchorSeal:
    """Return the seal a last line holds; raises NoAnchor."""
    return _made(AnchorSeal, _object(line))


class RunningDigest:
    """The digest of the lines that were added so far, and how many they were."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.lines = 0

    def add(self, line: str) -> None:
        """Take in one line, without its end."""
        self._hash.update(f"{line}\n".encode())
        self.lines += 1

    def value(self) -> str:
        """Return the digest in hex."""
        return self._hash.hexdigest()


def sealed(digest: RunningDigest, key: str) -> AnchorSeal:
    """Return the seal for a title and the heads after it."""
    value = digest.value()
    return AnchorSeal(
        chains=digest.lines - 1, digest=value, key=key_name(key), signature=_signature(value, key)
    )


def is_signed_by(seal: AnchorSeal, key: str) -> bool:
    """Tell whether the seal was signed with `key`."""
    return hmac.compare_digest(seal.signature, _signature(seal.digest, key))


def key_name(key: str) -> str:
    """Return what tells one key from another and gives none of it away."""
    return hashlib.sha256(f"returns-engine anchor key {key}".encode()).hexdigest()[:16]


def _signature(digest: str, key: str) -> str:
    return hmac.new(key.encode(), f"{FORMAT}\n{digest}".encode(), hashlib.sha256).hexdigest()


def _object(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NoAnchor("a line of it is no JSON object")
    return found


def _made(shape: type[Shape], values: Mapping[str, Any]) -> Shape:
    kinds = {one.name: one.type for one in fields(shape)}
    if values.keys() != kinds.keys():
        raise NoAnchor("a line of it has not the fields of an anchor")
    if not all(type(values[name]) is kind for name, kind in kinds.items()):
        raise NoAnchor("a field of it has the wrong type")
    return shape(**values)
