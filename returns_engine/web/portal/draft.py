"""What a customer has filled in so far, carried from page to page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from litestar.datastructures import FormMultiDict

from returns_engine.documents.request import (
    ConditionDocument,
    RequestDocument,
    RequestLineDocument,
)
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import (
    CHANGES_OF_MIND,
    DELIVERY_PROBLEMS,
    MERCHANT_FAULTS,
    ONLY_CANCELLATIONS,
    Cause,
    Reason,
    Resolution,
    ReturnKind,
)
from returns_engine.web.portal.issues import ISSUES

KINDS = tuple(ReturnKind)
LONGEST_COMMENT = 2000
_MOST_DIGITS = 9
_AS_RECEIVED = "as_received"
FLAWS = ("unused", "tags_attached", "original_packaging")
_NOT_ASKED_HERE = (DELIVERY_PROBLEMS - {Reason.LATE}) | ONLY_CANCELLATIONS
REASONS_OF_OURS = tuple(reason for reason in Reason if reason in MERCHANT_FAULTS)
REASONS_OF_THEIRS = tuple(
    reason for reason in Reason if reason not in MERCHANT_FAULTS | _NOT_ASKED_HERE
)
CAUSES = tuple(Cause)
REASONS_TO_CANCEL = (
    Reason.CHANGED_MIND,
    Reason.WRONG_MODEL_CHOSEN,
    Reason.LATE,
    Reason.OTHER,
)
REASONS_OF_DELIVERY = (Reason.NOT_RECEIVED, Reason.LATE, Reason.UNDELIVERABLE)
WHYS: Mapping[ReturnKind, tuple[Reason | Cause, ...]] = {
    ReturnKind.RETURN: REASONS_OF_OURS + REASONS_OF_THEIRS,
    ReturnKind.WARRANTY: CAUSES,
    ReturnKind.CANCELLATION: REASONS_TO_CANCEL,
    ReturnKind.DELIVERY_PROBLEM: REASONS_OF_DELIVERY,
}
"""What can be chosen as the reason, or the cause, of each kind."""
WHY_WORDS: Mapping[ReturnKind, str] = {
    ReturnKind.RETURN: "reasons",
    ReturnKind.WARRANTY: "causes",
    ReturnKind.CANCELLATION: "cancel_reasons",
    ReturnKind.DELIVERY_PROBLEM: "delivery_reasons",
}
VERDICT_WORDS: Mapping[ReturnKind, str] = {
    ReturnKind.RETURN: "verdicts",
    ReturnKind.WARRANTY: "claim_verdicts",
    ReturnKind.CANCELLATION: "cancel_verdicts",
    ReturnKind.DELIVERY_PROBLEM: "delivery_verdicts",
}
"""The lists of texts/words.py that name reasons and verdicts of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One item of a draft; `condition` is `as_received`, `flawed` or not said yet."""

    line_id: str
    quantity: int
    why: str = ""
    condition: str = ""
    flaws: frozenset[str] = frozenset()
    comment: str = ""
    photo_ids: tuple[str, ...] = ()

    @property
    def by_our_fault(self) -> bool:
        """Tell whether the reason is a fault of ours, which no condition can take away."""
        return self.why in MERCHANT_FAULTS

    @property
    def of_a_mind_changed(self) -> bool:
        """Tell whether the reason is the customer's own."""
        return self.why in CHANGES_OF_MIND

    def document(self, kind: ReturnKind) -> RequestLineDocument:
        """Return the line as the engine takes it."""
        claim = kind is ReturnKind.WARRANTY
        return RequestLineDocument(
            line_id=self.line_id,
            quantity=self.quantity,
            reason=None if claim else Reason(self.why),
            cause=Cause(self.why) if claim else None,
            comment=self.comment or None,
            declared_condition=self._condition(),
            photo_ids=list(self.photo_ids) or None,
        )

    def _condition(self) -> ConditionDocument | None:
        if not self.condition:
            return None
        return ConditionDocument(**{flaw: flaw not in self.flaws for flaw in FLAWS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request in the making; `issue` is the card it began with, or empty."""

    issue: str = ""
    kind: ReturnKind = ReturnKind.RETURN
    lines: tuple[DraftLine, ...] = ()
    resolution: str = ""

    def line(self, line_id: str) -> DraftLine | None:
        """Return what was filled in for an item, or None where it was not chosen."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def without(self, line_ids: Iterable[str]) -> "Draft":
        """Return the draft with some items left out."""
        left_out = set(line_ids)
        return replace(
            self, lines=tuple(line for line in self.lines if line.line_id not in left_out)
        )

    def without_details(self) -> "Draft":
        """Return the choice alone, as it is judged before any detail is asked for."""
        return read_draft(Fields.of_pairs(self.choice()))

    @property
    def is_choice_alone(self) -> bool:
        """Tell whether no detail was filled in."""
        return self == self.without_details()

    def filled_from(self, saved: "Draft") -> "Draft":
        """Return the draft with the details that were saved for the same items and kind."""
        if saved.kind is not self.kind:
            return self
        lines = []
        for line in self.lines:
            known = saved.line(line.line_id)
            if known is None:
                lines.append(line)
            else:
                lines.append(replace(known, quantity=line.quantity, why=line.why))
        return replace(self, lines=tuple(lines), resolution=self.resolution or saved.resolution)

    def document(self, order_number: str) -> RequestDocument:
        """Return the draft as the engine takes it; reasons must be chosen."""
        return RequestDocument(
            order_number=order_number,
            kind=self.kind,
            lines=[line.document(self.kind) for line in self.lines],
            resolution=Resolution(self.resolution) if self.resolution else None,
        )

    def choice(self) -> list[tuple[str, str]]:
        """Return the items with quantity and reason, for an address: no personal data."""
        pairs = [("issue", self.issue)] if self.issue else []
        if self.kind is not ReturnKind.RETURN:
            pairs.append(("kind", str(self.kind)))
        for line in self.lines:
            pairs += [
                ("take", line.line_id),
                (f"quantity.{line.line_id}", str(line.quantity)),
                (f"why.{line.line_id}", line.why),
            ]
        return pairs

    def with_photos_of(self, kept: "Draft") -> "Draft":
        """Return the draft with the photos that were kept for its items."""
        photos = {line.line_id: line.photo_ids for line in kept.lines}
        lines = [replace(one, photo_ids=photos.get(one.line_id, ())) for one in self.lines]
        return replace(self, lines=tuple(lines))

    def within_limits(self) -> "Draft":
        """Return the draft with comments cut to what can be sent."""
        cut = [replace(line, comment=line.comment[:LONGEST_COMMENT]) for line in self.lines]
        return replace(self, lines=tuple(cut))

    def details(self) -> list[tuple[str, str]]:
        """Return everything, for the hidden fields of a form."""
        pairs = [*self.choice(), ("resolution", self.resolution)]
        for line in self.lines:
            pairs += [
                (f"condition.{line.line_id}", line.condition),
                (f"comment.{line.line_id}", line.comment),
                *((f"flaw.{line.line_id}", flaw) for flaw in sorted(line.flaws)),
                *((f"photo.{line.line_id}", photo_id) for photo_id in line.photo_ids),
            ]
        return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A field that must be mended: its HTML id, and the remedy in a sentence.

    `file` is the name of what was refused, where it is one of several files.
    """

    field: str
    says: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of a form or an address, read one by one."""

    values: Mapping[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, form: FormMultiDict | Any) -> "Fields":  # noqa: ANN401 - forms and addresses alike
        """Return the fields of a form or of an address."""
        return cls(values={name: form.getall(name) for name in form})

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, str]]) -> "Fields":
        """Return the fields that were written down as names and values."""
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        return cls(values=values)

    def one(self, name: str) -> str:
        """Return a field's text, stripped; empty where it is missing."""
        return next(iter(self.many(name)), "")

    def many(self, name: str) -> list[str]:
        """Return every text of a field."""
        texts = [value for value in self.values.get(name, []) if isinstance(value, str)]
        return [text.replace("\x00", "").strip() for text in texts]

    def files(self, name: str) -> list[Any]:
        """Return the files of a field; a field left empty has none."""
        given = self.values.get(name, [])
        return [value for value in given if not isinstance(value, str) and value.filename]


