"""Make the PDF of a label: a pure function of content and template, for a worker's thread."""

import io
from dataclasses import dataclass, replace

from PIL import Image, UnidentifiedImageError

from returns_engine.labels.content import LabelContent, LabelNotPrintable
from returns_engine.labels.elements import Flow, Page, Template
from returns_engine.labels.fields import general_values, require_addresses
from returns_engine.labels.flow import print_flow
from returns_engine.labels.geometry import FOUR_BY_SIX, Box, Paper, paper_for
from returns_engine.labels.printing import MissingGlyph, Printer
from returns_engine.labels.sheet import Sheets
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import texts_in

# A 4 x 6 inch label at 1200 dpi has 35 million pixels; more is no label.
MOST_PIXELS = 36_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedLabel:
    """A label as PDF, and the characters that no font had, sorted by field."""

    pdf: bytes
    missing_glyphs: tuple[MissingGlyph, ...]


def render_label(content: LabelContent, template: Template) -> RenderedLabel:
    """Return the label; the same content and template give the same bytes, in any thread.

    Raise LabelNotPrintable where a field is untrue or cannot be printed, and its kind
    TextDoesNotFit where a text is too long: both name the field, nothing is ever cut.
    """
    if template.of != "return":
        raise LabelNotPrintable("of", f"is {template.of} in {template.file}, not return")
    require_addresses(content)
    language = content.language if content.language in template.languages else DEFAULT_LOCALE
    values = general_values(content, texts_in(DEFAULT_LOCALE))
    title = f"{template.title} {values['rma_number']}"
    sheets = Sheets(dpi=template.dpi, title=title, author=values["merchant"], language=language)
    pages = template.pages
    if content.prepaid_page is not None:
        _print_prepaid_page(sheets, content.prepaid_page)
        pages = pages[1:]
    missing: set[MissingGlyph] = set()
    for page in pages:
        if language in page.in_languages:
            theirs = general_values(content, texts_in(language))
            printer = Printer(template, sheets, theirs)
            _print_page(printer, replace(page, elements=page.in_languages[language]), content)
        else:
            printer = Printer(template, sheets, values)
            _print_page(printer, page, content)
        missing |= printer.missing
    return RenderedLabel(pdf=sheets.finish(), missing_glyphs=tuple(sorted(missing)))


def _print_page(printer: Printer, page: Page, content: LabelContent) -> None:
    paper = paper_for(content.country, page.papers)
    _start_page(printer, page, paper, content, continued=False)
    for element in page.elements:
        if isinstance(element, Flow) and content.postage in element.postages:
            print_flow(
                printer,
                element,
                paper,
                content,
                lambda: _start_page(printer, page, paper, content, continued=True),
            )


def _start_page(
    printer: Printer, page: Page, paper: Paper, content: LabelContent, *, continued: bool
) -> None:
    printer.sheets.start_page(paper)
    for element in page.elements:
        if isinstance(element, Flow) or content.postage not in element.postages:
            continue
        if not (continued and element.first_page_only):
            printer.draw(element, paper)


def _print_prepaid_page(sheets: Sheets, picture: bytes) -> None:
    whole = Box(left=0, top=0, width=FOUR_BY_SIX.width, height=FOUR_BY_SIX.height)
    sheets.start_page(FOUR_BY_SIX)
    sheets.picture(_opened(picture), whole)


def _opened(picture: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise LabelNotPrintable("prepaid_page", f"has more than {MOST_PIXELS} pixels")
            return _on_white(image)
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise LabelNotPrintable("prepaid_page", "is no readable PNG or JPEG") from None


def _on_white(image: Image.Image) -> Image.Image:
    # A transparent label would print black.
    clear = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
