"""Make the cluster, and refuse one that another PostgreSQL made."""

import os
import shutil
import subprocess
from pathlib import Path

from returns_engine.postgres_server.binaries import MAJOR_VERSION
from returns_engine.postgres_server.place import Place
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

SUPERUSER = "postgres"
# Nothing of the caller's PG* variables or language reaches the server.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


def ensure_cluster(place: Place, programs: Path, *, fast: bool) -> None:
    """Make the cluster if it is not there; raises EmbeddedPostgresError for another version's."""
    if place.cluster.exists():
        refuse_other_version(place.cluster)
        return
    # Made under another name and moved, so that a start cut short leaves no half of one.
    unfinished = place.home / "cluster.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    place.account.own_folder(unfinished)
    _initdb(place, programs, unfinished, fast=fast)
    unfinished.rename(place.cluster)


def refuse_other_version(cluster: Path) -> None:
    """Raise EmbeddedPostgresError where the cluster is not of the version we carry."""
    file = cluster / "PG_VERSION"
    made_by = file.read_text().strip() if file.exists() else "something unknown"
    if made_by != str(MAJOR_VERSION):
        raise EmbeddedPostgresError(
            f"{cluster} was made by PostgreSQL {made_by}, and this is PostgreSQL {MAJOR_VERSION}. "
            f"Dump it with the version that made it and load the dump here; or, if nothing in it "
            "is needed, move the folder away; or set RETURNS_ENGINE_DATABASE_URL to the server "
            "that holds your data."
        )


def _initdb(place: Place, programs: Path, target: Path, *, fast: bool) -> None:
    command = [
        str(programs / "initdb"),
        f"--pgdata={target}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        # The same order of texts on every machine, whatever its C library sorts by.
        "--locale-provider=builtin",
        "--locale=C",
        "--builtin-locale=C.UTF-8",
        "--auth-local=trust",  # the socket's folder is closed to all but the server's account
        "--auth-host=reject",
        *(["--no-sync"] if fast else []),
    ]
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=ENVIRONMENT,
        **place.account.popen_arguments(),
    )
    if done.returncode != 0:
        raise EmbeddedPostgresError(f"PostgreSQL could not be set up: {done.stderr.strip()}")
