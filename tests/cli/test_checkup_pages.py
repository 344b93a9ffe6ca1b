"""What `doctor` says of the pages: their address, and the merchant's logo."""

from pathlib import Path

import pytest

from returns_engine.cli.checkup.here import check_pages
from returns_engine.settings import SettingError, Settings


def told(**variables: str) -> Settings:
    environ = {f"RETURNS_ENGINE_{name.upper()}": text for name, text in variables.items()}
    return Settings.from_environment({"RETURNS_ENGINE_MODE": "test", **environ}, None)


class TestTheCheckOfThePages:
    def test_is_content_with_a_host_of_its_own(self):
        assert check_pages(told(public_url="https://returns.shop.example/")) is None

    def test_warns_of_an_address_below_another_site(self):
        said = check_pages(told(public_url="https://shop.example/returns"))
        assert said == "RETURNS_ENGINE_PUBLIC_URL has a path: the pages need a host of their own."

    def test_fails_for_a_logo_that_is_none(self, tmp_path: Path):
        logo = tmp_path / "logo.png"
        logo.write_bytes(b"GIF89a")
        with pytest.raises(SettingError, match="is no whole PNG, WebP or SVG"):
            check_pages(told(logo=str(logo)))
