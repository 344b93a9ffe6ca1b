import io
from pathlib import Path

import pytest
from PIL import Image

from returns_engine.documents.logo import LARGEST_BYTES, LogoError, read_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def a_picture(form: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "#0e5a4f").save(drawn, form)
    return drawn.getvalue()


def kept(folder: Path, content: bytes) -> Path:
    file = folder / "logo"
    file.write_bytes(content)
    return file


class TestALogo:
    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (SVG, "image/svg+xml"),
            (b'<?xml version="1.0"?>\n' + SVG, "image/svg+xml"),
            (a_picture("PNG"), "image/png"),
            (a_picture("WEBP"), "image/webp"),
        ],
    )
    def test_is_known_by_what_it_holds(self, tmp_path: Path, content: bytes, media_type: str):
        found = read_logo(kept(tmp_path, content))
        assert (found.content, found.media_type) == (content, media_type)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "no whole PNG, WebP or SVG"),
            (a_picture("GIF"), "no whole PNG, WebP or SVG"),
            (a_picture("PNG")[:40], "no whole PNG, WebP or SVG"),
            (SVG[:-5], "no whole PNG, WebP or SVG"),
            (b"<html><body/></html>", "its root is html"),
            (SVG.replace(b"<path", b"<script/><path"), "holds a program (script)"),
            (SVG.replace(b"<path", b'<path onload="x()"'), "holds a program (path)"),
            (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "declares a document type"),
            (SVG + b" " * LARGEST_BYTES, "has more than 200 KB"),
        ],
    )
    def test_that_is_none_is_refused_with_words(self, tmp_path: Path, content: bytes, said: str):
        with pytest.raises(LogoError) as refused:
            read_logo(kept(tmp_path, content))
        assert said in str(refused.value)
        assert str(tmp_path) in str(refused.value)

    def test_that_is_not_there_is_refused(self, tmp_path: Path):
        with pytest.raises(LogoError, match="cannot be read"):
            read_logo(tmp_path / "nothing")
