import hashlib
import io
import random
import zlib
from pathlib import Path

import pytest
from PIL import Image

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.gateways.photo_store.store import PhotoMissing
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.store_photo import NotAPhoto, reencoded, store_photo
from tests.workflow.orders import NOW
from tests.workflow.pictures import a_photo, a_picture
from tests.workflow.shop import DANA, SUPPORT, put_order, rows, value

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def seen(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def with_exif(orientation: int, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "Dana's camera"
    exif.get_ifd(GPS)[1] = "N"
    return a_picture(kind, exif=exif)


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def is_red(color: tuple[int, ...]) -> bool:
    return color[0] > 150 and color[2] < 100


class TestAPictureThatIsTaken:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_becomes_a_jpeg_whatever_it_was(self, kind: str):
        kept = reencoded(a_picture(kind))

        picture = seen(kept.content)
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (40, 20))
        assert (kept.width, kept.height) == (40, 20)
        assert is_red(picture.getpixel((2, 10)))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_loses_what_the_camera_wrote_into_it(self, kind: str):
        raw = with_exif(1, kind)
        assert b"Dana" in raw
        kept = reencoded(raw)

        assert b"Dana" not in kept.content
        assert not seen(kept.content).getexif()
        assert "exif" not in seen(kept.content).info

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_stands_upright(self, kind: str):
        kept = reencoded(with_exif(6, kind))

        assert (kept.width, kept.height) == (20, 40)
        assert is_red(seen(kept.content).getpixel((10, 2)))

    def test_loses_comments_profiles_and_what_hangs_behind(self):
        raw = a_picture(comment=b"<script>", icc_profile=b"a profile") + b"<?php evil"
        kept = reencoded(raw)

        for hidden in (b"script", b"a profile", b"php"):
            assert hidden in raw
            assert hidden not in kept.content

    def test_has_white_where_it_was_transparent(self):
        clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
        out = io.BytesIO()
        clear.save(out, "PNG")

        assert seen(reencoded(out.getvalue()).content).getpixel((4, 4)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["P", "L", "1", "LA", "RGBA", "I;16"])
    def test_may_be_of_any_mode(self, mode: str):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), "white").convert("L" if mode == "I;16" else mode).convert(
            mode
        ).save(out, "PNG")

        assert reencoded(out.getvalue()).width == 8

    def test_may_be_printed_in_four_colors(self):
        assert reencoded(a_picture(mode="CMYK")).width == 40

    def test_is_made_smaller_where_it_is_large(self):
        kept = reencoded(a_picture(size=(4000, 1000)))

        assert (kept.width, kept.height) == (2400, 600)

    def test_is_its_first_frame_where_it_moves(self):
        frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
        out = io.BytesIO()
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

        assert is_red(seen(reencoded(out.getvalue()).content).getpixel((4, 4)))


class TestAFileThatIsNoPicture:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"hello",
            b"\xff\xd8\xff",
            b"%PDF-1.7",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            a_picture("GIF"),
            a_picture("BMP"),
            a_picture("TIFF"),
            a_picture(size=(400, 400))[:600],
        ],
        ids=["nothing", "text", "a beginning", "pdf", "svg", "gif", "bmp", "tiff", "half"],
    )
    def test_is_refused(self, raw: bytes):
        with pytest.raises(NotAPhoto):
            reencoded(raw)

    @pytest.mark.parametrize("size", [(6400, 6400), (10_000, 10_000), (30_000, 30_000)])
    def test_is_refused_where_it_would_burst(self, size: tuple[int, int]):
        with pytest.raises(NotAPhoto):
            reencoded(_bomb(*size))

    def test_is_refused_however_it_is_broken(self):
        """Each is taken or refused; nothing else comes out."""
        chance = random.Random(7)  # noqa: S311 - the same files each time
        for kind in ("JPEG", "PNG", "WEBP"):
            whole = with_exif(3, kind)
            for _ in range(150):
                raw = bytearray(whole)
                for _ in range(chance.randint(1, 8)):
                    raw[chance.randrange(len(raw))] = chance.randrange(256)
                try:
                    reencoded(bytes(raw))
                except NotAPhoto:
                    continue


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        sum_of = zlib.crc32(name + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + name + body + sum_of

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress(bytes(1000))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


class TestAPhotoThatIsStored:
    @pytest.fixture
    def photos(self, tmp_path: Path) -> DirectoryPhotoStore:
        return DirectoryPhotoStore(tmp_path)

    @pytest.mark.usefixtures("database")
    async def test_belongs_to_its_order_and_can_be_read(self, photos: DirectoryPhotoStore):
        await put_order()
        photo = await a_photo(photos)

        row = (await rows("SELECT * FROM photos"))[0]
        content = await photos.get(f"{photo}.jpg")
        assert row["order"] == await value("SELECT id FROM orders")
        assert (row["media_type"], row["bytes"]) == ("image/jpeg", len(content))
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert row["uploaded_by"] == "customer:"

    @pytest.mark.usefixtures("database")
    async def test_leaves_nothing_where_its_order_is_unknown(self, tmp_path: Path):
        photos = DirectoryPhotoStore(tmp_path)
        with pytest.raises(NotFound):
            await store_photo(a_picture(), order_number="NO", photos=photos, actor=SUPPORT, now=NOW)

        assert files_in(tmp_path) == []

    @pytest.mark.usefixtures("database")
    async def test_leaves_nothing_where_it_is_none(self, tmp_path: Path):
        await put_order()
        photos = DirectoryPhotoStore(tmp_path)
        with pytest.raises(NotAPhoto):
            await store_photo(b"x", order_number="EKR-1001", photos=photos, actor=DANA, now=NOW)

        assert await value("SELECT count(*) FROM photos") == 0
        assert files_in(tmp_path) == []


class TestTheFolderOfPictures:
    KEY = "0f8fad5b-d9cb-469f-a165-70867728950e.jpg"

    async def test_keeps_writes_anew_and_forgets(self, tmp_path: Path):
        store = DirectoryPhotoStore(tmp_path)
        for content in (b"one", b"two"):
            await store.put(self.KEY, content)
            assert await store.get(self.KEY) == content
        await store.delete(self.KEY)
        await store.delete(self.KEY)

        with pytest.raises(PhotoMissing):
            await store.get(self.KEY)
        assert files_in(tmp_path) == []

    async def test_lets_nobody_else_in(self, tmp_path: Path):
        await DirectoryPhotoStore(tmp_path).put(self.KEY, b"x")

        assert (tmp_path / "0f").stat().st_mode & 0o077 == 0
        assert (tmp_path / "0f" / self.KEY).stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        "key",
        ["", "../../etc/passwd", "/etc/passwd", "a/b-c-d-e-f", "ABCDEFGH", "0f8fad5b\x00", "."],
    )
    async def test_takes_no_name_from_outside(self, tmp_path: Path, key: str):
        store = DirectoryPhotoStore(tmp_path)
        for wanted in (store.put(key, b"x"), store.get(key), store.delete(key)):
            with pytest.raises(ValueError, match="key of the photo store"):
                await wanted

    async def test_keeps_what_was_there_where_a_write_fails(self, tmp_path: Path):
        store = DirectoryPhotoStore(tmp_path)
        await store.put(self.KEY, b"whole")
        with pytest.raises(TypeError):
            await store.put(self.KEY, "text")

        assert await store.get(self.KEY) == b"whole"
        assert files_in(tmp_path) == [self.KEY]
