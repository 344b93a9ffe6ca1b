"""The policy as a file on disk: the packaged one, or the one that is named."""

from importlib.resources import files
from pathlib import Path

from returns_engine.rules.policy import Policy, PolicyError
from returns_engine.rules.policy_toml import read_policy

PACKAGED = "ekr.toml"


def load_policy(path: Path | None) -> Policy:
    """Return the policy in the file at `path`, or the packaged one where there is none.

    Raises PolicyError, naming the file, and the key or line that is wrong.
    """
    return read_policy(policy_text(path), PACKAGED if path is None else str(path))


def set_policy(path: Path | None) -> Policy:
    """Return the policy that the settings name; raises PolicyError naming setting and file."""
    try:
        return load_policy(path)
    except PolicyError as error:
        name = error.name if path is None else f"RETURNS_ENGINE_POLICY ({path})"
        raise PolicyError(name, error.place, error.problem) from None


def policy_text(path: Path | None) -> str:
    """Return the file's text, or that of the packaged one; raises PolicyError naming the file."""
    if path is None:
        packaged = files("returns_engine") / "policies" / PACKAGED
        return packaged.read_text(encoding="utf-8")
    return _text(path)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PolicyError(str(path), "", f"cannot be read: {error.strerror}") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PolicyError(str(path), f"line {line}", "expected UTF-8") from None
