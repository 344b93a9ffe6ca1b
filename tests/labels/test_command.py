import pypdfium2
import pytest
from click.testing import CliRunner

from returns_engine.cli.labels import command
from returns_engine.labels.confinement import TEMPLATES
from tests.labels.returns import template_text


@pytest.fixture
def run(tmp_path):
    out = tmp_path / "label.pdf"

    def render(*arguments):
        return CliRunner().invoke(command, ["render", "--out", str(out), *arguments]), out

    return render


class TestRenderCommand:
    @pytest.mark.parametrize("postage", ["billed_to_account", "prepaid", "reimbursed"])
    def test_writes_a_preview_for_every_postage(self, run, postage):
        result, out = run("--postage", postage, "--country", "DE", "--name", "山田 太郎")

        assert result.exit_code == 0, result.output
        assert out.read_bytes().startswith(b"%PDF-")

    def test_previews_the_instructions_in_another_language(self, run):
        result, out = run("--language", "es")

        assert result.exit_code == 0, result.output
        with pypdfium2.PdfDocument(out.read_bytes()) as document:
            text = document[1].get_textpage().get_text_range()
        assert "Cómo devolverlo" in text
        assert "Debe llevar todavía sus etiquetas." in text

    def test_tells_which_characters_no_font_has(self, run):
        result, _ = run("--name", "Clef \U0001d11e")

        assert "customer: no font has U+1D11E" in result.stderr

    def test_a_bad_template_ends_with_2_and_says_where(self, run, tmp_path):
        draft = tmp_path / "draft.toml"
        draft.write_text(template_text(TEMPLATES).replace("dpi = 203", "dpi = 1"), encoding="utf-8")
        result, out = run("--template", str(draft))

        assert result.exit_code == 2
        assert "draft.toml: dpi: expected a number from 100 to 1200; found 1" in result.output
        assert not out.exists()

    def test_a_template_that_is_not_there_ends_with_2(self, run):
        result, _ = run("--template", "nothing.toml")

        assert result.exit_code == 2
        assert "nothing.toml" in result.output

    def test_a_name_too_long_ends_with_2_and_names_the_field(self, run):
        result, _ = run("--name", "Dana " * 500)

        assert result.exit_code == 2
        assert "customer" in result.output

    def test_an_output_that_cannot_be_written_ends_with_2(self, run, tmp_path):
        result, _ = run("--out", str(tmp_path / "no" / "such" / "label.pdf"))

        assert result.exit_code == 2
