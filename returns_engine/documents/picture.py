"""A picture from outside, made plain: its content counts, not its name.

What comes out is a JPEG made from pixels alone: upright, in sRGB, of moderate size, without
metadata, without what hung behind it, with nothing to run.
"""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_PHOTO = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
# Its decoder holds a WebP four times over.
MOST_PIXELS_OF_WEBP = 20_000_000
MOST_SCANS = 32
"""Programs that let a JPEG come in by and by write a dozen; each is decoded in full size."""
LONGEST_SIDE = 2400
SMALL_SIDE = 320
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_PIXELS_AT_ONCE = 1_000_000
_LARGEST_PROFILE = 128 * 1024
_ORIENTATION = 0x0112
_TALLER_THAN_BYTES = "I;16"
# ITU T.81, annex B: what follows FF within a scan is 0, or says where to go on.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_START_OF_JPEG, _END_OF_JPEG, _SCAN, _ALONE = b"\xff\xd8", b"\xd9", b"\xda", b"\x01"


class UnreadablePicture(Exception):  # noqa: N818 - named for what happened
    """No picture that we take: broken, of another kind, or of more pixels than we decode."""


class TooManyPixels(UnreadablePicture):
    """A picture of more pixels than we decode."""


class HeicPicture(UnreadablePicture):
    """A photo as newer phones keep it, which we cannot decode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept; width and height in pixels."""

    content: bytes
    width: int
    height: int


def plain_picture(raw: bytes) -> Picture:
    """Return the picture, at most 2,400 pixels long; raises UnreadablePicture, or one of its kinds.

    What is transparent becomes white; of one that moves the first frame stays.
    """
    from PIL import Image  # noqa: PLC0415 - only uploads pay for it

    if _has_too_many_scans(raw):
        raise UnreadablePicture
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
            _refuse_bomb(opened)
            # A JPEG is read at a fraction of its size from here on: memory stays small.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            opened.load()
            turned, profile = _orientation(opened), opened.info.get("icc_profile")
            small = _shrunk(opened)
    except (TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception:  # noqa: BLE001 - a broken file can break its decoder in any way
        raise (HeicPicture if _is_heic(raw) else UnreadablePicture) from None
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if turned is not None:
        small = small.transpose(turned)
    plain = Image.new("RGB", small.size, "white")
    plain.paste(small, mask=small if small.mode == "RGBA" else None)
    _to_srgb(plain, profile)
    return _kept(plain)


def small_picture(content: bytes) -> Picture:
    """Return a small copy of a picture that `plain_picture` made, for lists; never larger.

    Raises UnreadablePicture for one that was damaged since.
    """
    from PIL import Image  # noqa: PLC0415 - likewise

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
            opened.thumbnail((SMALL_SIDE, SMALL_SIDE))
            small = opened.convert("RGB")
    except Exception:  # noqa: BLE001 - likewise
        raise UnreadablePicture from None
    return _kept(small)


def _refuse_bomb(opened: "Image") -> None:
    """Refuse by what the head of the file says, before a pixel is decoded."""
    most = MOST_PIXELS_OF_WEBP if opened.format == "WEBP" else MOST_PIXELS
    if opened.width * opened.height > most:
        raise TooManyPixels


def _has_too_many_scans(raw: bytes) -> bool:
    """Tell by the markers of a JPEG, up to its end: what hangs behind is no part of it."""
    scans, place = 0, len(_START_OF_JPEG) if raw.startswith(_START_OF_JPEG) else len(raw)
    while scans <= MOST_SCANS and (found := _MARKER.search(raw, place)):
        marker, place = found[1], found.end()
        if marker == _END_OF_JPEG:
            break
        scans += marker == _SCAN
        if marker != _ALONE:
            # What a segment holds is no marker, a thumbnail's neither.
            place += int.from_bytes(raw[place : place + 2], "big")
    return scans > MOST_SCANS


def _is_heic(raw: bytes) -> bool:
    """Tell by the brand in the head of the file (ISO/IEC 23008-12, annex B)."""
    return raw[4:8] == b"ftyp" and raw[8:12] in _HEIC


def _kept(plain: "Image") -> Picture:
    kept = io.BytesIO()
    plain.info.clear()
    plain.save(kept, "JPEG", quality=85)
    return Picture(content=kept.getvalue(), width=plain.width, height=plain.height)


def _shrunk(opened: "Image") -> "Image":
    """Return the pixels as RGB or RGBA, less than twice as long as they are kept.

    Works off some rows at a time, so that beside the decoder's own picture there is no second one.
    """
    from PIL import Image  # noqa: PLC0415 - likewise

    mode = "RGBA" if opened.has_transparency_data else "RGB"
    factor = max(1, max(opened.size) // LONGEST_SIDE)
    if factor == 1 and opened.mode == mode:
        return opened
    small = Image.new(mode, (-(-opened.width // factor), -(-opened.height // factor)))
    step = factor * max(1, _PIXELS_AT_ONCE // (opened.width * factor))
    for top in range(0, opened.height, step):
        bottom = min(top + step, opened.height)
        rows = opened.crop((0, top, opened.width, bottom))
        if rows.mode == _TALLER_THAN_BYTES:
            rows = rows.convert("I").point(lambda value: value / 256).convert("L")
        if rows.mode != mode:
            rows = rows.convert(mode)
        small.paste(rows.reduce(factor), (0, top // factor))
    return small


def _orientation(opened: "Image") -> "Transpose | None":
    """Return how to turn it upright; what cannot be read says nothing."""
    from PIL.Image import Transpose  # noqa: PLC0415 - likewise

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - metadata is thrown away, so a broken one spoils nothing
        return None


def _to_srgb(plain: "Image", profile: bytes | None) -> None:
    """Let the colors look as they did where a camera used a space of its own (68)."""
    if not profile or len(profile) > _LARGEST_PROFILE:
        return
    from PIL import ImageCms  # noqa: PLC0415 - likewise

    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(plain, given, ImageCms.createProfile("sRGB"), inPlace=True)
    except Exception:  # noqa: BLE001 - a profile that is broken, or of gray or ink, says nothing
        return
