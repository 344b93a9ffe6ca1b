"""The refund certificate on paper: what went back, and a code that says whether it still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns_engine.labels.codes import qr
from returns_engine.labels.fonts import FontChain
from returns_engine.labels.geometry import PAPERS, POINTS_PER_MM, paper_for
from returns_engine.labels.pages import MARGIN, SIZE, Entry, Pages
from returns_engine.labels.render import RenderedLabel

_MERCHANT, _TITLE, _AMOUNT, _CODE = 11.0, 20.0, 15.0, 12.0
_CODE_SIDE = 38 * POINTS_PER_MM
_GAP = 10.0
_STAY_TOGETHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedRefund:
    """One refund: its amount in large type, where it stands, and all that is known of it."""

    amount: str
    stands: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateContent:
    """Everything a certificate says, in the words of the reader's language.

    `country` is the customer's, two letters, and chooses the paper; `address` is what the code
    leads to, `check` says how to check without it; `foot` and `page` stand at the end of each page.
    """

    title: str
    merchant: str
    country: str
    entries: Sequence[Entry]
    refunds: Sequence[CertifiedRefund]
    address: str
    code: str
    check: str
    foot: str
    page: str


def render_certificate(
    content: CertificateContent, fonts: Mapping[str, FontChain]
) -> RenderedLabel:
    """Return the certificate as PDF, in any script that `fonts` have; nothing is ever cut.

    The same content gives the same bytes, in any thread.
    """
    pages = Pages(
        paper_for(content.country, PAPERS["letter_or_a4"]),
        title=content.title,
        author=content.merchant,
        foot=content.foot,
        page=content.page,
        fonts=fonts,
    )
    _head(pages, content)
    for refund in content.refunds:
        _put_refund(pages, refund)
    return RenderedLabel(pdf=pages.finish(), missing_glyphs=tuple(sorted(pages.missing)))


def _head(pages: Pages, content: CertificateContent) -> None:
    """Write whose paper it is and how to check it, with the code beside them."""
    _draw_code(pages, content.address)
    beside = pages.width - _CODE_SIDE - _GAP
    pages.write(content.merchant, _MERCHANT, bold=True, width=beside)
    pages.write(content.title, _TITLE, bold=True, width=beside)
    pages.top += _GAP
    pages.write(content.check, SIZE, width=beside)
    pages.top += _GAP / 2
    pages.write(content.code, _CODE, bold=True, width=beside)
    pages.top = max(pages.top, MARGIN + _CODE_SIDE) + _GAP
    for entry in content.entries:
        pages.put(entry)


def _draw_code(pages: Pages, address: str) -> None:
    symbol = qr(address)
    sheets = pages.sheets
    dots = sheets.dots(_CODE_SIDE) // symbol.width
    left, top = sheets.dots(MARGIN + pages.width - _CODE_SIDE), sheets.dots(MARGIN)
    sheets.fill_together(
        [
            (left + bar.left * dots, top + bar.top * dots, bar.width * dots, bar.height * dots)
            for bar in symbol.bars
        ]
    )


def _put_refund(pages: Pages, refund: CertifiedRefund) -> None:
    """Write one refund under a line of its own, its first facts on the same page."""
    first = sum(pages.height_of(entry) for entry in refund.entries[:_STAY_TOGETHER])
    pages.top += _GAP
    pages.room(_GAP * 2 + _AMOUNT * 2 + SIZE * 2 + first)
    pages.rule()
    pages.top += _GAP
    pages.write(refund.amount, _AMOUNT, bold=True)
    pages.write(refund.stands, SIZE, bold=True)
    pages.top += _GAP / 2
    for entry in refund.entries:
        pages.put(entry)
