"""The label of a parcel nobody announced: its number, and where and when it was found."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from returns_engine.labels.cleaning import clean
from returns_engine.labels.content import LabelNotPrintable
from returns_engine.labels.elements import Template
from returns_engine.labels.geometry import paper_for
from returns_engine.labels.printing import Printer
from returns_engine.labels.render import RenderedLabel
from returns_engine.labels.sheet import Sheets

_ON_ITS_OWN = "On its own, with no number of a return"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineContent:
    """Everything a quarantine label says; nobody is named on it.

    `came_with` is the RMA number on the parcel, or of the return in whose parcel it lay;
    `country` is the warehouse's, two letters, and chooses the paper.
    """

    number: str
    merchant: str
    warehouse: str
    country: str
    found_on: date
    came_with: str | None = None


def render_quarantine_label(content: QuarantineContent, template: Template) -> RenderedLabel:
    """Return the label; the same content and template give the same bytes, in any thread.

    Raise LabelNotPrintable for a template of returns, and its kind TextDoesNotFit where a text is
    too long: both name the field, nothing is ever cut.
    """
    if template.of != "parcel":
        raise LabelNotPrintable("of", f"is {template.of} in {template.file}, not parcel")
    values = {
        "parcel_number": content.number,
        "merchant": content.merchant,
        "warehouse_name": content.warehouse,
        "found_on": format_date(content.found_on, "long", locale="en_US"),
        "found_where": f"With {content.came_with}" if content.came_with else _ON_ITS_OWN,
    }
    values = {name: clean(value) for name, value in values.items()}
    title = f"{template.title} {content.number}"
    sheets = Sheets(dpi=template.dpi, title=title, author=values["merchant"])
    printer = Printer(template, sheets, values)
    for page in template.pages:
        paper = paper_for(content.country, page.papers)
        sheets.start_page(paper)
        for element in page.elements:
            printer.draw(element, paper)
    return RenderedLabel(pdf=sheets.finish(), missing_glyphs=tuple(sorted(printer.missing)))


def sample_parcel() -> QuarantineContent:
    """Return a made-up parcel to preview a template with."""
    return QuarantineContent(
        number="Q-3NQK8N1",
        merchant="EKR",
        warehouse="EKR Returns",
        country="US",
        found_on=date(2026, 4, 13),
        came_with="RMA-7K3M9QXC",
    )
