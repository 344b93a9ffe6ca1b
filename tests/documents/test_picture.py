"""Pictures from outside: what is taken, what becomes of it, and what is refused."""

import io
import random
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from returns_engine.documents.picture import (
    HeicPicture,
    TooManyPixels,
    UnreadablePicture,
    plain_picture,
    small_picture,
)
from tests.workflow.pictures import a_bomb, a_picture, chunk

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


# What a JPEG cannot be without: JFIF's own head, tables, the frame and its scan.
NEEDED = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def parts_of(jpeg: bytes) -> set[int]:
    """The kinds of segments of a JPEG; of metadata each has its own: 0xE1 EXIF and XMP, 0xE2 ICC,
    0xED IPTC, 0xFE comments."""
    kinds, place = {jpeg[1]}, 2
    while kinds.isdisjoint({0xDA}):
        kinds.add(jpeg[place + 1])
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    assert jpeg.endswith(b"\xff\xd9")
    return kinds


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("note.txt", "hello")
    return out.getvalue()


def srgb_with_red_and_blue_exchanged() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, blue = (profile.index(name, 128) for name in (b"rXYZ", b"bXYZ"))
    table = bytearray(profile)
    table[red : red + 4], table[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(table)


def is_red(color: tuple[int, ...]) -> bool:
    return color[0] > 150 and color[2] < 100


def with_scans(jpeg: bytes, number: int) -> bytes:
    """A JPEG that comes in by and by, its last scan sent so often that there are `number`."""
    end = jpeg.rindex(b"\xff\xd9")
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:end] + jpeg[last:end] * (number - jpeg.count(b"\xff\xda")) + jpeg[end:]


