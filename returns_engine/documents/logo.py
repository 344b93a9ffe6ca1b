"""The merchant's logo: a PNG, a WebP or an SVG, looked at before any page shows it."""

import io
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

LARGEST_BYTES = 200_000
_TYPES = {"PNG": "image/png", "WEBP": "image/webp"}
_SVG = "{http://www.w3.org/2000/svg}svg"
# What an SVG could do beside being a picture; pages show it as one, which runs none of it.
_MORE_THAN_A_PICTURE = ("script", "foreignObject", "iframe", "handler")


class LogoError(Exception):
    """A logo cannot be shown; says which file, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture with its media type."""

    content: bytes
    media_type: str


def read_logo(path: Path) -> Logo:
    """Return the logo in the file; raises LogoError where it is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LogoError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST_BYTES:
        raise LogoError(f"{path} has more than {LARGEST_BYTES // 1000} KB: make it smaller.")
    return Logo(content=content, media_type=_type_of(content, path))


def _type_of(content: bytes, path: Path) -> str:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _require_plain_svg(content, path)
        return "image/svg+xml"
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - heavy, and most have no logo

    try:
        with Image.open(io.BytesIO(content), formats=tuple(_TYPES)) as picture:
            picture.verify()
            return _TYPES[str(picture.format)]
    except (
        *(UnidentifiedImageError, Image.DecompressionBombError),
        *(OSError, SyntaxError, ValueError),
    ):
        raise LogoError(f"{path} is no whole PNG, WebP or SVG.") from None


def _require_plain_svg(content: bytes, path: Path) -> None:
    # Entities could grow without end, and reach for other files.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise LogoError(f"{path} declares a document type: save it as a plain SVG.")
    try:
        root = ET.fromstring(content)  # noqa: S314 - no entity is declared, see above
    except ET.ParseError:
        raise LogoError(f"{path} is no whole PNG, WebP or SVG.") from None
    if root.tag != _SVG:
        raise LogoError(f"{path} is no SVG: its root is {root.tag}.")
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        acts = any(attribute.lower().startswith("on") for attribute in element.attrib)
        if name in _MORE_THAN_A_PICTURE or acts:
            raise LogoError(f"{path} holds a program ({name}): save it as a plain SVG.")
