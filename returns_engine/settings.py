"""Everything an operator can set, read once and passed inward as one frozen value.

A setting is an environment variable `RETURNS_ENGINE_<NAME>`, or a line of that name in `.env`; the
environment wins, and an empty value counts as not set. Importing this file reads nothing.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from returns_engine import setting_readers as read
from returns_engine.rules.colors import READABLE, accent_contrast, is_color
from returns_engine.setting_contradictions import contradictions
from returns_engine.setting_layers import (
    GENERATED,
    PREFIX,
    Reading,
    Setting,
    SettingError,
    SettingRow,
    layers_of,
    missing_setting,
    read_all,
    read_one,
    variable,
)

__all__ = [
    "SETTINGS",
    "SettingError",
    "Settings",
    "describe_environment",
    "read_environment",
    "read_setting",
    "unknown_variables",
    "variable",
]

Mode = Literal["production", "demo", "test"]
SmtpSecurity = Literal["none", "starttls", "tls"]

_MODES = read.one_of("production", "demo", "test")
_SECURITIES = read.one_of("none", "starttls", "tls")
_LEVELS = read.one_of("debug", "info", "warning", "error")


def _accent(text: str) -> str:
    """Return a color on which white can be read, and which can be read on our paper."""
    if not is_color(text):
        raise ValueError("a color as # and six digits, such as #0e5a4f")
    found = accent_contrast(text)
    if found < READABLE:
        raise ValueError(
            f"a darker color: white on it, and it as text on light paper, needs a contrast of"
            f" {READABLE} (WCAG AA), and this one has {found:.1f}"
        )
    return text.lower()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """What this installation was told; its text form shows no secret."""

    mode: Annotated[Mode, Setting("production, demo or test", _MODES, default="production")]
    database_url: Annotated[
        str | None, Setting("PostgreSQL 15 or later; not set: our own", read.database_address)
    ]
    data_dir: Annotated[Path, Setting("folder for what we keep", read.path, default=".data")]
    policy: Annotated[Path | None, Setting("policy file; not set: EKR's", read.path)]
    public_url: Annotated[
        str, Setting("where customers come", read.place_of_ours, default="http://127.0.0.1:8000")
    ]
    host: Annotated[str, Setting("address to listen on", default="127.0.0.1")]
    port: Annotated[int, Setting("port to listen on", read.port, default="8000")]
    web_processes: Annotated[int, Setting("how many web processes", read.whole_number, default="1")]
    drain_seconds: Annotated[
        int | None, Setting("seconds served on after SIGTERM; not set: none", read.whole_number)
    ]
    metrics_token: Annotated[
        str | None,
        Setting("reads /metrics; not set: from this machine alone", read.long_secret, secret=True),
    ]
    secret_key: Annotated[str, Setting("signs tokens", read.long_secret, secret=True)]
    second_step: Annotated[
        str | None,
        Setting("who approves money needs an app; not set: in production", read.yes_or_no),
    ]
    stripe_key: Annotated[
        str | None, Setting("secret key at Stripe", read.secret_key_of_stripe, secret=True)
    ]
    stripe_webhook_secret: Annotated[
        tuple[str, ...] | None,
        Setting("signs its webhooks; two, by a comma, in a change", read.two_secrets, secret=True),
    ]
    stripe_address: Annotated[
        str | None, Setting("payment server; not set: Stripe's own", read.web_address)
    ]
    payment_timeout: Annotated[
        int, Setting("seconds a call to it may last", read.whole_number, default="15")
    ]
    smtp_host: Annotated[str | None, Setting("mail server")]
    smtp_port: Annotated[int, Setting("its port", read.port, default="587")]
    smtp_user: Annotated[str | None, Setting("log-in at the mail server")]
    smtp_password: Annotated[str | None, Setting("password at the mail server", secret=True)]
    smtp_security: Annotated[
        SmtpSecurity, Setting("none, starttls or tls", _SECURITIES, default="starttls")
    ]
    mail_from: Annotated[
        str, Setting("sender of our mail", read.mail_address, default="aftersales@ekrauto.com")
    ]
    mail_plus: Annotated[
        str, Setting("yes: answers go to name+RMA@host", read.yes_or_no, default="no")
    ]
    shop_name: Annotated[str, Setting("the shop's name in texts", default="EKR")]
    shop_url: Annotated[str | None, Setting("where to order again", read.web_address)]
    item_url: Annotated[str | None, Setting("an item's page, with {sku} in it", read.item_address)]
    pictures_from: Annotated[
        tuple[str, ...] | None,
        Setting("hosts that its items' pictures come from, by commas", read.web_hosts),
    ]
    logo: Annotated[Path | None, Setting("SVG, PNG or WebP; not set: our mark", read.path)]
    accent: Annotated[str | None, Setting("the shop's color, as #0e5a4f", _accent)]
    contact_mail: Annotated[
        str | None, Setting("where customers write; not set: MAIL_FROM", read.mail_address)
    ]
    contact_phone: Annotated[str | None, Setting("where they call", read.phone)]
    imprint_url: Annotated[str | None, Setting("who the shop is", read.web_address)]
    privacy_url: Annotated[str | None, Setting("its privacy notice", read.web_address)]
    clock_file: Annotated[
        Path | None, Setting("demo and test: file with the seconds we are ahead", read.path)
    ]
    lookup_limit_contact: Annotated[
        int,
        Setting(
            "order look-ups an hour per contact from one address", read.whole_number, default="5"
        ),
    ]
    lookup_limit_address: Annotated[
        int, Setting("order look-ups an hour per address", read.whole_number, default="20")
    ]
    photo_dir: Annotated[
        Path | None, Setting("folder of photos; not set: DATA_DIR/photos", read.path)
    ]
    s3_bucket: Annotated[
        str | None, Setting("bucket of photos; not set: the folder", read.bucket_name)
    ]
    s3_endpoint: Annotated[
        str | None, Setting("its server; not set: Amazon's own", read.web_address)
    ]
    s3_region: Annotated[str, Setting("its region", read.region_name, default="us-east-1")]
    s3_prefix: Annotated[str, Setting("what its names begin with", read.prefix, default="photos")]
    s3_key: Annotated[str | None, Setting("id of the key to it", secret=True)]
    s3_secret: Annotated[str | None, Setting("the key itself", secret=True)]
    return_carrier: Annotated[
        str, Setting("carrier that brings parcels back", read.known_carrier, default="ups")
    ]
    return_account: Annotated[
        str | None, Setting("our account there; not set: postage is refunded up to the cap")
    ]
    label_templates: Annotated[
        Path | None, Setting("folder of templates; not set: ours", read.path)
    ]
    anchor_dir: Annotated[
        Path | None, Setting("folder of audit anchors; not set: DATA_DIR/anchors", read.path)
    ]
    anchor_key: Annotated[
        str | None,
        Setting("signs them; not set: DATA_DIR/anchor-key", read.long_secret, secret=True),
    ]
    retention_days: Annotated[
        int | None,
        Setting("idle days until an order's person goes, or never", read.days, default="1095"),
    ]
    log_level: Annotated[str, Setting("debug, info, warning, error", _LEVELS, default="info")]
    sources: Mapping[str, str]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], env_file: Path | None) -> Self:
        """Read every setting, or raise SettingError naming those that are missing or wrong.

        `env_file` need not exist. In demo and test a secret key that is not set is generated.
        """
        found = read_environment(environ, env_file)
        if found.problems:
            raise SettingError(*found.problems.values())
        return cls(**found.values, sources=found.sources)

    @property
    def photos(self) -> Path:
        """Return the folder photos are kept in."""
        return self.photo_dir or self.data_dir / "photos"

    @property
    def anchors(self) -> Path:
        """Return the folder audit anchors are kept in."""
        return self.anchor_dir or self.data_dir / "anchors"

    @property
    def contact(self) -> str:
        """Return the address customers write to."""
        return self.contact_mail or self.mail_from

    @property
    def demands_second_step(self) -> bool:
        """Say whether finance and administrators need an authenticator app."""
        return (self.second_step or ("yes" if self.mode == "production" else "no")) == "yes"

    def source_of(self, name: str) -> str:
        """Say where field `name` is from: environment, .env, default, generated or not set."""
        return self.sources[name]

    def require(self, *names: str) -> None:
        """Raise SettingError for those of the fields `names` that are not set."""
        missing = [_missing(name) for name in names if getattr(self, name) is None]
        if missing:
            raise SettingError(*missing)

    def describe(self) -> list[SettingRow]:
        """List every setting with its source, secrets masked, in the order of declaration."""
        return _rows({name: getattr(self, name) for name in SETTINGS}, self.sources)

    def __repr__(self) -> str:
        """Show what `describe` shows."""
        return f"Settings({', '.join(f'{row.name}={row.value}' for row in self.describe())})"


SETTINGS: dict[str, Setting] = {
    field.name: field.type.__metadata__[0]  # type: ignore[union-attr]  # Annotated, by declaration
    for field in fields(Settings)
    if field.name != "sources"
}


def read_environment(environ: Mapping[str, str], env_file: Path | None) -> Reading:
    """Read every setting, also where some are missing or wrong, and say what is wrong with those.

    In demo and test a secret key that is not set is generated.
    """
    found = read_all(SETTINGS, layers_of(environ, env_file))
    if not found.values["secret_key"] and found.values["mode"] in {"demo", "test"}:
        found.values["secret_key"] = secrets.token_urlsafe(read.SHORTEST_SECRET)
        found.sources["secret_key"] = GENERATED
    # What contradicts the mode is not known without it, nor is a key missing that is too short.
    if "mode" not in found.problems:
        for name, says in contradictions(SETTINGS, found.values).items():
            found.problems.setdefault(name, says)
    return found


def describe_environment(environ: Mapping[str, str], env_file: Path | None) -> list[SettingRow]:
    """List every setting as it stands, also where some are missing or wrong; secrets masked."""
    found = read_all(SETTINGS, layers_of(environ, env_file))
    return _rows(found.values, found.sources)


def _rows(values: Mapping[str, Any], sources: Mapping[str, str]) -> list[SettingRow]:
    return [
        SettingRow(
            name=variable(name),
            value=read.shown(values[name], secret=setting.secret),
            source=sources[name],
            meaning=setting.meaning,
        )
        for name, setting in SETTINGS.items()
    ]


def read_setting(name: str, environ: Mapping[str, str], env_file: Path | None) -> Any:  # noqa: ANN401 - as its reader has it
    """Read one setting alone, for a command that needs no other; raises SettingError."""
    value, _, problem = read_one(name, SETTINGS[name], layers_of(environ, env_file))
    if problem:
        raise SettingError(problem)
    return value


def unknown_variables(environ: Mapping[str, str], env_file: Path | None) -> list[str]:
    """Name the variables that begin like ours and are no setting: most are misspelled."""
    known = {variable(name) for name in SETTINGS}
    given = {name for layer in layers_of(environ, env_file).values() for name in layer}
    return sorted(name for name in given - known if name.startswith(PREFIX))


def _missing(name: str) -> str:
    return missing_setting(name, SETTINGS[name])
