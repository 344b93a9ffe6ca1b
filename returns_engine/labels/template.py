"""Load a template and check it whole, so that a bad one stops the program and not a label."""

from functools import lru_cache
from pathlib import Path

from returns_engine.labels.confinement import TEMPLATES, confined
from returns_engine.labels.element_reading import Surroundings, read_element
from returns_engine.labels.elements import Code128, Element, Flow, Page, Qr, Template, Text
from returns_engine.labels.fields import GENERAL, PARCEL
from returns_engine.labels.fonts import FontChain, FontError, FontFile
from returns_engine.labels.geometry import PAPERS, POINTS_PER_MM, Paper
from returns_engine.labels.reading import Section, TemplateError, read_toml
from returns_engine.rules.words import Postage
from returns_engine.texts.catalogue import DEFAULT_LOCALE, customer_languages

FORMAT = 1
RETURN_LABEL = "return_label.toml"
QUARANTINE_LABEL = "quarantine_label.toml"
_FIELDS = {"return": GENERAL, "parcel": PARCEL}


def load_template(name: str = RETURN_LABEL, *, folder: Path = TEMPLATES) -> Template:
    """Return the checked template `name` of `folder`, with its fonts.

    Raise TemplateError, which names file, key and expectation, for anything that is not as
    label_templates/README.md describes it.
    """
    return read_template(confined(name, folder, file=name, key="the file"), folder=folder)


def read_template(path: Path, *, folder: Path = TEMPLATES) -> Template:
    """Return the checked template in `path`, wherever it lies; it reaches `folder` alone."""
    section = read_toml(path)
    section.count("format", least=FORMAT, most=FORMAT)
    of = section.word("of", tuple(_FIELDS), "return")
    fonts = _read_fonts(section.section("fonts"), folder)
    template = Template(
        file=section.file,
        of=of,
        title=section.text("title"),
        dpi=section.count("dpi", least=100, most=1200, default=203),
        fonts=fonts,
        pages=tuple(
            _read_page(page, fonts, folder, _FIELDS[of]) for page in section.sections("pages")
        ),
    )
    section.finish()
    if of == "parcel":
        _require_plain(section, template.pages)
    else:
        _require_truth(section, template.pages[0])
    return template


def _read_fonts(section: Section, folder: Path) -> dict[str, FontChain]:
    if not section.has("regular"):
        raise section.error("regular", "a list of font files")
    return {name: _read_chain(section, name, folder) for name in section.keys()}  # noqa: SIM118 - no mapping


def _read_chain(section: Section, name: str, folder: Path) -> FontChain:
    key = section.path(name)
    paths = [confined(file, folder, file=section.file, key=key) for file in section.texts(name)]
    try:
        return FontChain(_font_file(path) for path in paths)
    except FontError as error:
        raise section.error(name, f"TrueType fonts that print; {error}") from None


@lru_cache(maxsize=32)
def _font_file(path: Path) -> FontFile:
    return FontFile(path)


def _read_page(
    section: Section, fonts: dict[str, FontChain], folder: Path, fields: tuple[str, ...]
) -> Page:
    papers = _read_papers(section)
    page = Page(
        name=section.text("name"),
        papers=papers,
        elements=_read_elements(section, Surroundings(fonts, folder, papers, fields)),
        in_languages={
            language: _read_elements(section, Surroundings(fonts, folder, papers, fields, texts))
            for language, texts in _read_languages(section)
        },
    )
    section.finish()
    if sum(isinstance(element, Flow) for element in page.elements) > 1:
        raise section.error("elements", "one flow a page, for it turns the page when it is full")
    return page


def _read_elements(section: Section, around: Surroundings) -> tuple[Element, ...]:
    found = tuple(read_element(element, around) for element in section.sections("elements"))
    if around.texts is not None:
        # A text that nothing on the page says was misspelled, or the page was changed.
        around.texts.finish()
    return found


def _read_languages(section: Section) -> list[tuple[str, Section]]:
    if not section.has("texts"):
        return []
    tables = section.section("texts")
    languages = tables.keys()
    for language in languages:
        if language == DEFAULT_LOCALE or language not in customer_languages():
            others = ", ".join(one for one in customer_languages() if one != DEFAULT_LOCALE)
            raise TemplateError(tables.file, tables.path(language), f"a language among {others}")
    return [(language, tables.section(language)) for language in languages]


def _read_papers(section: Section) -> tuple[Paper, ...]:
    if not section.has("paper"):
        width = section.number("width", least=20, most=1000)
        height = section.number("height", least=20, most=1000)
        return (Paper(width * POINTS_PER_MM, height * POINTS_PER_MM),)
    return PAPERS[section.word("paper", tuple(PAPERS))]


def _require_truth(section: Section, page: Page) -> None:
    """Refuse a label that leaves out its number, its codes, or what its postage is worth."""
    always = [element for element in page.elements if element.postages == frozenset(Postage)]
    texts = {name for e in always if isinstance(e, Text) for name in e.words.fields}
    for field in ("postage_line", "postage_note", "warehouse_name", "rma_number"):
        if field not in texts and not (field == "warehouse_name" and "warehouse" in texts):
            raise section.error("pages", f"{{{field}}} in a text of the first page, always shown")
    for kind in (Code128, Qr):
        if not any(isinstance(e, kind) and e.words.fields == ("rma_number",) for e in always):
            raise section.error("pages", f"a {kind.__name__} of {{rma_number}} on the first page")


def _require_plain(section: Section, pages: tuple[Page, ...]) -> None:
    """Refuse a quarantine label without its number, or with what only a return has."""
    elements = [element for page in pages for element in page.elements]
    if any(isinstance(e, Flow) or e.postages != frozenset(Postage) for e in elements):
        raise section.error("pages", "neither a flow nor `when`: a parcel has no lines or postage")
    if any(page.in_languages for page in pages):
        raise section.error("pages", "no `texts`: the warehouse reads English")
    first = pages[0].elements
    number = ("parcel_number",)
    if not any(isinstance(e, Text) and "parcel_number" in e.words.fields for e in first):
        raise section.error("pages", "{parcel_number} in a text of the first page")
    if not any(isinstance(e, Code128) and e.words.fields == number for e in first):
        raise section.error("pages", "a Code128 of {parcel_number} on the first page")
