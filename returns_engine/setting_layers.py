"""Where the text of a setting comes from: the environment, then `.env`, then its default.

Importing this file reads nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

PREFIX = "RETURNS_ENGINE_"
ENVIRONMENT, ENV_FILE, DEFAULT = "environment", ".env", "default"
GENERATED, NOT_SET = "generated", "not set"

Layers = Mapping[str, Mapping[str, str | None]]


class SettingError(Exception):
    """A setting is missing or wrong; each sentence names the variable and where to set it.

    `problems` holds all that were found, to be mended in one go. No secret is ever quoted.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One line of what `doctor` lists: the variable, its value fit to be shown, its source."""

    name: str
    value: str
    source: str
    meaning: str


class Setting:
    """How one setting is read; `default` is text, just as somebody would write it."""

    def __init__(
        self,
        meaning: str,
        read: Callable[[str], object] = str,
        *,
        default: str | None = None,
        secret: bool = False,
    ) -> None:
        self.meaning = meaning
        self.read = read
        self.default = default
        self.secret = secret


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + name.upper()


def missing_setting(name: str, setting: Setting) -> str:
    """Return the sentence on a field that is not set and has to be."""
    return f"{variable(name)} is not set ({setting.meaning}): set it in the environment or in .env."


def layers_of(environ: Mapping[str, str], env_file: Path | None) -> Layers:
    """Return what is given, by where it stands; the first that names a setting wins.

    Raises SettingError where the file cannot be read.
    """
    try:
        # Without interpolation a password in the file may hold a dollar sign.
        in_file = dotenv_values(env_file, interpolate=False) if env_file else {}
    except OSError as error:
        raise SettingError(f"{env_file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingError(f"{env_file} cannot be read: it is not UTF-8.") from error
    return {ENVIRONMENT: environ, ENV_FILE: in_file}


def _text(name: str, setting: Setting, layers: Layers) -> tuple[str | None, str]:
    for source, layer in layers.items():
        if variable(name) in layer:
            text = (layer[variable(name)] or "").strip()
            if text:
                return text, source
            break
    default = setting.default
    return default, NOT_SET if default is None else DEFAULT


def read_one(name: str, setting: Setting, layers: Layers) -> tuple[Any, str, str | None]:
    """Return the value of field `name`, where it is from, and what is wrong with it."""
    text, source = _text(name, setting, layers)
    if text is None:
        return None, source, None
    try:
        return setting.read(text), source, None
    except ValueError as expected:
        # An address may hold a log-in.
        held = "what it holds" if setting.secret or "@" in text else repr(text)
        return None, source, f"{variable(name)} ({source}) must be {expected}; {held} is not."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What every field holds, where it is from, and what is wrong with some of them, by name."""

    values: dict[str, Any]
    sources: dict[str, str]
    problems: dict[str, str]


def read_all(settings: Mapping[str, Setting], layers: Layers) -> Reading:
    """Read each of the fields that `settings` describes; what cannot be read is None."""
    found = {name: read_one(name, setting, layers) for name, setting in settings.items()}
    return Reading(
        values={name: value for name, (value, _, _) in found.items()},
        sources={name: source for name, (_, source, _) in found.items()},
        problems={name: problem for name, (_, _, problem) in found.items() if problem},
    )
