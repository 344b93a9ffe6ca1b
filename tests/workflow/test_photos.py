"""Photos: kept with a small copy, shown, and held while somebody uses them."""

import hashlib
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.tables.messages import Photo
from returns_engine.workflow.known_photos import require_photos, require_staff_photos
from returns_engine.workflow.photo_files import PhotosAway, file_of, photo_of
from returns_engine.workflow.refusals import NotFound, Unprocessable
from returns_engine.workflow.show_photo import read_photo
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo
from tests.documents.test_picture import seen
from tests.s3_server import away_store
from tests.workflow.orders import NOW
from tests.workflow.pictures import a_photo, a_picture
from tests.workflow.shop import DANA, SUPPORT, put_order, rows, value


@pytest.fixture
def photos(tmp_path: Path) -> DirectoryPhotoStore:
    return DirectoryPhotoStore(tmp_path)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("database")
class TestAPhotoThatIsStored:
    async def test_belongs_to_its_order_and_can_be_read(self, photos: DirectoryPhotoStore):
        await put_order()
        photo = await a_photo(photos)

        row = (await rows("SELECT * FROM photos"))[0]
        content = await photos.get(f"{photo}.jpg")
        assert row["order"] == await value("SELECT id FROM orders")
        assert (row["media_type"], row["bytes"]) == ("image/jpeg", len(content))
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert row["uploaded_by"] == "customer:"

    async def test_has_a_small_copy_beside_it(self, photos: DirectoryPhotoStore):
        await put_order()
        large = a_picture(size=(1600, 800))
        photo = await store_photo(
            large, order_number="EKR-1001", photos=photos, actor=DANA, now=NOW
        )

        assert seen(await read_photo(photos, photo)).size == (1600, 800)
        assert seen(await read_photo(photos, photo, small=True)).size == (320, 160)

    async def test_leaves_nothing_where_its_order_is_unknown(
        self, photos: DirectoryPhotoStore, tmp_path: Path
    ):
        with pytest.raises(NotFound):
            await store_photo(a_picture(), order_number="NO", photos=photos, actor=SUPPORT, now=NOW)

        assert files_in(tmp_path) == set()

    @pytest.mark.parametrize(
        ("raw", "refusal"),
        [(b"x", NotAPhoto), (a_picture() + bytes(LARGEST_PHOTO), PhotoTooLarge)],
        ids=["no photo", "too large"],
    )
    async def test_leaves_nothing_where_it_is_none(
        self,
        photos: DirectoryPhotoStore,
        tmp_path: Path,
        raw: bytes,
        refusal: type[Exception],
    ):
        await put_order()
        with pytest.raises(refusal):
            await store_photo(raw, order_number="EKR-1001", photos=photos, actor=DANA, now=NOW)

        assert await value("SELECT count(*) FROM photos") == 0
        assert files_in(tmp_path) == set()

    async def test_is_not_there_where_the_store_is_away(self):
        await put_order()
        with pytest.raises(PhotosAway):
            await a_photo(away_store())

        assert await value("SELECT count(*) FROM photos") == 0


@pytest.mark.usefixtures("database")
class TestAPhotoFromBeforeThereWereSmallCopies:
    async def test_gets_one_when_it_is_first_shown(
        self, photos: DirectoryPhotoStore, tmp_path: Path
    ):
        await put_order()
        photo = await a_photo(photos)
        await photos.delete(file_of(photo, small=True))

        for _ in range(2):
            assert seen(await read_photo(photos, photo, small=True)).size == (40, 20)
        assert files_in(tmp_path) == {file_of(photo), file_of(photo, small=True)}

    async def test_gets_none_once_it_was_erased(self, photos: DirectoryPhotoStore, tmp_path: Path):
        await put_order()
        photo = await a_photo(photos)
        await photos.delete(file_of(photo, small=True))
        await Photo.delete().where(Photo.id == photo)

        with pytest.raises(NotFound):
            await read_photo(photos, photo, small=True)
        assert files_in(tmp_path) == {file_of(photo)}

    async def test_is_not_there_where_its_file_is_gone_or_broken(self, photos: DirectoryPhotoStore):
        await put_order()
        gone, broken = await a_photo(photos), await a_photo(photos)
        for photo in (gone, broken):
            await photos.delete(file_of(photo, small=True))
        await photos.delete(file_of(gone))
        await photos.put(file_of(broken), b"half a pic")

        for photo in (gone, broken):
            with pytest.raises(NotFound):
                await read_photo(photos, photo, small=True)


@pytest.mark.usefixtures("database")
class TestPhotosThatAreUsed:
    async def test_are_ten_at_most_wherever_they_are_named(self):
        many, here = [str(uuid4()) for _ in range(11)], "/lines/1/photo_ids"
        for call in (
            require_photos({"/lines/0/photo_ids": [], here: many}, order_number="X"),
            require_staff_photos(many, pointer=here),
        ):
            with pytest.raises(Unprocessable) as refused:
                await call
            assert refused.value.code == "too_many_photos"
            assert [one.pointer for one in refused.value.fields] == [here]


class TestTheNameOfAFile:
    ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")

    @pytest.mark.parametrize("small", [False, True])
    def test_tells_whose_it_is(self, *, small: bool):
        assert photo_of(file_of(self.ID, small=small)) == self.ID

    @pytest.mark.parametrize(
        "key", ["0f8fad5b.jpg", f"0f{'1' * 32}.part", f"{ID}.part", f"{ID}-large.jpg", str(ID)]
    )
    def test_tells_that_it_is_nobodys(self, key: str):
        assert photo_of(key) is None
