"""Which language a customer reads: chosen by a link, else the order's, else the browser's wish."""

from typing import Any

from babel import Locale
from litestar import Request, Response
from litestar.datastructures import Cookie
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from returns_engine.texts.catalogue import DEFAULT_LOCALE, customer_languages

AnyRequest = Request[Any, Any, Any]
LANGUAGE_COOKIE = "returns_language"
ORDER_LANGUAGE_COOKIE = "returns_order_language"
LANGUAGE_PATH = "/language"
_A_YEAR = 365 * 24 * 60 * 60
_STAFF = "/admin"


def chosen_language(request: AnyRequest) -> str | None:
    """Return what was chosen on this device; None for nothing, or what nobody speaks any more."""
    return _of_cookie(request, LANGUAGE_COOKIE)


def asked_language(request: AnyRequest) -> str | None:
    """Return the best of our languages for the browser's own; None where it names none of them."""
    header = request.headers.get("accept-language", "")
    return parse_accept_header(header, LanguageAccept).best_match(customer_languages())


def wished_language(request: AnyRequest) -> str | None:
    """Return what was chosen, else what is kept with the open order, else what a browser asks for.

    None where there is none of them.
    """
    of_order = _of_cookie(request, ORDER_LANGUAGE_COOKIE)
    return chosen_language(request) or of_order or asked_language(request)


def spoken_language(request: AnyRequest) -> str:
    """Return the language of a page; the staff's side speaks English."""
    if is_staffs(request):
        return DEFAULT_LOCALE
    return wished_language(request) or DEFAULT_LOCALE


def is_staffs(request: AnyRequest) -> bool:
    """Tell whether a page belongs to the staff's side."""
    path = request.scope["path"]
    return path == _STAFF or path.startswith(f"{_STAFF}/")


def own_name(language: str) -> str:
    """Return what a language calls itself: `Español`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def keep_on_device(response: Response[Any], language: str, *, secure: bool) -> None:
    """Keep the language that was chosen for a year; it says nothing about who reads."""
    response.set_cookie(
        Cookie(
            key=LANGUAGE_COOKIE,
            value=language,
            max_age=_A_YEAR,
            httponly=True,
            samesite="lax",
            secure=secure,
        )
    )


def _of_cookie(request: AnyRequest, name: str) -> str | None:
    kept = request.cookies.get(name)
    return kept if kept in customer_languages() else None
