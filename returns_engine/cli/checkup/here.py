"""Checks of what is on this machine: folders, policy, labels, pages, the file of settings."""

from returns_engine.cli.folders import require_anchor_folder
from returns_engine.cli.surroundings import ENV_FILE
from returns_engine.documents.policy_file import set_policy
from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.quarantine import render_quarantine_label, sample_parcel
from returns_engine.labels.render import render_label
from returns_engine.labels.sample import sample_content
from returns_engine.labels.template import QUARANTINE_LABEL, load_template
from returns_engine.rules.words import Postage
from returns_engine.settings import Settings
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.web.look import look_of
from returns_engine.web.pages import VENDOR_FILES
from returns_engine.worker import mail_logo_of

_OF_OTHERS = 0o077


def check_anchors(settings: Settings) -> str | None:
    """Fail where the worker could not keep an anchor."""
    require_anchor_folder(settings)
    return None


def check_policy(settings: Settings) -> str | None:
    """Fail where the policy file cannot be read or contradicts itself."""
    set_policy(settings.policy)
    return None


def check_labels(settings: Settings) -> str | None:
    """Draw a label of each kind with the merchant's templates and fonts; fail where one is not."""
    folder = settings.label_templates or TEMPLATES
    template = load_template(folder=folder)
    missing = [
        glyph
        for language in (DEFAULT_LOCALE, *sorted(template.languages))
        for glyph in render_label(
            sample_content(
                country="US",
                postage=Postage.BILLED_TO_ACCOUNT,
                name="Dana Ode",
                language=language,
            ),
            template,
        ).missing_glyphs
    ]
    if (folder / QUARANTINE_LABEL).exists():
        render_quarantine_label(sample_parcel(), load_template(QUARANTINE_LABEL, folder=folder))
    return "The fonts of the labels lack plain letters." if missing else None


def check_pages(settings: Settings) -> str | None:
    """Fail where what pages load is missing, or a logo is none; warn of an open address."""
    if not any(VENDOR_FILES.glob("*")):
        raise ValueError("What the pages load is missing: install the wheel, or run make install.")
    look_of(settings)
    mail_logo_of(settings)
    if settings.mode == "production" and not settings.public_url.startswith("https://"):
        return "RETURNS_ENGINE_PUBLIC_URL is not https: sign-ins could be read on the way."
    return None


def check_settings_file(_: Settings) -> str | None:
    """Warn where others on this machine may read the secrets in `.env`."""
    if ENV_FILE.exists() and ENV_FILE.stat().st_mode & _OF_OTHERS:
        return f"Others may read {ENV_FILE.absolute()}: chmod 600."
    return None
