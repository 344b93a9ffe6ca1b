"""What a spreadsheet is handed stays text."""

import csv
import io

import pytest

from returns_engine.documents.spreadsheet import csv_text


class TestCsv:
    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
    def test_never_lets_a_cell_calculate(self, cell: str):
        (row,) = csv.reader(io.StringIO(csv_text([[cell]]), newline=""))

        assert row == ["'" + cell]

    def test_keeps_commas_quotes_and_lines_inside_their_cell(self):
        cells = ["EKR-1", 'a "b", c', "two\nlines", "", "135.34"]

        assert list(csv.reader(io.StringIO(csv_text([cells, cells]), newline=""))) == [cells, cells]

    @pytest.mark.parametrize("number", ["-1", "-12.50", "0", "135.34"])
    def test_leaves_a_plain_number_as_it_is(self, number: str):
        assert csv_text([[number]]) == f"{number}\r\n"
