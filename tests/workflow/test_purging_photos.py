"""Photos nobody used, and files no photo knows, go; what somebody is about to use stays."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_engine.gateways.photo_store.bucket import BucketPhotoStore
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow import purge_photos as purging
from returns_engine.workflow.known_photos import require_photos
from returns_engine.workflow.photo_files import PhotosAway, file_of
from returns_engine.workflow.purge_photos import UNUSED_FOR, Purged, purge_photos
from returns_engine.workflow.refusals import Unprocessable
from tests.s3_server import away_store, new_bucket, running_s3
from tests.workflow.orders import NOW, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import opened, put_order, rows, value

DAY = timedelta(days=1)
LATER = NOW + UNUSED_FOR + DAY
NOTHING = Purged(photos=0, files=0)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with running_s3() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def photos(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    if request.param == "folder":
        return DirectoryPhotoStore(tmp_path)
    return BucketPhotoStore(new_bucket(request.getfixturevalue("s3")))


async def purge(photos: PhotoStore, **more: Any) -> Purged:
    """Purge a week and a day after everything was uploaded, though the files are of this minute."""
    return await purge_photos(photos=photos, **({"now": LATER, "files_now": today()} | more))


def today() -> datetime:
    return datetime.now(UTC)


async def kept(photos: PhotoStore) -> set[str]:
    return {file.key async for some in photos.listed() for file in some}


def files_of(*ids: UUID) -> set[str]:
    return {file_of(one, small=small) for one in ids for small in (False, True)}


class TestPhotosNobodyUsed:
    async def test_go_after_a_week_with_their_files(self, photos: PhotoStore):
        await put_order()
        used, refused, unused = [await a_photo(photos) for _ in range(3)]
        await opened(asked(reason="defective", photo_ids=[str(used)]))
        with pytest.raises(AssertionError, match="Declined"):
            await opened(asked(quantity=9, photo_ids=[str(refused)]))

        assert await purge(photos, now=LATER - 2 * DAY) == NOTHING
        assert await purge(photos, dry_run=True) == Purged(photos=1, files=0)
        assert await kept(photos) == files_of(used, refused, unused)
        assert await purge(photos) == Purged(photos=1, files=0)
        assert await purge(photos) == NOTHING
        assert await kept(photos) == files_of(used, refused)
        assert {row["id"] for row in await rows("SELECT id FROM photos")} == {used, refused}

    async def test_go_some_at_a_time(self, photos: PhotoStore, monkeypatch: pytest.MonkeyPatch):
        await put_order()
        for _ in range(5):
            await a_photo(photos)
        monkeypatch.setattr(purging, "MOST_AT_ONCE", 2)
        monkeypatch.setattr(purging, "MOST_BATCHES", 2)

        assert await purge(photos) == Purged(photos=4, files=0)
        assert await purge(photos) == Purged(photos=1, files=0)
        assert await kept(photos) == set()

    async def test_leave_files_that_the_next_run_finds_where_the_store_is_away(
        self, photos: PhotoStore
    ):
        await put_order()
        photo = await a_photo(photos)
        with pytest.raises(PhotosAway):
            await purge(away_store())

        assert await value("SELECT count(*) FROM photos") == 0
        assert await kept(photos) == files_of(photo)
        later = today() + UNUSED_FOR + DAY
        assert await purge(photos, files_now=later) == Purged(photos=0, files=2)
        assert await kept(photos) == set()


class TestFilesThatNoPhotoKnows:
    async def test_go_after_a_week(self, photos: PhotoStore):
        """A crash came between the file and its row, or in the middle of a file."""
        await put_order()
        photo = await a_photo(photos)
        unfinished = f"0f{'1' * 32}.part"
        for key in (*files_of(uuid4()), unfinished):
            await photos.put(key, b"x")

        assert await purge(photos, now=NOW) == NOTHING
        later = today() + UNUSED_FOR + DAY
        would = await purge(photos, now=NOW, files_now=later, dry_run=True)
        assert would == Purged(photos=0, files=3)
        assert await purge(photos, now=NOW, files_now=later) == would
        assert await purge(photos, now=NOW, files_now=later) == NOTHING
        assert await kept(photos) == files_of(photo)

    async def test_are_looked_for_by_the_machines_time_not_the_engines(self, photos: PhotoStore):
        """The demo's clock runs ahead: a file that is being uploaded is not a week old by it."""
        await photos.put(file_of(uuid4()), b"x")

        assert await purge(photos, now=today() + 99 * DAY) == NOTHING


@dataclass
class Meanwhile:
    """Lets a transaction stand still in the middle until a test says so."""

    there: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        self.there.set()
        await self.go_on.wait()


async def attach(photo: UUID, meanwhile: Meanwhile | None = None) -> None:
    """Use a photo as every use case does: look and hold, then write where it is used."""
    async with transaction():
        await require_photos({"/photo_ids": [str(photo)]}, order_number="EKR-1001")
        if meanwhile is not None:
            await meanwhile.wait()
        await connection().execute(
            "UPDATE return_lines SET photo_ids = photo_ids || to_jsonb($1::text)", str(photo)
        )


async def delete(photo: UUID, meanwhile: Meanwhile) -> None:
    async with transaction():
        await connection().execute("DELETE FROM photos WHERE id = $1", photo)
        await meanwhile.wait()


async def somebody_waits_for_a_lock() -> None:
    for _ in range(6000):
        if await value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.fixture
def folder(tmp_path: Path) -> DirectoryPhotoStore:
    return DirectoryPhotoStore(tmp_path)


class TestAPhotoThatIsBeingUsedWhileThePurgeRuns:
    async def test_stays_where_somebody_was_there_first(self, folder: DirectoryPhotoStore):
        await put_order()
        await opened(asked(reason="defective"))
        photo, meanwhile = await a_photo(folder), Meanwhile()
        using = asyncio.create_task(attach(photo, meanwhile))
        await meanwhile.there.wait()

        assert await purge(folder) == NOTHING
        meanwhile.go_on.set()
        await using
        assert await purge(folder) == NOTHING
        assert await kept(folder) == files_of(photo)

    async def test_is_refused_where_the_purge_was_there_first(self, folder: DirectoryPhotoStore):
        await put_order()
        await opened(asked(reason="defective"))
        photo, meanwhile = await a_photo(folder), Meanwhile()
        deleting = asyncio.create_task(delete(photo, meanwhile))
        await meanwhile.there.wait()
        using = asyncio.create_task(attach(photo))
        await somebody_waits_for_a_lock()
        meanwhile.go_on.set()
        await deleting

        with pytest.raises(Unprocessable, match="no such photo"):
            await using

    async def test_is_never_lost_however_they_meet(self, folder: DirectoryPhotoStore):
        await put_order()
        await opened(asked(reason="defective"))
        ids = [await a_photo(folder) for _ in range(40)]

        async def use(place: int, photo: UUID) -> UUID | None:
            for _ in range(place):
                await asyncio.sleep(0)
            try:
                await attach(photo)
            except Unprocessable:
                return None
            return photo

        purges = [purge(folder) for _ in range(4)]
        uses = [use(place, photo) for place, photo in enumerate(ids)]
        used, _ = await asyncio.gather(asyncio.gather(*uses), asyncio.gather(*purges))
        theirs = {photo for photo in used if photo is not None}
        await purge(folder)

        assert {row["id"] for row in await rows("SELECT id FROM photos")} == theirs
        assert await kept(folder) == files_of(*theirs)
        said = await value("SELECT photo_ids::text FROM return_lines")
        assert all(str(photo) in said for photo in theirs)
