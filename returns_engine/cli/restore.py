"""`returns-engine restore`: a backup into an empty place."""

import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
import rich_click as click

from returns_engine.cli.backup import (
    ANCHORS,
    DUMP,
    MANIFEST,
    PHOTOS,
    digest_of,
    programs_option,
)
from returns_engine.cli.surroundings import (
    as_wrong_input,
    folders_here,
    json_option,
    named_database_here,
    say,
)
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.database_copy import CopyFailed, read_copy, rows_of
from returns_engine.queries.moments import utc_text

_NEXT = (
    "Run returns-engine migrate and returns-engine audit verify, and erase again whom you had"
    " erased since the backup was made."
)


@click.command(epilog="Example: returns-engine restore /backup/2026-11-28")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@programs_option
@json_option
def command(*, folder: Path, programs: Path | None, as_json: bool) -> None:
    """Read a backup into the database and the folders that the settings name, all of them empty.

    The database is read in whole or not at all. Exit status 1 where it does not hold the rows that
    the backup was made with.
    """
    photos, anchors = folders_here()
    manifest = _manifest(folder)
    with as_wrong_input():
        url = named_database_here()
        _require_empty(url, photos, anchors)
        try:
            rows = read_copy(url, folder / DUMP, programs=programs)
        except CopyFailed as error:
            raise click.ClickException(str(error)) from None
    for kept, target in ((PHOTOS, photos), (ANCHORS, anchors)):
        shutil.copytree(folder / kept, target, dirs_exist_ok=True)
    if rows != manifest["rows"]:
        raise click.ClickException(_differing(rows, manifest["rows"]))
    # An older backup wrote its moment with +00:00.
    made_at = utc_text(manifest["made_at"])
    words = f"{sum(rows.values())} rows are back, as they stood at {made_at}.\n{_NEXT}"
    say({"rows": rows, "made_at": made_at}, as_json=as_json, words=words)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise WrongInput([f"{folder} is no whole backup: it has no {MANIFEST}."]) from None
    if digest_of(folder / DUMP) != manifest["sha256"]:
        raise WrongInput([f"{folder / DUMP} is damaged: it is not the file that was written."])
    return manifest


def _require_empty(url: str, photos: Path, anchors: Path) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as session:
            tables = rows_of(session)
    except psycopg.OperationalError as error:
        raise WrongInput([f"The database cannot be reached: {error}"]) from None
    if tables:
        raise WrongInput(["The database has tables: make a new one, and restore into that."])
    for target in (photos, anchors):
        # A folder without a file is what the doctor's try leaves among the photos.
        if target.is_dir() and any(not path.is_dir() for path in target.rglob("*")):
            raise WrongInput([f"{target} is not empty: name another folder, or move it away."])


def _differing(now: dict[str, int], then: dict[str, int]) -> str:
    differ = [
        f"{table} has {now.get(table)} rows, not {then.get(table)}"
        for table in sorted({*now, *then})
        if now.get(table) != then.get(table)
    ]
    return "What was restored is not what was backed up: " + "; ".join(differ)
