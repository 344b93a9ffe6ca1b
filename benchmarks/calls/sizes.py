"""Databases of two sizes: a small one made in the run, a large one made once and kept.

The large one takes some minutes to make. It stays under `.data/bench/`, named for what it was made
with: another migration, or another way to draw, makes it anew.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from benchmarks.place import Place, at_database, place
from returns_engine.documents.policy_file import load_policy
from returns_engine.sandbox.sample_data.fill import Wanted, fill

_ENGINE = Path(__file__).parents[2] / "returns_engine"
_MADE_WITH = ("tables/piccolo_migrations/*", "sandbox/sample_data/*.py", "policies/ekr.toml")
_OLD_ENOUGH = timedelta(days=60)
"""How long before today the data ends: no schedule of the worker sees to what is so old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the database is, and how many fresh orders are added for the calls."""

    orders: int
    returns: int
    fresh: int


FULL = (
    Size(orders=10_000, returns=1_000, fresh=12_000),
    Size(orders=300_000, returns=15_000, fresh=12_000),
)
QUICK = (Size(orders=2_000, returns=200, fresh=3_000),)


@contextmanager
def sized_place(server: str, size: Size, folder: Path) -> Iterator[Place]:
    """Give a place whose database has this size: a copy of the one that is kept."""
    kept = f"kept_{size.orders}_{size.returns}_{_fingerprint()}"
    if not _is_there(server, kept):
        print(f"    making {size.orders:,} orders, which are kept for the next run", flush=True)
        _make(server, kept, size)
    with place(server, f"bench_calls_{size.orders}", folder, template=kept) as where:
        yield where


def _make(server: str, kept: str, size: Size) -> None:
    with place(server, "bench_being_made", Path()) as where:
        until = datetime.now(UTC) - _OLD_ENOUGH
        wanted = Wanted(orders=size.orders, returns=size.returns, seed=1, until=until)
        fill(where.database_url, wanted, load_policy(None))
        # As orders of some days ago lie: whoever is the first to read a row that was copied in
        # writes its page once more, and autovacuum would come by in the midst of the calls.
        with psycopg.connect(where.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (FREEZE)")
        with psycopg.connect(at_database(server, "postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE bench_being_made RENAME TO {kept}")


def _is_there(server: str, name: str) -> bool:
    with psycopg.connect(server, autocommit=True) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name]
        ).fetchone()
        return row is not None and bool(row[0])


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _MADE_WITH:
        for file in sorted(_ENGINE.glob(pattern)):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
