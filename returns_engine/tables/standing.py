"""How far a database has been brought: which changes it has, which it lacks, which are not ours.

Read without Piccolo, so that a command pays nothing for it: a migration names itself in its file.
"""

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

JOB_QUEUE = "job queue"
APPS = ("user", "returns_engine")
"""Whose tables there are, in the order in which they are brought up to date."""

OURS = Path(__file__).parent / "piccolo_migrations"
_STAFF = "piccolo.apps.user"
_ID = re.compile(r'^ID = "([^"]+)"', re.MULTILINE)
_DESCRIPTION = re.compile(r'^DESCRIPTION = "([^"]*)"', re.MULTILINE)
_DONE = "SELECT app_name, name FROM migration"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Change:
    """A migration of Piccolo's application `app`, by its id; `about` says what it is for."""

    app: str
    id: str
    about: str = ""

    def __str__(self) -> str:
        """Show it in one line."""
        return f"{self.id} {self.about or self.app}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a database lacks, in the order in which it comes, and what this code does not know."""

    missing: tuple[Change, ...]
    unknown: tuple[Change, ...]
    has_job_queue: bool

    @property
    def is_up_to_date(self) -> bool:
        """Say whether this code finds all that it needs."""
        return self.has_job_queue and not self.missing

    @property
    def to_do(self) -> list[str]:
        """List what is still to be done, a line for each."""
        return [*map(str, self.missing), *([] if self.has_job_queue else [JOB_QUEUE])]


def known_changes() -> list[Change]:
    """List every change this code knows, in the order in which they come."""
    return [change for app in APPS for change in sorted(_of(app))]


def standing_of(connection: psycopg.Connection[Any]) -> Standing:
    """Look how far the database of `connection` has been brought; changes nothing."""
    known = known_changes()
    done = {Change(app=app, id=name) for app, name in _rows_done(connection) if app in APPS}
    bare = {Change(app=change.app, id=change.id) for change in known}
    return Standing(
        missing=tuple(
            change for change in known if Change(app=change.app, id=change.id) not in done
        ),
        unknown=tuple(sorted(done - bare)),
        has_job_queue=_is_there(connection, "procrastinate_jobs"),
    )


def _rows_done(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    return connection.execute(_DONE).fetchall() if _is_there(connection, "migration") else []


def _is_there(connection: psycopg.Connection[Any], table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return row is not None and bool(row[0])


def _of(app: str) -> list[Change]:
    texts = [file.read_text("utf-8") for file in _folder_of(app).glob("*.py")]
    return [
        Change(app=app, id=named.group(1), about=about.group(1) if about else "")
        for named, about in ((_ID.search(text), _DESCRIPTION.search(text)) for text in texts)
        if named
    ]


def _folder_of(app: str) -> Path:
    if app == "returns_engine":
        return OURS
    found = find_spec(_STAFF)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"{_STAFF} is not installed.")
    return Path(found.submodule_search_locations[0]) / "piccolo_migrations"
