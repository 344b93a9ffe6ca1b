"""The merchant's look: a style sheet of their color, and their logo, as files of ours."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from returns_engine.documents.logo import Logo, LogoError, read_logo
from returns_engine.rules.colors import dark_palette, light_palette
from returns_engine.settings import SettingError, Settings, variable

_STYLE, _LOGO = "/assets/look.css", "/assets/logo"
_KEPT = "public, max-age=86400"
# An SVG opened by itself is a page of ours: it may draw, and nothing else.
_ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the merchant changed; None is ours."""

    style: str | None
    logo: Logo | None

    @property
    def style_address(self) -> str | None:
        """Return where the style sheet is, which changes whenever its content does."""
        return _address(_STYLE, self.style.encode()) if self.style else None

    @property
    def logo_address(self) -> str | None:
        """Return where the logo is, which changes whenever its content does."""
        return _address(_LOGO, self.logo.content) if self.logo else None


def look_of(settings: Settings) -> Look:
    """Return the look that the settings ask for; raises SettingError for a logo that is none."""
    try:
        logo = read_logo(settings.logo) if settings.logo else None
    except LogoError as error:
        raise SettingError(f"{variable('logo')}: {error}") from None
    return Look(style=_style(settings.accent) if settings.accent else None, logo=logo)


@get(_STYLE, include_in_schema=False)
async def look_style(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer with the merchant's colors as custom properties, by day and by night."""
    look: Look = request.app.state.pages.look
    if look.style is None:
        raise NotFoundException
    return _file(look.style.encode(), "text/css", {})


@get(_LOGO, include_in_schema=False)
async def look_logo(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer with the merchant's logo, as a picture and nothing else."""
    look: Look = request.app.state.pages.look
    if look.logo is None:
        raise NotFoundException
    policy = {"Content-Security-Policy": _ONLY_A_PICTURE}
    return _file(look.logo.content, look.logo.media_type, policy)


def _file(content: bytes, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    return Response(content, media_type=media_type, headers={"Cache-Control": _KEPT, **headers})


def _style(accent: str) -> str:
    night = _block(dark_palette(accent))
    return f"{_block(light_palette(accent))}\n@media (prefers-color-scheme: dark) {{\n{night}\n}}\n"


def _block(properties: Mapping[str, str]) -> str:
    lines = "".join(f"--{name}:{value};" for name, value in properties.items())
    return f":root{{{lines}}}"


def _address(path: str, content: bytes) -> str:
    return f"{path}?v={hashlib.sha256(content).hexdigest()[:10]}"
