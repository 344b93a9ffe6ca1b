"""The words in braces: which fields a template may print, and what each says for a return."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from returns_engine.labels.cleaning import clean
from returns_engine.labels.conditions import packing_note, receipt_note
from returns_engine.labels.content import LabelContent, LabelNotPrintable, carrier_in_words
from returns_engine.labels.postage import postage_line, postage_note
from returns_engine.texts.localized import Texts

GENERAL = (
    "rma_number",
    "order_number",
    "merchant",
    "contact",
    "warehouse",
    "warehouse_name",
    "warehouse_address",
    "customer",
    "customer_name",
    "customer_address",
    "country",
    "carrier",
    "account",
    "postage_line",
    "postage_note",
    "packing_note",
    "receipt_note",
    "expires_on",
    "units",
    "items",
)
PARCEL = ("parcel_number", "merchant", "warehouse_name", "found_on", "found_where")
REPEATED = {
    "": (),
    "lines": ("line_number", "line_title", "line_sku", "line_quantity", "line_reason"),
    "conditions": ("condition_number", "condition"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the template: literal pieces and names of fields, in turn."""

    pieces: tuple[tuple[str, str | None], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(name for _, name in self.pieces if name is not None)

    @property
    def literal(self) -> str:
        """Return what the template itself says, without the fields."""
        return "".join(literal for literal, _ in self.pieces)

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each field's value in its place."""
        return "".join(
            literal + ("" if name is None else values[name]) for literal, name in self.pieces
        )


def parse_words(text: str, *, each: str = "", known: tuple[str, ...] = GENERAL) -> Words:
    """Return the text with its fields found; raise ValueError saying what is wrong with it."""
    known = known + REPEATED[each]
    pieces: list[tuple[str, str | None]] = []
    for literal, name, form, conversion in _parsed(text):
        if name is not None and (name not in known or form or conversion):
            raise ValueError(f"fields in braces among {', '.join(known)}")
        pieces.append((literal, name))
    return Words(tuple(pieces))


def _parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError("braces in pairs around a field, or doubled to be printed") from None


def general_values(content: LabelContent, texts: Texts) -> dict[str, str]:
    """Return what each general field says in the language of `texts`.

    Raise LabelNotPrintable where it would be untrue.
    """
    units = sum(line.quantity for line in content.lines)
    values = {
        "rma_number": content.rma_number,
        "order_number": content.order_number,
        "merchant": content.merchant,
        "contact": content.contact,
        "warehouse_name": content.warehouse[0] if content.warehouse else "",
        "customer_name": content.customer[0] if content.customer else "",
        "country": content.country,
        "carrier": carrier_in_words(content.carrier, texts),
        "account": content.account or "",
        "postage_line": postage_line(content, texts),
        "postage_note": postage_note(content, texts),
        "packing_note": packing_note(content.lines, texts),
        "receipt_note": receipt_note(content.lines, texts),
        "expires_on": _day(content.expires_on, texts),
        "units": texts.ngettext("%(n)s item", "%(n)s items", units),
    }
    blocks = {
        "warehouse": content.warehouse,
        "warehouse_address": content.warehouse[1:],
        "customer": content.customer,
        "customer_address": content.customer[1:],
        "items": tuple(f"{line.quantity} × {line.sku or line.title}" for line in content.lines),
    }
    return {name: clean(value) for name, value in values.items()} | {
        name: "\n".join(filter(None, map(clean, lines))) for name, lines in blocks.items()
    }


def _day(day: date, texts: Texts) -> str:
    # The month in words: in no language can it be mistaken for the day.
    return format_date(day, "long", locale=texts.locale)


def repeated_values(content: LabelContent, each: str) -> tuple[dict[str, str], ...]:
    """Return the values of a repeated row, one mapping a row; one empty mapping if not repeated."""
    match each:
        case "lines":
            return tuple(
                {
                    "line_number": str(number),
                    "line_title": clean(line.title),
                    "line_sku": clean(line.sku),
                    "line_quantity": str(line.quantity),
                    "line_reason": clean(line.reason),
                }
                for number, line in enumerate(content.lines, start=1)
            )
        case "conditions":
            return tuple(
                {"condition_number": str(number), "condition": clean(sentence)}
                for number, sentence in enumerate(content.conditions, start=1)
            )
        case _:
            return ({},)


def require_addresses(content: LabelContent) -> None:
    """Raise LabelNotPrintable unless both addresses and the number say something."""
    required = {
        "rma_number": content.rma_number,
        "warehouse": " ".join(content.warehouse),
        "customer": " ".join(content.customer),
    }
    for field, value in required.items():
        if not clean(value):
            raise LabelNotPrintable(field, "is empty")
