"""`returns-engine backup`: everything that cannot be had again, in one folder."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rich_click as click

from returns_engine.bootstrap import standing_at
from returns_engine.cli.failed import Failed
from returns_engine.cli.surroundings import (
    as_wrong_input,
    bucket_here,
    database_here,
    folders_here,
    json_option,
    say,
)
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.database_copy import CopyFailed, write_copy
from returns_engine.queries.moments import utc_text

DUMP, PHOTOS, ANCHORS, MANIFEST = "database.dump", "photos", "anchors", "manifest.json"
_BLOCK = 1 << 20

programs_option = click.option(
    "--programs",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder with pg_dump, pg_restore and psql of a newer PostgreSQL; else our own.",
)


@click.command(epilog="Example: returns-engine backup --to /backup/2026-11-28")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="A folder that is not there yet.",
)
@programs_option
@json_option
def command(*, folder: Path, programs: Path | None, as_json: bool) -> None:
    """Write database, photos and anchors into a new folder, while everything goes on.

    The database is of one moment; photos are copied after it, so that none it knows is missing.
    Photos in a bucket stay there, and are yours to copy.
    Keys and settings are not in it: keep RETURNS_ENGINE_SECRET_KEY and the anchors' key elsewhere.
    """
    photos, anchors = folders_here()
    with as_wrong_input(), database_here() as url:
        standing = standing_at(url)
        with _whole_or_gone(folder):
            rows = write_copy(url, folder / DUMP, programs=programs)
            facts: dict[str, Any] = {
                "made_at": utc_text(system_clock().replace(microsecond=0)),
                "version": version("returns-engine"),
                "changes_missing": standing.to_do,
                "sha256": digest_of(folder / DUMP),
                "rows": rows,
                "photos": _copied(photos, folder / PHOTOS),
                "photos_in_bucket": bucket_here(),
                "anchors": _copied(anchors, folder / ANCHORS),
            }
            # Written last: a backup without it broke off.
            (folder / MANIFEST).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    words = (
        f"{sum(rows.values())} rows, {facts['photos']} photos and {facts['anchors']} anchors"
        f" are in {folder}."
    )
    if facts["photos_in_bucket"]:
        words += f" Photos lie in the bucket {facts['photos_in_bucket']}: copy it as well, now."
    say(facts, as_json=as_json, words=words)
    if rows.get("photos") and not (facts["photos"] or facts["photos_in_bucket"]):
        click.echo(
            f"The database knows photos, and none lies in {photos}: are RETURNS_ENGINE_DATA_DIR and"
            " RETURNS_ENGINE_PHOTO_DIR those of the web and the worker?",
            err=True,
        )


@contextmanager
def _whole_or_gone(folder: Path) -> Iterator[None]:
    """Make the folder, and take it away again where the backup breaks off."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise WrongInput([f"{folder} is there already: name a new folder."]) from None
    try:
        yield
    except BaseException as error:
        # Half of a backup is none, and would keep the next one from this name.
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, CopyFailed):
            raise Failed(str(error)) from None
        raise


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _copied(source: Path, target: Path) -> int:
    """Copy the files of a folder, where it is there; return how many they are."""
    target.mkdir(mode=0o700)
    if not source.is_dir():
        return 0
    number = 0
    for file in sorted(source.rglob("*")):
        goal = target / file.relative_to(source)
        if file.is_dir():
            goal.mkdir(mode=0o700, exist_ok=True)
            continue
        try:
            shutil.copy2(file, goal)
        except FileNotFoundError:
            continue  # erased, or moved to its place, since it was listed
        number += 1
    return number
