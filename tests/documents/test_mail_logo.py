import io
import random

import pytest
from PIL import Image

from returns_engine.documents.logo import Logo, LogoError
from returns_engine.documents.mail_logo import HIGHEST, MOST_BYTES, WIDEST, mail_logo
from tests.documents.test_logo import SVG


def drawn(width: int, height: int, form: str = "PNG", *, noisy: bool = False) -> Logo:
    """A picture that is half transparent; a noisy one is as large as a picture can be."""
    size = (width, height)
    picture = Image.new("RGBA", size, (122, 31, 92, 128))
    if noisy:
        picture = Image.frombytes("RGBA", size, random.Random(7).randbytes(4 * width * height))  # noqa: S311 - a picture, no secret
    kept = io.BytesIO()
    picture.save(kept, form)
    return Logo(content=kept.getvalue(), media_type=f"image/{form.lower()}")


class TestALogoForMails:
    @pytest.mark.parametrize("form", ["PNG", "WEBP"])
    @pytest.mark.parametrize(
        ("size", "shown", "held"),
        [
            ((1200, 300), (192, 48), (384, 96)),
            ((1200, 100), (200, 17), (400, 33)),
            ((120, 40), (120, 40), (120, 40)),
            ((240, 60), (192, 48), (240, 60)),
            ((900, 1), (200, 1), (400, 1)),
        ],
    )
    def test_is_a_png_of_twice_the_pixels_it_is_shown_at(self, form, size, shown, held):
        made = mail_logo(drawn(*size, form))

        assert made is not None
        assert (made.width, made.height) == shown
        picture = Image.open(io.BytesIO(made.content))
        assert (picture.format, picture.size) == ("PNG", held)
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 128

    def test_is_small_enough_for_an_answer_not_to_take_it_for_a_photo(self):
        made = mail_logo(drawn(220, 210, noisy=True))
        wide = mail_logo(drawn(800, 60, noisy=True))

        for one in (made, wide):
            assert one is not None
            assert len(one.content) <= MOST_BYTES
            assert one.width <= WIDEST
            assert one.height <= HIGHEST

    def test_is_none_for_an_svg(self):
        assert mail_logo(Logo(content=SVG, media_type="image/svg+xml")) is None

    def test_that_breaks_off_is_refused_with_words(self):
        whole = drawn(400, 400, noisy=True)
        broken = Logo(content=whole.content[:9000], media_type="image/png")
        with pytest.raises(LogoError, match="cannot be decoded for mails"):
            mail_logo(broken)

    def test_of_too_many_pixels_is_refused_before_they_are_decoded(self):
        kept = io.BytesIO()
        Image.new("1", (5000, 4001)).save(kept, "PNG")
        with pytest.raises(LogoError, match="too many pixels"):
            mail_logo(Logo(content=kept.getvalue(), media_type="image/png"))
