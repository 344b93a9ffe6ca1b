"""The key anchors are signed with, in a file that only its owner reads; never in the database."""

import os
import secrets
from pathlib import Path

KEY_FILE = "anchor-key"
_BYTES = 48


def key_in(file: Path) -> str | None:
    """Return the key kept in a file, or None where there is none."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def key_made_in(file: Path) -> str:
    """Return the key kept in a file, made at first use; two that make it at once agree on one."""
    known = key_in(file)
    if known:
        return known
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(_BYTES))
    try:
        # A link never replaces what another put there meanwhile.
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_text(encoding="ascii").strip()
