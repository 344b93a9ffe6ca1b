"""What the engine relies on from a store of photos, held against a folder and a bucket."""

from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from returns_engine.gateways.photo_store.bucket import BucketPhotoStore, BucketPlace
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.gateways.photo_store.store import PhotoMissing, PhotoStore, PhotoStoreAway
from tests.s3_server import SECRET, a_place, asked, broken_server, new_bucket, running_s3

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e.jpg"
SMALL = "0f8fad5b-d9cb-469f-a165-70867728950e-small.jpg"
OTHER = "c2b1a3d4-0000-4000-8000-70867728950e.jpg"
SOON, LONG = timedelta(seconds=0.3), timedelta(seconds=30)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with running_s3() as address:
        yield address


@pytest.fixture
def bucket(s3: str) -> BucketPlace:
    return new_bucket(s3)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    if request.param == "folder":
        return DirectoryPhotoStore(tmp_path / "photos")
    return BucketPhotoStore(request.getfixturevalue("bucket"))


async def keys_in(store: PhotoStore) -> list[str]:
    return sorted([file.key async for batch in store.listed() for file in batch])


class TestAStoreOfPhotos:
    async def test_gives_back_what_it_was_given(self, store: PhotoStore):
        content = bytes(range(256)) * 4096
        await store.put(KEY, content)

        assert await store.get(KEY) == content

    async def test_writes_a_picture_anew(self, store: PhotoStore):
        for content in (b"one", b"two"):
            await store.put(KEY, content)

        assert await store.get(KEY) == b"two"
        assert await keys_in(store) == [KEY]

    async def test_says_that_a_picture_is_not_there(self, store: PhotoStore):
        await store.put(OTHER, b"x")

        with pytest.raises(PhotoMissing):
            await store.get(KEY)

    async def test_forgets_a_picture_and_may_be_told_twice(self, store: PhotoStore):
        await store.put(KEY, b"x")
        await store.put(SMALL, b"y")
        for _ in range(2):
            await store.delete(KEY)

        with pytest.raises(PhotoMissing):
            await store.get(KEY)
        assert await keys_in(store) == [SMALL]

    async def test_lists_every_picture_with_its_day(self, store: PhotoStore):
        before = datetime.now(UTC) - timedelta(seconds=2)
        for key in (OTHER, SMALL, KEY):
            await store.put(key, b"x")

        found = [file async for batch in store.listed() for file in batch]

        assert sorted(file.key for file in found) == sorted([KEY, SMALL, OTHER])
        assert all(before <= file.kept_at <= datetime.now(UTC) for file in found)

    async def test_lists_nothing_where_nothing_is(self, store: PhotoStore):
        assert await keys_in(store) == []

    @pytest.mark.parametrize(
        "key",
        ["", "../../etc/passwd", "/etc/passwd", "a/b-c-d-e-f", "ABCDEFGH", "0f8fad5b\x00", "."],
    )
    async def test_takes_no_name_from_outside(self, store: PhotoStore, key: str):
        for wanted in (store.put(key, b"x"), store.get(key), store.delete(key)):
            with pytest.raises(ValueError, match="key of the photo store"):
                await wanted


