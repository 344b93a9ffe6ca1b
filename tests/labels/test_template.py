import shutil

import pytest

from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.fields import GENERAL, REPEATED
from returns_engine.labels.reading import TemplateError
from returns_engine.labels.render import render_label
from returns_engine.labels.template import load_template, read_template
from tests.labels.returns import a_return, picture_of, template_text

FIRST_TEXT = 'text = "FROM"'


@pytest.fixture
def folder(tmp_path):
    copied = tmp_path / "label_templates"
    shutil.copytree(TEMPLATES, copied)
    return copied


@pytest.fixture
def refusal(folder):
    def refuse(old, new):
        text = template_text(folder)
        assert old in text
        (folder / "return_label.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(TemplateError) as refused:
            load_template(folder=folder)
        assert refused.value.file == "return_label.toml"
        return refused.value

    return refuse


class TestCheckedTemplate:
    def test_ours_is_good(self):
        assert [page.name for page in load_template().pages] == ["label", "instructions"]

    @pytest.mark.parametrize(
        ("old", "new", "key", "expected"),
        [
            ("format = 1", "format = 2", "format", "number from 1 to 1"),
            ("dpi = 203", "dpi = 203.5", "dpi", "whole number"),
            ("dpi = 203", 'dpi = "fine"', "dpi", "number from 100 to 1200"),
            ("dpi = 203", "dpi = nan", "dpi", "number from 100 to 1200"),
            ("dpi = 203", "dpi = true", "dpi", "number from 100 to 1200"),
            ("dpi = 203", "colour = 1", "colour", "known key"),
            ('paper = "4x6in"', 'paper = "a5"', "pages[0].paper", "4x6in"),
            ("[pages.texts.es]", "[pages.texts.en]", "pages[1].texts.en", "a language among es"),
            ("[pages.texts.es]", "[pages.texts.zz]", "pages[1].texts.zz", "a language among es"),
            ('"Qty" = ', '"Qtty" = ', "pages[1].texts.es.Qtty", "known key"),
            ('"Cant."', "7", "pages[1].texts.es.Qty", "a text"),
            ('"Pedido {order_number}"', '"Pedido"', "es.Order {order_number}", "the same fields"),
            ('"Cant."', '"Cant. \U0001d11e"', "columns[0].text", "characters that font"),
            ('kind = "frame"', 'kind = "box"', "pages[0].elements[0].kind", "code128"),
            ("thickness = 0.5", "thicknes = 0.5", "pages[0].elements[0].thicknes", "known key"),
            ("left = 6\nwidth = 42", "left = 6", "pages[0].elements[1].left", "two of left, width"),
            ("left = 6\nwidth = 42", "left = 6\nwidth = 99", "pages[0].elements[1].left", "inside"),
            ("top = 5.5", "top = 151", "pages[0].elements[1].top", "inside the page"),
            ("top = 5.5", "top = -1", "pages[0].elements[1].top", "from 0"),
            (FIRST_TEXT, "text = 7", "pages[0].elements[1].text", "a text"),
            (FIRST_TEXT, 'text = "{nobody}"', "pages[0].elements[1].text", "fields in braces"),
            (FIRST_TEXT, 'text = "{rma_number!r}"', "pages[0].elements[1].text", "fields"),
            (FIRST_TEXT, 'text = "{rma_number:>9}"', "pages[0].elements[1].text", "fields"),
            (FIRST_TEXT, 'text = "{order_number.a}"', "pages[0].elements[1].text", "fields"),
            (FIRST_TEXT, 'text = "{condition}"', "pages[0].elements[1].text", "fields"),
            (FIRST_TEXT, 'text = "{"', "pages[0].elements[1].text", "braces in pairs"),
            (FIRST_TEXT, 'text = "\U0001d11e"', "pages[0].elements[1].text", "font bold has"),
            ('font = "bold"', 'font = "slab"', "pages[0].elements[1].font", "regular"),
            ("size = 7", "size = 900", "pages[0].elements[1].size", "from 4 to 200"),
            ("min_size = 5.5", "min_size = 10", "pages[0].elements[2].min_size", "4 to 9"),
            (FIRST_TEXT, f'{FIRST_TEXT}\nwhen = ["free"]', "pages[0].elements[1].when", "prepaid"),
            ("wrap = false", "wrap = 0", "wrap", "true or false"),
            ('each = "lines"', 'each = "line"', "each", "lines, conditions"),
            ("gutter = 3", "gutter = 50", "rows[11].columns", "columns that fit"),
            ('fill = "black"', 'fill = "red"', "fill", "none, black"),
            ("height = 0", "height = 1", "pages[0].elements[8].height", "0 for a line"),
            ('"fonts/DejaVuSans.ttf"', '"README.md"', "fonts.regular", "TrueType"),
            ('"fonts/DejaVuSans.ttf"', '"fonts/none.ttf"', "fonts.regular", "there is no"),
            ('regular = ["fonts/DejaVuSans.ttf", ', "regular = [7, ", "fonts.regular", "texts"),
            ("regular = [", "plain = [", "fonts.regular", "a list of font files"),
        ],
    )
    def test_an_error_names_file_key_and_expectation(self, refusal, old, new, key, expected):
        refused = refusal(old, new)

        assert refused.key.endswith(key)
        assert expected in refused.expected
        assert str(refused).startswith(f"return_label.toml: {refused.key}: expected ")

    def test_a_syntax_error_names_the_line(self, refusal):
        assert "line 5" in str(refusal('title = "Return label"\ndpi = 203', 'title = "R"\ndpi ='))

    def test_bytes_that_are_no_text_are_refused(self, folder):
        (folder / "return_label.toml").write_bytes(b'title = "\xff"')

        with pytest.raises(TemplateError, match=r"byte 9.*UTF-8"):
            load_template(folder=folder)

    def test_a_missing_template_is_named(self, folder):
        with pytest.raises(TemplateError, match=r"other.toml.*there is no"):
            load_template("other.toml", folder=folder)
        with pytest.raises(TemplateError, match=r"other.toml.*readable"):
            read_template(folder / "other.toml")

    def test_one_flow_fills_a_page(self, refusal):
        flow = '[[pages.elements]]\nkind = "flow"\nleft = 1\nright = 1\ntop = 1\nbottom = 1\n'
        rows = '[[pages.elements.rows]]\ncolumns = [{ text = "x" }]\n'
        slip = "# The slip for the parcel."

        assert "one flow" in refusal(slip, flow + rows + slip).expected


class TestTruthOfATemplate:
    @pytest.mark.parametrize(
        "field", ["{postage_line}", "{postage_note}", "{warehouse}", "{rma_number}"]
    )
    def test_the_label_must_show(self, refusal, field):
        refused = refusal(f'text = "{field}"', 'text = "Prepaid"')

        assert refused.key == "pages"

    def test_postage_may_not_be_shown_for_some_only(self, refusal):
        shown = 'text = "{postage_line}"'

        assert "{postage_line}" in refusal(shown, f'{shown}\nwhen = ["prepaid"]').expected

    @pytest.mark.parametrize(("kind", "named"), [("code128", "Code128"), ("qr", "Qr")])
    def test_the_label_must_carry_both_codes(self, folder, kind, named):
        text = template_text(folder)
        head, _, tail = text.partition(f'kind = "{kind}"')
        changed = head + f'kind = "{kind}"' + tail.replace("{rma_number}", "{order_number}", 1)
        (folder / "return_label.toml").write_text(changed, encoding="utf-8")

        with pytest.raises(TemplateError, match=named):
            load_template(folder=folder)


class TestReachOfATemplate:
    @pytest.mark.parametrize(
        "name",
        [
            "../secret.png",
            "fonts/../../secret.png",
            "/etc/passwd",
            "C:/secret.png",
            "..\\\\secret.png",
            "fonts",
            "link.png",
            "linked/secret.png",
            "a\\u0000b",
        ],
    )
    @pytest.mark.parametrize("kind", ["picture", "font"])
    def test_stays_in_its_folder(self, refusal, folder, tmp_path, name, kind):
        (tmp_path / "secret.png").write_bytes(b"secret")
        (folder / "link.png").symlink_to(tmp_path / "secret.png")
        (folder / "linked").symlink_to(tmp_path)
        if kind == "font":
            refused = refusal('"fonts/DejaVuSans.ttf"', f'"{name}"')
        else:
            refused = refusal('kind = "frame"', f'kind = "picture"\nfile = "{name}"')

        assert "in label_templates/" in refused.expected

    @pytest.mark.parametrize("name", ["../return_label.toml", "/etc/hostname"])
    def test_is_itself_loaded_from_its_folder(self, folder, name):
        with pytest.raises(TemplateError, match="label_templates"):
            load_template(name, folder=folder)

    def test_a_draft_elsewhere_uses_the_folders_fonts_alone(self, tmp_path, folder):
        draft = tmp_path / "draft.toml"
        draft.write_text(template_text(folder), encoding="utf-8")
        (tmp_path / "mine.ttf").write_bytes(b"")

        assert read_template(draft, folder=folder).file == "draft.toml"
        draft.write_text(
            template_text(folder).replace("fonts/DejaVuSans.ttf", "mine.ttf"), encoding="utf-8"
        )
        with pytest.raises(TemplateError, match=r"draft.toml: fonts.regular"):
            read_template(draft, folder=folder)

    def test_prints_a_picture_of_its_folder(self, folder):
        picture_of(render_label(a_return(), load_template(folder=folder))).save(folder / "logo.png")
        text = template_text(folder).replace(
            'kind = "frame"\nleft = 3\nright = 3\ntop = 3\nbottom = 3\nthickness = 0.5',
            'kind = "picture"\nleft = 80\nright = 6\ntop = 120\nheight = 20\nfile = "logo.png"',
        )
        (folder / "return_label.toml").write_text(text, encoding="utf-8")
        page = picture_of(render_label(a_return(), load_template(folder=folder)))

        assert page.crop((640, 960, 760, 1118)).getextrema()[0] < 64

    def test_refuses_a_picture_that_is_none(self, refusal):
        refused = refusal('kind = "frame"', 'kind = "picture"\nfile = "README.md"')

        assert "PNG or JPEG" in str(refused)


class TestReadme:
    def test_names_every_key_a_template_may_use(self):
        text = (TEMPLATES / "README.md").read_text(encoding="utf-8")

        for field in (*GENERAL, *REPEATED["lines"], *REPEATED["conditions"]):
            assert f"`{{{field}}}`" in text
        for kind in ("text", "code128", "qr", "line", "frame", "picture", "flow"):
            assert f"| `{kind}` |" in text