class TestAPictureThatIsTaken:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_becomes_a_jpeg_whatever_it_was(self, kind: str):
        kept = plain_picture(a_picture(kind))

        picture = seen(kept.content)
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (40, 20))
        assert (kept.width, kept.height) == (40, 20)
        assert is_red(picture.getpixel((2, 10)))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_loses_what_the_camera_wrote_into_it(self, kind: str):
        raw = with_exif(1, kind)
        assert b"Dana" in raw
        kept = plain_picture(raw)

        assert b"Dana" not in kept.content
        assert parts_of(kept.content) <= NEEDED
        assert not seen(kept.content).getexif()

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_stands_upright(self, kind: str):
        kept = plain_picture(with_exif(6, kind))

        assert (kept.width, kept.height) == (20, 40)
        assert is_red(seen(kept.content).getpixel((10, 2)))

    def test_loses_comments_profiles_and_what_hangs_behind(self):
        raw = a_picture(comment=b"<script>", icc_profile=b"a profile", xmp=b"<x:xmpmeta>")
        raw += b"<?php evil" + an_archive()
        kept = plain_picture(raw)

        for hidden in (b"script", b"a profile", b"xmpmeta", b"php", b"PK", b"note.txt"):
            assert hidden in raw
            assert hidden not in kept.content
        assert parts_of(kept.content) <= NEEDED
        assert parts_of(small_picture(kept.content).content) <= NEEDED

    def test_loses_what_a_png_says_of_itself(self):
        said = PngInfo()
        said.add_text("Author", "Dana")
        said.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>", zip=False)
        raw = a_picture("PNG", pnginfo=said) + an_archive()
        kept = plain_picture(raw)

        for hidden in (b"Dana", b"xmpmeta", b"PK"):
            assert hidden in raw
            assert hidden not in kept.content

    def test_is_never_two_kinds_of_file_at_once(self):
        """A picture that is a web page and an archive too is a picture alone afterwards."""
        page = b"<html><script>alert(1)</script></html>"
        kept = plain_picture(a_picture(comment=page) + page + an_archive())

        assert b"<" + b"html" not in kept.content
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(kept.content))

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_is_turned_as_the_camera_was_held(self, orientation: int):
        kept = plain_picture(with_exif(orientation))

        lies = orientation < 5
        assert (kept.width, kept.height) == ((40, 20) if lies else (20, 40))
        at = {1: (2, 10), 2: (38, 10), 3: (38, 10), 4: (2, 10)}
        turned = {5: (10, 2), 6: (10, 2), 7: (10, 38), 8: (10, 38)}
        assert is_red(seen(kept.content).getpixel((at | turned)[orientation]))

    def test_is_taken_although_its_metadata_is_broken(self):
        whole = with_exif(6)
        broken = whole.replace(b"Exif\0\0MM", b"Exif\0\0??").replace(b"Exif\0\0II", b"Exif\0\0??")

        assert broken != whole
        assert plain_picture(broken).width == 40

    def test_shows_the_colors_its_camera_meant(self):
        """This profile says red where it writes blue."""
        kept = plain_picture(a_picture(icc_profile=srgb_with_red_and_blue_exchanged()))

        assert not is_red(seen(kept.content).getpixel((2, 10)))
        assert is_red(seen(kept.content).getpixel((38, 10)))
        assert "icc_profile" not in seen(kept.content).info

    @pytest.mark.parametrize("profile", [b"no profile", b"\0" * 400_000])
    def test_is_taken_as_it_is_where_its_profile_says_nothing(self, profile: bytes):
        assert is_red(seen(plain_picture(a_picture(icc_profile=profile)).content).getpixel((2, 10)))

    def test_has_white_where_it_was_transparent(self):
        clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
        out = io.BytesIO()
        clear.save(out, "PNG")

        assert seen(plain_picture(out.getvalue()).content).getpixel((4, 4)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["P", "L", "1", "LA", "RGBA"])
    def test_may_be_of_any_mode(self, mode: str):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), "white").convert(mode).save(out, "PNG")

        kept = plain_picture(out.getvalue())
        assert seen(kept.content).getpixel((4, 4)) == (255, 255, 255)

    def test_may_have_more_shades_of_gray_than_a_jpeg(self):
        out = io.BytesIO()
        Image.new("I;16", (8, 8), 0x8000).save(out, "PNG")

        assert seen(plain_picture(out.getvalue()).content).getpixel((4, 4)) == (128, 128, 128)

    def test_may_be_printed_in_four_colors(self):
        assert plain_picture(a_picture(mode="CMYK")).width == 40

    def test_is_made_smaller_where_it_is_large(self):
        kept = plain_picture(a_picture(size=(4000, 1000)))

        assert (kept.width, kept.height) == (2400, 600)

    @pytest.mark.parametrize(
        ("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
    )
    def test_looks_the_same_when_it_is_made_smaller(self, kind: str, mode: str):
        """It is read some rows at a time; no seam shows."""
        out = io.BytesIO()
        Image.linear_gradient("L").resize((5001, 3001)).convert(mode).save(out, kind)
        picture = seen(plain_picture(out.getvalue()).content).convert("L")

        assert picture.size == (2400, 1440)
        for row in range(0, 1440, 7):
            assert abs(picture.getpixel((1200, row)) - 255 * row / 1440) < 4

    def test_is_its_first_frame_where_it_moves(self):
        frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
        out = io.BytesIO()
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

        assert is_red(seen(plain_picture(out.getvalue()).content).getpixel((4, 4)))

    def test_is_its_first_frame_where_it_is_a_png_that_moves(self):
        frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
        out = io.BytesIO()
        frames[0].save(out, "PNG", save_all=True, append_images=frames[1:] * 50)

        assert is_red(seen(plain_picture(out.getvalue()).content).getpixel((4, 4)))


class TestASmallCopy:
    def test_is_for_lists(self):
        small = small_picture(plain_picture(a_picture(size=(1600, 800))).content)

        assert (small.width, small.height) == (320, 160)
        assert is_red(seen(small.content).getpixel((10, 80)))
        assert len(small.content) < 20_000

    def test_is_never_larger_than_the_picture(self):
        small = small_picture(plain_picture(a_picture()).content)

        assert (small.width, small.height) == (40, 20)


class TestAJpegOfManyScans:
    """Each is decoded in full size: 143 KB of a thousand took two minutes."""

    def test_is_taken_up_to_what_programs_write(self):
        coming_in = a_picture(progressive=True)
        assert coming_in.count(b"\xff\xda") == 10

        for scans in (10, 32):
            assert plain_picture(with_scans(coming_in, scans)).width == 40

    @pytest.mark.parametrize("scans", [33, 1_000])
    def test_is_refused_above(self, scans: int):
        for before in (b"", b"\xff\xfe\x00\x04\xff\xd9", b"\xff\x01", b"\xff" * 9):
            raw = with_scans(a_picture(progressive=True), scans)
            with pytest.raises(UnreadablePicture):
                plain_picture(raw[:2] + before + raw[2:])

    def test_is_none_that_only_looks_so_beside_its_own_data(self):
        """What a phone puts behind a photo, a film, holds everything, and its head a small copy."""
        looks_so = b"\xff\xda\x00\x02" * 100
        raw = a_picture(comment=looks_so, exif=b"Exif\0\0" + looks_so) + looks_so

        assert plain_picture(raw).width == 40


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
            a_picture("PNG", size=(400, 400))[:-40],
            a_picture("WEBP", size=(400, 400))[:-40],
            b"GIF89a" + a_picture(),
            b"<html>" + a_picture(),
        ],
        ids=[
            *("nothing", "text", "a beginning", "pdf", "svg", "gif", "bmp", "tiff"),
            *("half", "half png", "half webp", "gif first", "page first"),
        ],
    )
    def test_is_refused(self, raw: bytes):
        with pytest.raises(UnreadablePicture):
            plain_picture(raw)

    @pytest.mark.parametrize("size", [(6400, 6400), (10_000, 10_000), (30_000, 30_000)])
    def test_is_refused_where_it_would_burst(self, size: tuple[int, int]):
        with pytest.raises(TooManyPixels):
            plain_picture(a_bomb(*size))

    def test_is_refused_where_a_few_bytes_of_webp_say_it_is_huge(self):
        out = io.BytesIO()
        Image.new("RGB", (16_000, 16_000)).save(out, "WEBP", lossless=True, quality=0, method=0)

        assert len(out.getvalue()) < 1000
        with pytest.raises(TooManyPixels):
            plain_picture(out.getvalue())

    @pytest.mark.parametrize("brand", [b"heic", b"mif1"])
    def test_is_named_where_it_is_as_newer_phones_keep_photos(self, brand: bytes):
        with pytest.raises(HeicPicture):
            plain_picture(b"\0\0\0\x18ftyp" + brand + bytes(200))

    @pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
    def test_is_refused_where_what_it_says_of_itself_would_burst(self, name: bytes):
        packed = zlib.compress(bytes(300_000_000), 9)
        with pytest.raises(UnreadablePicture):
            plain_picture(a_bomb(8, 8, chunk(name, b"a\0\0" + packed)))

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
                    plain_picture(bytes(raw))
                except UnreadablePicture:
                    continue