def read_draft(fields: Fields) -> Draft:
    """Return the draft that a form or an address holds; what it cannot hold is left out."""
    kind = fields.one("kind")
    wish, issue = fields.one("resolution"), fields.one("issue")
    return Draft(
        issue=issue if issue in ISSUES else "",
        kind=ReturnKind(kind) if kind in KINDS else ReturnKind.RETURN,
        lines=tuple(_line(fields, line_id) for line_id in dict.fromkeys(fields.many("take"))),
        resolution=wish if wish in list(Resolution) else "",
    )


def _line(fields: Fields, line_id: str) -> DraftLine:
    why = fields.one(f"why.{line_id}")
    condition = fields.one(f"condition.{line_id}")
    flaws = frozenset(fields.many(f"flaw.{line_id}")) & frozenset(FLAWS)
    return DraftLine(
        line_id=line_id,
        quantity=_units(fields.one(f"quantity.{line_id}")),
        why=why if why in list(Reason) or why in list(Cause) else "",
        condition=condition if condition in {_AS_RECEIVED, "flawed"} else "",
        flaws=flaws,
        comment=fields.one(f"comment.{line_id}"),
        photo_ids=tuple(fields.many(f"photo.{line_id}")[:10]),
    )


def _units(typed: str) -> int:
    """Return how many somebody typed; of a number beyond all reason, another one beyond it."""
    return int(typed[:_MOST_DIGITS]) if typed.isascii() and typed.isdigit() else 1


def contradicts_itself(line: DraftLine) -> bool:
    """Tell whether an item is said to be as received and flawed, or flawed in no way."""
    return bool(line.flaws) != (line.condition == "flawed")


def needs_condition(line: DraftLine, draft: Draft) -> bool:
    """Tell whether the item's condition matters for what is asked."""
    return draft.kind is ReturnKind.RETURN and not line.by_our_fault


def shows_photos(line: DraftLine, draft: Draft, policy: Policy) -> bool:
    """Tell whether photos help us decide without asking again, or there are some to go along."""
    if line.photo_ids:
        return True
    if draft.kind is ReturnKind.WARRANTY:
        return policy.photos_for_warranty
    return draft.kind is ReturnKind.RETURN and line.why in policy.photo_reasons


def needs_details(draft: Draft) -> bool:
    """Tell whether there is more to ask: what never left is cancelled without a question."""
    return draft.kind is not ReturnKind.CANCELLATION
