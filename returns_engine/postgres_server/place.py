"""Where the server's files are: in the data folder, or under /var/tmp where it cannot be reached.

A home folder usually lets nobody but its owner in. As root the server runs as `nobody`, so there
its files go to a folder of our own; what is not ours is never opened up.
"""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR

from returns_engine.postgres_server.account import Account
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

ELSEWHERE = Path("/var/tmp")  # noqa: S108 - it outlives a restart; the folder in it is checked
SHORT_PLACE = Path("/tmp")  # noqa: S108 - short enough for a socket; the folder in it is checked
LONGEST_SOCKET_FOLDER = 93  # bytes; what the kernel allows a socket's path, less its file name
SOCKET_FOLDER = re.compile(r"[A-Za-z0-9/_.-]+")  # libpq splits a host at a comma


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folders of one server, and the account that runs it."""

    account: Account
    home: Path

    @property
    def cluster(self) -> Path:
        """Return PostgreSQL's own data folder."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """Return the file the server writes to."""
        return self.home / "postgres.log"

    @property
    def sockets(self) -> Path:
        """Return the folder of the server's socket, the same one for every process."""
        beside = self.home / "socket"
        if len(str(beside).encode()) <= LONGEST_SOCKET_FOLDER and SOCKET_FOLDER.fullmatch(
            str(beside)
        ):
            return beside
        return SHORT_PLACE / f"returns-engine-{self.account.uid}-{_short_hash(str(self.home))}"


def place_for(data_dir: Path, account: Account) -> Place:
    """Return the place for `data_dir`, made where it is not there yet."""
    beside = data_dir.absolute() / "postgres"
    beside.mkdir(mode=0o711 if account.switches else 0o700, parents=True, exist_ok=True)
    if account.can_reach(beside):
        return Place(account=account, home=beside)
    # With a mark of its own a data folder that was thrown away and made anew starts anew.
    home = folder_of_ours(f"{beside} {_mark(beside)}")
    (beside / "PLACE").write_text(f"The database of this folder is in {home}\n")
    return Place(account=account, home=home)


def folder_of_ours(what: str) -> Path:
    """Return a folder that lasts, named by a hash of `what`; refuse one that somebody else made."""
    home = ELSEWHERE / f"returns-engine-{_short_hash(what)}"
    home.mkdir(mode=0o711, exist_ok=True)
    found = home.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{home} is there and was made by somebody else.")
    return home


def _mark(folder: Path) -> str:
    file = folder / "mark"
    try:
        with file.open("x") as new:
            new.write(secrets.token_hex(8))
    except FileExistsError:
        pass  # an earlier start wrote it
    return file.read_text()


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