class TestABucket:
    async def test_holds_jpegs_below_its_prefix_and_shows_them_to_nobody(self, bucket: BucketPlace):
        await BucketPhotoStore(bucket).put(KEY, b"x")

        where = f"{bucket.endpoint}/{bucket.bucket}/shop/photos/0f/{KEY}"
        kept = await asked("HEAD", where)
        rights = (await asked("GET", f"{where}?acl")).text
        assert (kept.status_code, kept.headers["content-type"]) == (200, "image/jpeg")
        assert "AllUsers" not in rights

    async def test_names_files_as_the_folder_does(self, bucket: BucketPlace, tmp_path: Path):
        """So that one can be copied into the other."""
        await DirectoryPhotoStore(tmp_path).put(KEY, b"x")
        await BucketPhotoStore(bucket).put(KEY, b"x")

        listed = (await asked("GET", f"{bucket.endpoint}/{bucket.bucket}")).text
        assert (tmp_path / "0f" / KEY).read_bytes() == b"x"
        assert f"<Key>shop/photos/0f/{KEY}</Key>" in listed

    async def test_leaves_alone_what_is_not_ours(self, bucket: BucketPlace):
        for name in ("README.txt", "shop/photos/list.csv", f"shop/photos/zz/{KEY}"):
            where = f"{bucket.endpoint}/{bucket.bucket}/{name}"
            assert (await asked("PUT", where, content=b"theirs")).status_code == 200

        assert await keys_in(BucketPhotoStore(bucket)) == []

    async def test_lists_more_than_one_answer_holds(
        self, bucket: BucketPlace, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("returns_engine.gateways.photo_store.bucket.FILES_AT_ONCE", 2)
        store = BucketPhotoStore(bucket)
        for number in range(5):
            await store.put(f"0f8fad5b-{number}.jpg", b"x")

        sizes = [len(batch) async for batch in store.listed()]
        assert (sum(sizes), max(sizes)) == (5, 2)

    async def test_may_be_left_while_it_is_listed(self, bucket: BucketPlace):
        store = BucketPhotoStore(bucket)
        await store.put(KEY, b"x")

        async with aclosing(store.listed()) as listed:
            async for _ in listed:
                break
        assert await store.get(KEY) == b"x"


def answering(status: str, body: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return (head + body).encode()


class TestABucketThatIsAway:
    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (None, "does not answer"),
            (answering("503 Slow Down", "<Error><Code>SlowDown</Code></Error>"), "SlowDown"),
            (answering("500 Oh"), "does not answer"),
            (answering("403 Forbidden"), "refuses our key: check RETURNS_ENGINE_S3_KEY"),
            (answering("401 Who"), "refuses our key: check RETURNS_ENGINE_S3_KEY"),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\nhalf", "does not answer"),
            (b"\x15\x03\x01\x00\x02\x02", "does not answer"),
        ],
        ids=["silent", "busy", "broken", "forbidden", "unknown", "half", "no http"],
    )
    async def test_says_what_to_mend_and_no_secret(self, answer: bytes | None, says: str):
        patience = SOON if answer is None else LONG
        async with broken_server(answer) as address:
            store = BucketPhotoStore(a_place(address), timeout=patience, patience=SOON)
            calls = [store.get(KEY)]
            if answer is None or b"200 OK" not in answer:
                calls += [store.put(KEY, b"x"), store.delete(KEY), keys_in(store)]
            for call in calls:
                with pytest.raises(PhotoStoreAway) as away:
                    await call
                assert says in str(away.value)
                assert SECRET not in str(away.value)

    async def test_is_one_that_nobody_made(self, s3: str):
        store = BucketPhotoStore(a_place(s3, bucket="never-made"), timeout=LONG, patience=SOON)
        for call in (store.put(KEY, b"x"), store.get(KEY), keys_in(store)):
            with pytest.raises(PhotoStoreAway, match="There is no bucket never-made"):
                await call

    async def test_is_one_whose_server_is_not_there(self):
        store = BucketPhotoStore(a_place("http://127.0.0.1:9"), timeout=SOON, patience=SOON)
        with pytest.raises(PhotoStoreAway, match="RETURNS_ENGINE_S3_ENDPOINT"):
            await store.put(KEY, b"x")

    def test_shows_no_secret_of_its_place(self):
        place = a_place("http://127.0.0.1:9")
        assert SECRET not in f"{place!r}{BucketPhotoStore(place)!r}"


class TestAFolder:
    async def test_lets_nobody_else_in(self, tmp_path: Path):
        await DirectoryPhotoStore(tmp_path).put(KEY, b"x")

        assert (tmp_path / "0f").stat().st_mode & 0o077 == 0
        assert (tmp_path / "0f" / KEY).stat().st_mode & 0o077 == 0

    async def test_keeps_what_was_there_where_a_write_fails(self, tmp_path: Path):
        store = DirectoryPhotoStore(tmp_path)
        await store.put(KEY, b"whole")
        with pytest.raises(TypeError):
            await store.put(KEY, "text")

        assert await store.get(KEY) == b"whole"
        assert await keys_in(store) == [KEY]

    async def test_lists_what_a_crash_left_unfinished(self, tmp_path: Path):
        store = DirectoryPhotoStore(tmp_path)
        await store.put(KEY, b"whole")
        (tmp_path / "0f" / f"0f{'1' * 32}.part").write_bytes(b"ha")
        (tmp_path / "0f" / "NOTES").write_bytes(b"ours")

        assert await keys_in(store) == sorted([KEY, f"0f{'1' * 32}.part"])
        await store.delete(f"0f{'1' * 32}.part")
        assert await keys_in(store) == [KEY]

    async def test_is_away_where_it_cannot_be_written(self, tmp_path: Path):
        (tmp_path / "photos").write_text("a file where a folder should be")
        store = DirectoryPhotoStore(tmp_path / "photos")

        with pytest.raises(PhotoStoreAway, match=r"photo folder .* cannot be used"):
            await store.put(KEY, b"x")
