"""Write a mail: the words once, then as plain text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from jinja2.runtime import Context

from returns_engine.letters.forms import ACCENT, HtmlForm, TextForm
from returns_engine.rules.colors import dark_palette
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import Texts, texts_in
from returns_engine.texts.templating import jinja_environment

_GAPS = re.compile(r"\n{3,}")
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's words: `text` for every reader, `html` for those that show it."""

    subject: str
    text: str
    html: str


def template_names() -> tuple[str, ...]:
    """Return every letter there is."""
    return tuple(sorted(file.stem for file in TEMPLATES.glob("*.jinja")))


def write_letter(
    template: str, context: Mapping[str, object], *, zone: tzinfo, language: str = DEFAULT_LOCALE
) -> Letter:
    """Return the letter `template` filled in.

    `context` holds `shop_name`, `contact`, `name` (may be empty), `order_number`, `return_url`
    and what the template names; perhaps `accent`, `phone`, `policy_url`, `imprint_url`,
    `privacy_url` and `logo` (its `cid`, `width` and `height` in pixels). Raises jinja2's
    TemplateNotFound for an unknown letter, and UndefinedError for a value that is missing: no mail
    has an empty place.
    """
    text, html = _environments(language, zone, str(context.get("accent") or ACCENT))
    file = f"{template}.jinja"
    plain = text.get_template(file)
    return Letter(
        subject=_one_line(_block(plain, "subject", context)),
        text=_framed(text, "frame.txt", _block(plain, "body", context), context),
        html=_framed(html, "frame.html", _block(html.get_template(file), "body", context), context),
    )


def _framed(environment: Environment, frame: str, body: str, context: Mapping[str, object]) -> str:
    framed = environment.get_template(frame).render({**context, "body": body})
    return _GAPS.sub("\n\n", framed).strip() + "\n"


def _block(template: Template, name: str, context: Mapping[str, object]) -> str:
    prepared: Context = template.new_context(dict(context))
    return "".join(template.blocks[name](prepared))


def _one_line(subject: str) -> str:
    """Return the subject without line breaks, which would end a mail's header."""
    return " ".join(subject.split())


@cache
def _environments(language: str, zone: tzinfo, accent: str) -> tuple[Environment, Environment]:
    texts: Texts = texts_in(language)
    text = jinja_environment(texts, [TEMPLATES], zone, escape=False)
    html = jinja_environment(texts, [TEMPLATES], zone)
    text.globals["say"] = TextForm()
    html.globals["say"] = HtmlForm(accent)
    html.globals["color"] = accent
    html.globals["night"] = dark_palette(accent)
    return text, html
