"""Folders that must take files: `serve` and `worker` start on no others, `doctor` names them."""

import os
import tempfile
from pathlib import Path

from returns_engine.gateways.anchor_store.key_file import KEY_FILE
from returns_engine.settings import SettingError, Settings, variable


def require_photo_folder(settings: Settings) -> None:
    """Raise SettingError where photos lie in a folder, and no file can be written there."""
    if settings.s3_bucket is None:
        others = ("photo_dir",) if settings.photo_dir else ("photo_dir", "data_dir")
        _require(settings.photos, "The folder of photos", others)


def require_anchor_folder(settings: Settings) -> None:
    """Raise SettingError where no anchor can be written, or a key for them not be kept."""
    others = ("anchor_dir",) if settings.anchor_dir else ("anchor_dir", "data_dir")
    _require(settings.anchors, "The folder of anchors", others)
    if not (settings.anchor_key or os.access(settings.data_dir / KEY_FILE, os.R_OK)):
        others = ("data_dir", "anchor_key")
        _require(settings.data_dir, "The folder of the anchors' key", others)


def _require(folder: Path, what: str, others: tuple[str, ...]) -> None:
    try:
        _write_into(folder)
    except OSError as error:
        raise SettingError(
            f"{what} {folder} cannot be used ({error.strerror}): let whom serve and worker run as"
            f" write to it, or set {' or '.join(variable(name) for name in others)}."
        ) from None


def _write_into(folder: Path) -> None:
    """Raise OSError where no file can be written into `folder`, or the folder could not be made."""
    there = folder
    while not there.exists():
        there = there.parent
    if there == folder:
        with tempfile.TemporaryFile(dir=folder):
            return
    if not there.is_dir():
        raise NotADirectoryError(0, f"{there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(0, f"it is not there, and {there} lets nobody make it")
