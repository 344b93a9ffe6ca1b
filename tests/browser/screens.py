"""Pages looked at as they stand, with pictures of them in the folder that SCREENS names."""

import io
import os
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Page, ViewportSize

from tests.browser.test_customer_axe import axe_in

Scheme = Literal["light", "dark"]

PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 820, "height": 1180}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
_NAMES = {PHONE["width"]: "phone", TABLET["width"]: "tablet", DESKTOP["width"]: "desktop"}
# A long page is shown as far as three desktop screens.
_TALLEST = 2400
# Small enough to be kept by the hundred, large enough to be read.
_SHRUNK = 0.75


async def look_at(
    page: Page, address: str, name: str, large: ViewportSize, small: ViewportSize
) -> list[str]:
    """Open a page wide and narrow, light and dark, and return what is wrong with it.

    Nothing is what axe finds, nothing is wider than the screen, and it opens. For pictures it is
    looked at in all four ways, else in the two that differ most.
    """
    found: list[str] = []
    for size, scheme in _ways(large, small):
        await _turn_to(page, size, scheme)
        answer = await page.goto(address)
        if answer is None or not answer.ok:
            found.append(f"{address}: {answer and answer.status}")
        found += await _as_it_stands(page, name, size, scheme)
    return found


async def look_at_screen(
    page: Page, name: str, large: ViewportSize, small: ViewportSize
) -> list[str]:
    """Do the same with the page as it stands, without opening it again: it answers a form."""
    found: list[str] = []
    for size, scheme in _ways(large, small):
        await _turn_to(page, size, scheme)
        found += await _as_it_stands(page, name, size, scheme)
    return found


async def _turn_to(page: Page, size: ViewportSize, scheme: Scheme) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


async def _as_it_stands(page: Page, name: str, size: ViewportSize, scheme: Scheme) -> list[str]:
    found = await axe_in(page, scheme)
    if await page.evaluate("document.documentElement.scrollWidth") > size["width"]:
        found.append(f"{name} is wider than {size['width']}")
    await _take(page, f"{name}-{_NAMES[size['width']]}-{scheme}")
    return found


def name_of(side: str, path: str) -> str:
    """Return what the pictures of a page are called, by its address."""
    parts = path.removeprefix("/admin").replace("{", "").replace("}", "").split("/")
    return "-".join([side, *filter(None, parts)]).replace("_id", "")


def _ways(large: ViewportSize, small: ViewportSize) -> list[tuple[ViewportSize, Scheme]]:
    if os.environ.get("SCREENS"):
        return [(large, "light"), (large, "dark"), (small, "light"), (small, "dark")]
    return [(large, "light"), (small, "dark")]


async def _take(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENS")
    if folder:
        png = await page.screenshot(full_page=True, animations="disabled")
        _keep(png, Path(folder), f"{name}.webp")


def _keep(png: bytes, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shot = Image.open(io.BytesIO(png))
    shot = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, _TALLEST)))
    size = (round(shot.width * _SHRUNK), round(shot.height * _SHRUNK))
    shot.resize(size, Image.Resampling.LANCZOS).save(folder / name, quality=45, method=6)
