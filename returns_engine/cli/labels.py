"""Preview label templates from the command line."""

from pathlib import Path

import rich_click as click

from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.content import LabelContent, LabelNotPrintable
from returns_engine.labels.elements import Template
from returns_engine.labels.quarantine import render_quarantine_label, sample_parcel
from returns_engine.labels.reading import TemplateError
from returns_engine.labels.render import RenderedLabel, render_label
from returns_engine.labels.sample import sample_content
from returns_engine.labels.template import RETURN_LABEL, load_template, read_template
from returns_engine.rules.words import Postage
from returns_engine.texts.catalogue import DEFAULT_LOCALE, customer_languages

WRONG_INPUT = 2


class CommandFailed(click.ClickException):
    """The input was wrong; the command ends with exit status 2."""

    exit_code = WRONG_INPUT


COUNTRY_LETTERS = 2


def _two_letters(_context: click.Context, _option: click.Parameter, country: str) -> str:
    if len(country) != COUNTRY_LETTERS or not (country.isascii() and country.isalpha()):
        raise click.BadParameter("A country is two letters, such as US.")
    return country


@click.group()
def command() -> None:
    """Labels and their templates."""


@command.command()
@click.option(
    "--template",
    default=RETURN_LABEL,
    show_default=True,
    help="A template of label_templates/, or the path of a draft that uses its fonts.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("label.pdf"),
    show_default=True,
    help="Where to write the PDF.",
)
@click.option(
    "--country",
    default="US",
    show_default=True,
    callback=_two_letters,
    help="The customer's, two letters.",
)
@click.option(
    "--postage",
    type=click.Choice([postage.value for postage in Postage]),
    default=Postage.BILLED_TO_ACCOUNT.value,
    show_default=True,
    help="What the label is worth at the counter.",
)
@click.option("--name", default="Dana Reyes", show_default=True, help="The customer's name.")
@click.option(
    "--language",
    type=click.Choice(customer_languages()),
    default=DEFAULT_LOCALE,
    show_default=True,
    help="The customer's; pages that speak it are printed in it.",
)
def render(
    *, template: str, out: Path, country: str, postage: str, name: str, language: str
) -> None:
    """Render a template with a sample return, or a sample parcel where it is a parcel's.

    For example: returns-engine labels render --country DE --postage reimbursed --name "山田 太郎"
    """
    content = sample_content(
        country=country.upper(), postage=Postage(postage), name=name, language=language
    )
    rendered = _rendered(template, content)
    try:
        out.write_bytes(rendered.pdf)
    except OSError as error:
        raise CommandFailed(f"{out}: {error.strerror}") from None
    for missing in rendered.missing_glyphs:
        code = f"U+{ord(missing.character):04X}"
        click.echo(f"{missing.field}: no font has {code}; □ stands for it", err=True)
    click.echo(f"Written to {out}")


def _rendered(template: str, content: LabelContent) -> RenderedLabel:
    try:
        loaded = _loaded(template)
        if loaded.of == "parcel":
            return render_quarantine_label(sample_parcel(), loaded)
        return render_label(content, loaded)
    except (TemplateError, LabelNotPrintable) as error:
        raise CommandFailed(str(error)) from None


def _loaded(template: str) -> Template:
    # A bare name is one of ours; anything else is a draft, wherever it lies.
    if Path(template).name == template and (TEMPLATES / template).exists():
        return load_template(template)
    return read_template(Path(template))
