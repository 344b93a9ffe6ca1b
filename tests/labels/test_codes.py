import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.labels.codes import CODE128_QUIET, QR_QUIET, CodeError, code128, qr
from tests.labels.returns import NUMBER, picture_of, printed


@pytest.fixture(scope="module")
def page():
    return picture_of(printed())


def corners(barcode):
    places = [
        barcode.position.top_left,
        barcode.position.top_right,
        barcode.position.bottom_left,
        barcode.position.bottom_right,
    ]
    return (
        min(p.x for p in places),
        min(p.y for p in places),
        max(p.x for p in places),
        max(p.y for p in places),
    )


class TestPrintedCodes:
    def test_a_page_is_a_whole_number_of_printer_dots(self, page):
        assert page.size == (812, 1218)

    def test_both_codes_read_back_as_the_return_number(self, page):
        found = {(code.format.name, code.text) for code in zxingcpp.read_barcodes(page)}

        assert {re.sub(r"[^A-Z0-9]", "", name.upper()) for name, _ in found} == {
            "CODE128",
            "QRCODE",
        }
        assert {text for _, text in found} == {NUMBER}

    def test_no_dot_of_a_code_is_gray(self, page):
        for code in zxingcpp.read_barcodes(page):
            left, top, right, bottom = corners(code)
            inside = page.crop((left - 4, top - 4, right + 5, bottom + 5))

            assert {shade for _, shade in inside.getcolors()} == {0, 255}

    def test_bars_stand_free_by_ten_modules(self, page):
        code = next(c for c in zxingcpp.read_barcodes(page) if c.text and "128" in c.format.name)
        left, top, right, bottom = corners(code)
        middle = (top + bottom) // 2
        before = page.crop((left - 40, middle, left - 1, middle + 1))
        after = page.crop((right + 2, middle, right + 40, middle + 1))

        assert before.getextrema() == (255, 255)
        assert after.getextrema() == (255, 255)

    def test_the_slip_for_the_parcel_carries_the_number_too(self):
        slip = picture_of(printed(), page=1)

        assert [code.text for code in zxingcpp.read_barcodes(slip)] == [NUMBER]


class TestCode128:
    @pytest.mark.parametrize("value", ["", "ABCé", "A\nB", "山田", "A" * 201])
    def test_refuses_what_it_cannot_hold(self, value):
        with pytest.raises(CodeError):
            code128(value)

    @given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
    def test_keeps_its_quiet_zones_whatever_it_holds(self, value):
        symbol = code128(value)

        assert symbol.bars[0].left == CODE128_QUIET
        assert symbol.bars[-1].left + symbol.bars[-1].width == symbol.width - CODE128_QUIET


class TestQr:
    def test_keeps_its_quiet_zone_on_all_sides(self):
        symbol = qr(NUMBER)

        assert min(bar.left for bar in symbol.bars) == QR_QUIET
        assert min(bar.top for bar in symbol.bars) == QR_QUIET
        assert max(bar.left + bar.width for bar in symbol.bars) == symbol.width - QR_QUIET

    def test_refuses_nothing_and_too_much(self):
        for value in ("", "A" * 201):
            with pytest.raises(CodeError):
                qr(value)
