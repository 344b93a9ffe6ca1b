"""What `doctor` says of the pages: their address, and the merchant's logo."""

from pathlib import Path

import pytest
from PIL import Image

from returns_engine.cli.checkup.here import check_pages
from returns_engine.settings import SettingError, Settings


def told(**variables: str) -> Settings:
    environ = {f"RETURNS_ENGINE_{name.upper()}": text for name, text in variables.items()}
    return Settings.from_environment({"RETURNS_ENGINE_MODE": "test", **environ}, None)


class TestTheCheckOfThePages:
    @pytest.mark.parametrize(
        "address", ["https://returns.shop.example/", "https://shop.example/returns"]
    )
    def test_is_content_with_a_host_of_its_own_and_with_a_path_of_the_shops(self, address: str):
        assert check_pages(told(public_url=address)) is None

    def test_fails_for_a_logo_that_is_none(self, tmp_path: Path):
        logo = tmp_path / "logo.png"
        logo.write_bytes(b"GIF89a")
        with pytest.raises(SettingError, match="is no whole PNG, WebP or SVG"):
            check_pages(told(logo=str(logo)))

    def test_fails_for_a_logo_that_mails_cannot_carry(self, tmp_path: Path):
        logo = tmp_path / "logo.png"
        Image.new("1", (5000, 4001)).save(logo, "PNG")
        with pytest.raises(SettingError, match=r"RETURNS_ENGINE_LOGO: .* too many pixels"):
            check_pages(told(logo=str(logo)))
