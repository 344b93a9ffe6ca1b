import pypdfium2
import zxingcpp

from returns_engine.labels.certificate import (
    CertificateContent,
    CertifiedRefund,
    render_certificate,
)
from returns_engine.labels.pages import Entry
from returns_engine.labels.template import load_template
from tests.labels.returns import page_count, page_text, picture_of

ADDRESS = "https://returns.ekrauto.example/certificates/RC-7K3M9QXC12345678"
FONTS = load_template().fonts


def a_refund(**changes):
    entries = [Entry(about="Credit note", says="CN-2026-000123 of April 2, 2026: $135.34")]
    values = {"amount": "$135.34", "stands": "It was sent.", "entries": entries} | changes
    return CertifiedRefund(**values)


def printed(**changes):
    values = {
        "title": "Refund certificate",
        "merchant": "EKR",
        "country": "US",
        "entries": [Entry(about="Refunded to", says="Dana Reyes")],
        "refunds": [a_refund()],
        "address": ADDRESS,
        "code": "RC-7K3M-9QXC-1234-5678",
        "check": "Scan the code.",
        "foot": "EKR · RMA-7K3M9QXC",
        "page": "page",
    } | changes
    return render_certificate(CertificateContent(**values), FONTS)


class TestACertificate:
    def test_carries_a_code_that_scans(self):
        page = pypdfium2.PdfDocument(printed().pdf)[0].render(scale=3).to_pil()

        assert [code.text for code in zxingcpp.read_barcodes(page)] == [ADDRESS]

    def test_is_printed_in_any_script(self):
        for name in ("山田 太郎", "Ольга Иванова", "Ελένη Παπαδοπούλου", "김철수"):
            paper = printed(entries=[Entry(about="Refunded to", says=name)])
            assert name in page_text(paper, 0)
            assert paper.missing_glyphs == ()

    def test_says_what_no_font_could_print(self):
        paper = printed(entries=[Entry(about="Refunded to", says="Dana \U00013000")])

        assert [glyph.character for glyph in paper.missing_glyphs] == ["\U00013000"]

    def test_goes_on_over_pages_and_cuts_nothing(self):
        refunds = [a_refund(amount=f"${place}.00") for place in range(30)]
        paper = printed(refunds=refunds)

        assert page_count(paper) > 1
        words = " ".join(page_text(paper, page) for page in range(page_count(paper)))
        assert all(f"${place}.00" in words for place in range(30))
        assert "page 2" in words

    def test_has_the_paper_of_the_country_and_is_the_same_each_time(self):
        assert picture_of(printed()).size != picture_of(printed(country="DE")).size
        assert printed().pdf == printed().pdf
