"""Who the server runs as: ourselves, or `nobody` where we are root, which PostgreSQL refuses."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_IXOTH
from typing import Any

from returns_engine.postgres_server.trouble import EmbeddedPostgresError


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user and group that own the server's files; `switches` where that is not us."""

    uid: int
    gid: int
    switches: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Return what subprocess needs to run as this account."""
        if not self.switches:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, folder: Path) -> bool:
        """Say whether every folder down to this one lets the account through, as it stands."""
        if not self.switches:
            return True
        return all(step.stat().st_mode & S_IXOTH for step in (folder, *folder.parents))

    def own_folder(self, folder: Path) -> None:
        """Make `folder` for this account alone, or check that it is; never change another's.

        Raises EmbeddedPostgresError where somebody else made it or may enter it.
        """
        try:
            folder.mkdir(mode=0o700)
            if self.switches:
                os.chown(folder, self.uid, self.gid)
        except FileExistsError:
            found = folder.lstat()
            if not S_ISDIR(found.st_mode) or found.st_uid != self.uid or found.st_mode & 0o077:
                raise EmbeddedPostgresError(
                    f"{folder} is not a folder of ours that is closed to everybody else. "
                    "Look at it, and move it away if it may go."
                ) from None


def server_account() -> Account:
    """Return the account the server runs as."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switches=False)
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid, switches=True)
