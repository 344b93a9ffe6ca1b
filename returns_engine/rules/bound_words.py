"""Words beside an event are those it is bound to; they go only when a person is erased."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.event_chain import salted_digest

PERSON_ERASED = "person.erased"
"""In each chain of a person who was erased: the words of the events before it are gone."""


class WordsFault(StrEnum):
    """What can be wrong with the words of an event."""

    EDITED = "text_edited"
    MISSING = "text_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundWords:
    """What an event says of its words (`digest`), and what stands there, if anything."""

    sequence: int
    type: str
    digest: str | None
    salt: bytes | str | None
    words: str | None


def faults_of_words(chain: Sequence[BoundWords]) -> Iterator[tuple[WordsFault, int]]:
    """Yield what is wrong with the words of a chain, each with its event's sequence number."""
    erased = max((one.sequence for one in chain if one.type == PERSON_ERASED), default=0)
    for one in chain:
        if one.salt is None or one.words is None:
            if one.digest is not None and one.sequence > erased:
                yield WordsFault.MISSING, one.sequence
        elif one.digest != salted_digest(one.salt, one.words):
            yield WordsFault.EDITED, one.sequence
