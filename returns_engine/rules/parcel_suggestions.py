"""Whose is a parcel that nobody announced? Every clue speaks, and says what it rests on (46)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.name_likeness import ALIKE, likeness, names_in, plain_words

MOST = 10
_FOR_AN_OPEN_RETURN = 25
_SHORTEST_WORD = 4


class Clue(StrEnum):
    """Why a parcel may belong to a return or an order, the surest first."""

    RMA_NUMBER = "rma_number"
    TRACKING_NUMBER = "tracking_number"
    CAME_WITH = "came_with"
    ASKED = "asked"
    ORDER_NUMBER = "order_number"
    OUR_SHIPMENT = "our_shipment"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    NAME_ALIKE = "name_alike"
    POSTCODE = "postcode"
    SKU = "sku"
    TITLE = "title"


_WEIGHT = {
    Clue.RMA_NUMBER: 100,
    Clue.TRACKING_NUMBER: 95,
    Clue.CAME_WITH: 90,
    Clue.ASKED: 80,
    Clue.ORDER_NUMBER: 70,
    Clue.OUR_SHIPMENT: 65,
    Clue.EMAIL: 60,
    Clue.PHONE: 55,
    Clue.NAME: 40,
    Clue.NAME_ALIKE: 25,
    Clue.POSTCODE: 20,
    Clue.SKU: 20,
    Clue.TITLE: 10,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReturn:
    """A return of a candidate; `clues` point at this very return, and not at its order alone."""

    number: str
    state: str
    takes_parcels: bool
    items: tuple[str, ...] = ()
    clues: frozenset[Clue] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An order that some clue led to, with its returns, the newest first.

    `names` are the customer's and the addressee's; `goods` pairs of SKU and title.
    """

    order_number: str
    names: tuple[str, ...] = ()
    goods: tuple[tuple[str, str], ...] = ()
    returns: tuple[KnownReturn, ...] = ()
    clues: frozenset[Clue] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A return, or an order without one, with every clue that led to it, the surest first."""

    order_number: str
    return_number: str | None
    state: str | None
    takes_parcels: bool
    items: tuple[str, ...]
    clues: tuple[Clue, ...]

    @property
    def likely(self) -> bool:
        """Say whether the clues are more than what many share: a postal code, a kind of goods."""
        return sum(_WEIGHT[clue] for clue in self.clues) >= _WEIGHT[Clue.NAME]


def suggest(candidates: Iterable[Candidate], *, sender: str, contents: str) -> list[Suggestion]:
    """Rank whose a parcel may be: by the weight of all clues, open returns before others.

    At most ten. An order whose returns take nothing in is named with its newest return, so that
    nobody looks for what was withdrawn or declined; one without any return by itself.
    """
    names = names_in(sender)
    words = {word for word in plain_words(contents) if len(word) >= _SHORTEST_WORD}
    found = [
        suggestion
        for candidate in candidates
        for suggestion in _of(candidate, names, words, contents)
    ]
    found.sort(key=lambda one: (-_weight(one), one.return_number or "", one.order_number))
    return found[:MOST]


def _weight(suggestion: Suggestion) -> int:
    bonus = _FOR_AN_OPEN_RETURN if suggestion.takes_parcels else 0
    return sum(_WEIGHT[clue] for clue in suggestion.clues) + bonus


def _of(
    candidate: Candidate, names: Sequence[str], words: set[str], contents: str
) -> list[Suggestion]:
    about = candidate.clues | _by_name(candidate, names) | _by_goods(candidate, words, contents)
    shown = [one for one in candidate.returns if one.takes_parcels or one.clues]
    shown = shown or list(candidate.returns[:1])
    if not shown:
        nothing = KnownReturn(number="", state="", takes_parcels=False)
        return [_suggestion(candidate, nothing, about)] if about else []
    return [_suggestion(candidate, one, about | one.clues) for one in shown if about or one.clues]


def _suggestion(candidate: Candidate, known: KnownReturn, clues: frozenset[Clue]) -> Suggestion:
    return Suggestion(
        order_number=candidate.order_number,
        return_number=known.number or None,
        state=known.state or None,
        takes_parcels=known.takes_parcels,
        items=known.items or tuple(title for _, title in candidate.goods),
        clues=tuple(clue for clue in Clue if clue in clues),
    )


def _by_name(candidate: Candidate, names: Sequence[str]) -> frozenset[Clue]:
    known = [name for name in candidate.names if name]
    spelled = {" ".join(sorted(name.split())) for name in names}
    if any(" ".join(sorted(plain_words(name))) in spelled for name in known):
        return frozenset({Clue.NAME})
    if any(likeness(name, one) >= ALIKE for name in known for one in names):
        return frozenset({Clue.NAME_ALIKE})
    return frozenset()


def _by_goods(candidate: Candidate, words: set[str], contents: str) -> frozenset[Clue]:
    said = contents.casefold()
    clues = set()
    if any(sku.casefold() in said for sku, _ in candidate.goods if sku):
        clues.add(Clue.SKU)
    if any(words & set(plain_words(title)) for _, title in candidate.goods):
        clues.add(Clue.TITLE)
    return frozenset(clues)
