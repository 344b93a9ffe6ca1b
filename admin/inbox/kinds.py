"""The kinds of the inbox in words, and where each thing is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from returns_engine.queries.inbox import InboxKind
from returns_engine.texts.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind: its `name` as a filter, what `one` is, and its address with names in braces."""

    name: str
    one: str
    at: str
    tone: str = "plain"


KINDS: Mapping[InboxKind, Kind] = {
    InboxKind.REVIEW: Kind(
        name=mark("Reviews"), one=mark("To decide"), at="/admin/returns/{number}", tone="look"
    ),
    InboxKind.APPEAL: Kind(
        name=mark("Appeals"), one=mark("Appeal"), at="/admin/returns/{number}", tone="bad"
    ),
    InboxKind.MESSAGE: Kind(
        name=mark("Messages"),
        one=mark("To answer"),
        at="/admin/returns/{number}#messages",
        tone="look",
    ),
    InboxKind.QUESTION: Kind(
        name=mark("Questions"), one=mark("Asked, no answer"), at="/admin/returns/{number}"
    ),
    InboxKind.CHOICE: Kind(
        name=mark("Choices due"), one=mark("Choice due"), at="/admin/choices/{thing}"
    ),
    InboxKind.CHOICE_TO_DO: Kind(
        name=mark("Choices to carry out"),
        one=mark("Choice to carry out"),
        at="/admin/choices/{thing}",
        tone="look",
    ),
    InboxKind.PROMISE: Kind(
        name=mark("Promises"), one=mark("Promise"), at="/admin/returns/{number}", tone="look"
    ),
    InboxKind.INQUIRY: Kind(
        name=mark("Carrier inquiries"),
        one=mark("Carrier asked"),
        at="/admin/returns/{number}#carrier",
    ),
    InboxKind.MISSING: Kind(
        name=mark("Missing parcels"),
        one=mark("Not arrived"),
        at="/admin/returns/{number}#missing",
        tone="look",
    ),
    InboxKind.LATE: Kind(
        name=mark("Late orders"),
        one=mark("Late"),
        at="/admin/orders/{order}#late",
        tone="look",
    ),
    InboxKind.CANCELED: Kind(
        name=mark("Canceled, not paid back"),
        one=mark("Not paid back"),
        at="/admin/orders/{order}#canceled",
        tone="bad",
    ),
    InboxKind.MAIL_FAILED: Kind(
        name=mark("Failed mails"),
        one=mark("Mail not arrived"),
        at="/admin/returns/{number}#messages",
        tone="bad",
    ),
    InboxKind.STRAY_MAIL: Kind(
        name=mark("Mails without a case"),
        one=mark("Mail without a case"),
        at="/admin/messages?show=without_a_case",
    ),
}


def address_of(one: Mapping[str, Any]) -> str:
    """Return where a thing of the inbox is done."""
    order = quote(one["order_number"] or "", safe="")
    return KINDS[one["kind"]].at.format(number=one["number"], thing=one["thing"], order=order)
