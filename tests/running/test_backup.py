"""A backup is worth what comes back from it: written, read in elsewhere, and worked on there."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from returns_engine.gateways.database_copy import rows_of
from returns_engine.sandbox.sample_order import SampleOrder
from tests.conftest import at_database, run_sql
from tests.journeys.orders import asked
from tests.running.processes import Machine, machine, until

_FORGED = "UPDATE events SET at = at + interval '1 minute' WHERE id = (SELECT min(id) FROM events)"


@pytest.fixture
def empty_machine(postgres: str, prefix: str, tmp_path: Path) -> Iterator[Callable[[], Machine]]:
    """Make a machine with a database that holds nothing."""
    made: list[str] = []

    def make() -> Machine:
        name = f"{prefix}_restored_{len(made)}"
        made.append(name)
        run_sql(postgres, f"CREATE DATABASE {name}")
        folder = tmp_path / name
        folder.mkdir()
        return machine(at_database(postgres, name), folder)

    yield make
    for name in made:
        run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


class TestABackupOfAShopWhosePhotosLieInABucket:
    def test_says_that_the_bucket_is_to_be_copied_too(self, shop: Machine):
        found = {
            "RETURNS_ENGINE_S3_BUCKET": "ekr-photos",
            "RETURNS_ENGINE_S3_KEY": "AKIAOURS",
            "RETURNS_ENGINE_S3_SECRET": "nobody reads it",
        }
        done = shop.run("backup", "--to", "backup", **found)

        assert "Photos lie in the bucket ekr-photos: copy it as well, now." in done.stdout
        kept = json.loads((shop.folder / "backup" / "manifest.json").read_text())
        assert (kept["photos"], kept["photos_in_bucket"]) == (0, "ekr-photos")
        assert "nobody reads it" not in done.stdout


class TestABackupThatIsInterrupted:
    def test_leaves_its_name_free(self, shop: Machine):
        """It waits for a table that somebody holds, and is told to stop there."""
        backup = shop.folder / "backup"
        with psycopg.connect(shop.database_url) as session:
            session.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
            with shop.process("backup", "--to", "backup") as running:
                until((backup / "database.dump").exists)
                running.tell(signal.SIGINT)
                assert running.ended() == 130
                assert running.said.read_text() == "Stopped.\n"
        assert not backup.exists()
        assert shop.run("backup", "--to", "backup").returncode == 0


class TestARestoredBackup:
    def test_is_whole_and_goes_on_where_it_stood(
        self, shop: Machine, order: SampleOrder, key: str, empty_machine: Callable[[], Machine]
    ):
        number = _lived(shop, order, key)
        done = shop.run("backup", "--to", "backup", "--json")
        assert done.returncode == 0, done.stderr
        facts = json.loads(done.stdout)
        assert facts["rows"] == _rows(shop)
        assert (facts["photos"], facts["anchors"], facts["changes_missing"]) == (1, 1, [])
        backup = shop.folder / "backup"
        assert all(file.stat().st_mode & 0o077 == 0 for file in (backup, backup / "database.dump"))

        there = empty_machine()
        (there.folder / "data/photos/28").mkdir(parents=True)  # the doctor's try leaves it
        done = there.run("restore", str(backup), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["rows"] == _rows(there) == _rows(shop)
        assert (there.folder / "data/photos/ab/abcdefgh.jpg").read_bytes() == b"a picture"
        assert there.run("migrate", "--check").returncode == 0

        key_of_anchors = (shop.folder / "data" / "anchor-key").read_text().strip()
        verified = there.run("audit", "verify", "--json", RETURNS_ENGINE_ANCHOR_KEY=key_of_anchors)
        report = json.loads(verified.stdout)
        assert (verified.returncode, report["ok"], report["anchors"]) == (0, True, 1)
        assert report["events"] > 10

        (there.folder / f"{number}.json").touch(mode=0o644)
        assert there.run("audit", "export", number).returncode == 0
        for kind in ("json", "pdf"):
            assert (there.folder / f"{number}.{kind}").stat().st_mode & 0o077 == 0

        with there.serving() as web:
            answer = _call(web.address, key, f"/returns/{number}/withdraw", {})
        assert answer["state"] == "withdrawn"
        assert there.run("audit", "verify").returncode == 0

    @pytest.mark.usefixtures("order")
    def test_that_somebody_changed_is_found(
        self, shop: Machine, empty_machine: Callable[[], Machine]
    ):
        """Whoever may write to a database may also write a backup of it, in good form."""
        with psycopg.connect(shop.database_url, autocommit=True) as session:
            session.execute("SET session_replication_role = replica")
            session.execute(_FORGED)
        assert shop.run("backup", "--to", "forged").returncode == 0

        manifest = shop.folder / "forged" / "manifest.json"
        facts = json.loads(manifest.read_text())
        assert facts["made_at"].endswith("Z")
        manifest.write_text(json.dumps(facts | {"made_at": "2026-03-30T12:00:00+00:00"}))

        there = empty_machine()
        done = there.run("restore", str(shop.folder / "forged"))
        assert done.returncode == 0
        assert "as they stood at 2026-03-30T12:00:00Z." in done.stdout
        verified = there.run("audit", "verify", "--json")
        problems = json.loads(verified.stdout)["problems"]
        assert (verified.returncode, problems[0]["fault"]) == (1, "edited")

    def test_is_refused_where_it_is_damaged_or_the_place_is_not_empty(
        self, shop: Machine, empty_machine: Callable[[], Machine]
    ):
        assert shop.run("backup", "--to", "backup").returncode == 0
        backup = shop.folder / "backup"
        for refused, why in (
            (shop.run("restore", "backup"), "The database has tables"),
            (shop.run("backup", "--to", "backup"), "is there already"),
        ):
            assert (refused.returncode, why in refused.stderr) == (2, True)

        there, dump = empty_machine(), backup / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-1])
        damaged = there.run("restore", str(backup))
        assert (damaged.returncode, "is damaged" in damaged.stderr) == (2, True)
        (backup / "manifest.json").unlink()
        broken_off = there.run("restore", str(backup))
        assert (broken_off.returncode, "no whole backup" in broken_off.stderr) == (2, True)


def _lived(shop: Machine, order: SampleOrder, key: str) -> str:
    """Let one return be settled, leave another open, and return the open one's number."""
    once = shop.run("demo", "--once", "--json")
    assert once.returncode == 0, once.stderr
    with shop.serving() as web:
        number: str = _call(web.address, key, "/returns", _wish(order))["number"]
    assert shop.run("audit", "anchor").returncode == 0
    photo = shop.folder / "data" / "photos" / "ab" / "abcdefgh.jpg"
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(b"a picture")
    return number


def _rows(shop: Machine) -> dict[str, int]:
    with psycopg.connect(shop.database_url) as session:
        return rows_of(session)


def _wish(order: SampleOrder) -> dict[str, Any]:
    return {"order_number": order.number, "lines": [asked()]}


def _call(address: str, key: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(
        f"{address}/api/v1{path}",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        timeout=120,
    )
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found
