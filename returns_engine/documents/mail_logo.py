"""The merchant's logo as mails carry it: a small PNG, which every mail program shows."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from returns_engine.documents.logo import Logo, LogoError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 16_000
"""A customer's answer may hold it again; a picture of the text so small is taken for no photo."""
WIDEST, HIGHEST = 200, 48
_MOST_PIXELS = 20_000_000
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLogo:
    """A PNG of at most `MOST_BYTES`, and how large it is shown, in pixels of CSS."""

    content: bytes
    width: int
    height: int


def mail_logo(logo: Logo) -> MailLogo | None:
    """Return the logo for mails; None for an SVG, which the large mail programs do not show.

    Raises LogoError for a picture that breaks off, or of more pixels than we decode.
    """
    if logo.media_type == _SVG:
        return None
    whole = _decoded(logo)
    shrink = max(1, whole.width / WIDEST, whole.height / HIGHEST)
    shown = _scaled(whole, 1 / shrink)
    return MailLogo(content=_small_png(whole, shrink), width=shown.width, height=shown.height)


def _decoded(logo: Logo) -> "Image":
    from PIL import Image  # noqa: PLC0415 - heavy, and most have no logo

    try:
        with Image.open(io.BytesIO(logo.content)) as picture:
            if picture.width * picture.height <= _MOST_PIXELS:
                return picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise LogoError(f"The logo cannot be decoded for mails: {error}.") from None
    raise LogoError("The logo has too many pixels for mails: make it smaller.")


def _small_png(whole: "Image", shrink: float) -> bytes:
    """Return the sharpest of some that is small enough; the last of them always is."""
    # Screens have two pixels or more for one of CSS.
    sharp, plain = _scaled(whole, min(1, 2 / shrink)), _scaled(whole, 1 / shrink)
    for picture in (sharp, sharp.quantize(), plain):
        content = _png(picture)
        if len(content) <= MOST_BYTES:
            return content
    return _png(plain.quantize())


def _scaled(whole: "Image", factor: float) -> "Image":
    return whole.resize((max(1, round(whole.width * factor)), max(1, round(whole.height * factor))))


def _png(picture: "Image") -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()
