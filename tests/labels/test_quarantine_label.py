import shutil
from datetime import date

import pytest
import zxingcpp
from click.testing import CliRunner

from returns_engine.cli.labels import command
from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.content import LabelNotPrintable
from returns_engine.labels.fields import PARCEL
from returns_engine.labels.quarantine import QuarantineContent, render_quarantine_label
from returns_engine.labels.reading import TemplateError
from returns_engine.labels.render import render_label
from returns_engine.labels.template import QUARANTINE_LABEL, load_template
from tests.labels.returns import a_return, page_count, page_text, picture_of

NUMBER = "Q-3NQK8N1"


def printed(**changes):
    values = {
        "number": NUMBER,
        "merchant": "EKR",
        "warehouse": "EKR Returns",
        "country": "US",
        "found_on": date(2026, 4, 13),
        "came_with": "RMA-7K3M9QXC",
    } | changes
    return render_quarantine_label(QuarantineContent(**values), load_template(QUARANTINE_LABEL))


class TestAQuarantineLabel:
    def test_reads_back_as_the_number_of_the_parcel(self):
        page = picture_of(printed())

        assert page.size == (812, 1218)
        assert [code.text for code in zxingcpp.read_barcodes(page)] == [NUMBER]

    def test_says_since_when_where_and_with_what_it_was_found(self):
        label = printed()
        text = page_text(label, 0)

        assert page_count(label) == 1
        for words in (NUMBER, "April 13, 2026", "EKR Returns", "With RMA-7K3M9QXC", "QUARANTINE"):
            assert words in text

    def test_says_that_a_parcel_came_without_any_number(self):
        assert "On its own" in page_text(printed(came_with=None), 0)

    def test_is_the_same_each_time_it_is_printed(self):
        assert printed().pdf == printed().pdf

    def test_is_printed_where_no_warehouse_is_on_file(self):
        assert NUMBER in page_text(printed(warehouse=""), 0)


class TestTemplatesOfTwoKinds:
    def test_are_not_taken_for_each_other(self):
        with pytest.raises(LabelNotPrintable, match="not return"):
            render_label(a_return(), load_template(QUARANTINE_LABEL))
        content = QuarantineContent(
            number=NUMBER, merchant="E", warehouse="W", country="US", found_on=date(2026, 1, 1)
        )
        with pytest.raises(LabelNotPrintable, match="not parcel"):
            render_quarantine_label(content, load_template())

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ('of = "parcel"', 'of = "pallet"', "one of return, parcel"),
            ('text = "{found_where}"', 'text = "{rma_number}"', "fields in braces"),
            ('value = "{parcel_number}"', 'value = "Q"', "a Code128 of {parcel_number}"),
            ('text = "{parcel_number}"', 'text = "Q"', "in a text of the first page"),
            ('text = "SINCE"', 'text = "SINCE"\nwhen = ["prepaid"]', "no lines or postage"),
        ],
    )
    def test_are_checked_by_what_they_print(self, tmp_path, old, new, expected):
        folder = tmp_path / "label_templates"
        shutil.copytree(TEMPLATES, folder)
        text = (folder / QUARANTINE_LABEL).read_text(encoding="utf-8")
        assert old in text
        (folder / QUARANTINE_LABEL).write_text(text.replace(old, new), encoding="utf-8")

        with pytest.raises(TemplateError, match=expected):
            load_template(QUARANTINE_LABEL, folder=folder)

    def test_are_both_described(self):
        text = (TEMPLATES / "README.md").read_text(encoding="utf-8")

        assert all(f"`{{{field}}}`" in text for field in PARCEL)

    def test_are_both_previewed(self, tmp_path):
        out = tmp_path / "label.pdf"
        ran = CliRunner().invoke(
            command, ["render", "--template", QUARANTINE_LABEL, "--out", str(out)]
        )

        assert ran.exit_code == 0, ran.output
        assert out.read_bytes().startswith(b"%PDF-")
