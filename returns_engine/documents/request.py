"""A customer's request as it comes in: the body of POST /returns, and the file `decide` reads."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from returns_engine.documents.order import Id
from returns_engine.rules.facts import DeclaredCondition, LineRequest, ReturnRequest
from returns_engine.rules.words import (
    Cause,
    ContactChannel,
    Reason,
    Resolution,
    ReturnKind,
    RuleName,
)

Comment = Annotated[str, Meta(max_length=2000)]
MOST_PHOTOS = 10
PhotoIds = Annotated[list[Id], Meta(max_length=MOST_PHOTOS)]


class ConditionDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the customer says of the item; null or left out where nothing is said."""

    unused: bool | None = None
    tags_attached: bool | None = None
    original_packaging: bool | None = None


class RequestLineDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What is asked for one line; the rules' `check_request` judges what may be missing here."""

    line_id: Id
    quantity: int
    reason: Reason | None = None
    cause: Cause | None = None
    comment: Comment | None = None
    declared_condition: ConditionDocument | None = None
    photo_ids: PhotoIds | None = None

    def facts(self) -> LineRequest:
        """Return the line as the rules need it, without the customer's own words."""
        said = self.declared_condition or ConditionDocument()
        return LineRequest(
            line_id=self.line_id,
            quantity=self.quantity,
            reason=self.reason,
            cause=self.cause,
            declared_condition=DeclaredCondition(
                unused=said.unused,
                tags_attached=said.tags_attached,
                original_packaging=said.original_packaging,
            ),
            photos=len(set(self.photo_ids or [])),
        )


class OverrideDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A rule that a person sets aside for one line, and why."""

    line_id: Id
    rule: RuleName
    reason: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]


MOST_OVERRIDES = 50
Overrides = Annotated[list[OverrideDocument], Meta(min_length=1, max_length=MOST_OVERRIDES)]


class RequestDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A whole request."""

    order_number: Id
    lines: list[RequestLineDocument]
    kind: ReturnKind = ReturnKind.RETURN
    resolution: Resolution | None = None
    contact_channel: ContactChannel | None = None
    override: OverrideDocument | Overrides | None = None

    @property
    def overrides(self) -> Sequence[OverrideDocument]:
        """Return every rule that is set aside; `override` may be one of them, or a list."""
        if isinstance(self.override, OverrideDocument):
            return (self.override,)
        return self.override or ()

    def facts(self) -> ReturnRequest:
        """Return the request as the rules need it; an override does not change a decision."""
        return ReturnRequest(
            order_number=self.order_number,
            kind=self.kind,
            lines=tuple(line.facts() for line in self.lines),
            resolution=self.resolution,
        )
