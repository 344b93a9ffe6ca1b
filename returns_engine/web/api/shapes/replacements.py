"""What is answered of replacements and choices."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from returns_engine.rules.choice import ChoiceKind, ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.web.api.shapes.words import (
    ChosenBy,
    Count,
    LineId,
    Moment,
    Name,
    OrderNumber,
    ReturnNumber,
    Version,
)


class ReplacementApproval(Struct, kw_only=True):
    """Who wrote down which order for it, and when."""

    by: Name | None
    at: Moment
    external_order: str | None


class Replacement(Struct, kw_only=True):
    """The same thing, sent again."""

    id: UUID
    return_number: ReturnNumber
    order_number: OrderNumber
    line_id: LineId
    sku: str
    title: str
    quantity: Count
    state: ReplacementState
    expected_on: Annotated[date | None, Meta(description="When it is in stock again.")]
    external_order: Annotated[str | None, Meta(description="The shop's order for it.")]
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    warranty_until: Annotated[date | None, Meta(description="Inherited from what it replaces.")]
    approvals: list[ReplacementApproval]
    needs_second_approval: bool
    planned_at: Moment
    awaiting_stock_at: Moment | None
    ordered_at: Moment | None
    shipped_at: Moment | None
    delivered_at: Moment | None
    cancelled_at: Moment | None
    version: Version


class ReplacementList(Struct, kw_only=True):
    """A page of replacements, newest first."""

    items: list[Replacement]
    next_cursor: str | None


class ChoiceLine(Struct, kw_only=True):
    """Units that the choice is about."""

    line_id: LineId
    sku: str
    title: str
    quantity: Count


class Chosen(Struct, kw_only=True):
    """What holds, since when, and who chose it."""

    option: ChoiceOption
    sku: str | None
    at: Moment | None
    by: ChosenBy | None


class Done(Struct, kw_only=True):
    """When the staff carried it out, and under which number."""

    at: Moment
    reference: str | None


class Choice(Struct, kw_only=True):
    """A choice put to a customer, with what silence means."""

    id: UUID
    order_number: OrderNumber
    return_number: ReturnNumber | None
    kind: ChoiceKind
    state: ChoiceState
    lines: list[ChoiceLine]
    repeated: Annotated[bool, Meta(description="Whether these units were late before.")]
    options: list[ChoiceOption]
    default: Annotated[ChoiceOption, Meta(description="What holds after the deadline.")]
    swap_skus: Annotated[list[str], Meta(description="What is suggested instead.")]
    restock_on: date | None
    restock_until: date | None
    offered_at: Moment
    deadline: Moment
    reminded_at: Moment | None
    chosen: Chosen | None
    closed_at: Moment | None
    done: Done | None
    version: Version


class ChoiceList(Struct, kw_only=True):
    """A page of choices, newest first."""

    items: list[Choice]
    next_cursor: str | None
