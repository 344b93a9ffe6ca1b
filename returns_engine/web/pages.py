"""Pages for people: templates in the reader's language, served so that nothing strange runs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from litestar import MediaType, Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from litestar.template.base import csrf_token
from litestar.types import ControllerRouterHandler, Message, Scope

from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.texts.catalogue import DEFAULT_LOCALE, customer_languages
from returns_engine.texts.localized import Texts, texts_in
from returns_engine.texts.telling import telling
from returns_engine.texts.templating import jinja_environment
from returns_engine.web.item_pictures import item_pictures, with_hosts
from returns_engine.web.languages import LANGUAGE_PATH, is_staffs, own_name, spoken_language
from returns_engine.web.local_address import START, came_from
from returns_engine.web.look import Look, look_logo, look_of, look_style
from returns_engine.web.shop_pages import item_pages
from returns_engine.web.under_path import in_page, public_path

AnyRequest = Request[Any, Any, Any]
WEB = Path(__file__).parent
SHELL_TEMPLATES = WEB / "shell" / "templates"
OWN_FILES = WEB / "static"
VENDOR_FILES = WEB / "assets" / "vendor"
CSRF_COOKIE, CSRF_HEADER = "returns_csrf", "x-returns-csrf"
PROGRAMS = ("/api", "/webhooks", "/admin/data", "/health", "/metrics", "/schema")
WITHOUT_CSRF = [f"^{path}(/|$)" for path in PROGRAMS]
_NOT_FOUND = 404
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}


# Whatever does not say that a copy may be kept may hold personal data.
ON_EVERYTHING = tuple(
    (name.lower().encode(), value.encode())
    for name, value in {
        **SECURITY_HEADERS,
        "Content-Security-Policy": PAGE_POLICY,
        "Cache-Control": "no-store",
    }.items()
)


class Pages:
    """Renders templates found in the shell's folder and in `folders`, the first one first.

    Kept as `app.state.pages`; every template knows `shop_name`, `shop_url`, `item_page`,
    `item_picture`, `contact`, `look`, `asset`, `path`, `csrf`, `cookies` and the filters of
    `texts/templating.py`.
    """

    def __init__(
        self, *, settings: Settings, policy: Callable[[], Policy], folders: Iterable[Path] = ()
    ) -> None:
        self.texts: Texts = texts_in(DEFAULT_LOCALE)
        self.look: Look = look_of(settings)
        self.public_path = public_path(settings)
        self.content_policy = with_hosts(PAGE_POLICY, settings)
        self._settings, self._folders = settings, [SHELL_TEMPLATES, *folders]
        self._policy, self._made_for = policy, policy()
        self._environments = self._made()

    def _made(self) -> dict[str, Environment]:
        """Return what fills templates in, by language, with the words and zone of the policy."""
        return {language: self._environment(language) for language in customer_languages()}

    def _environment(self, language: str) -> Environment:
        settings, texts = self._settings, texts_in(language)
        environment = jinja_environment(texts, self._folders, self._made_for.zone)
        environment.globals.update(
            shop_name=settings.shop_name,
            shop_url=settings.shop_url,
            item_page=item_pages(settings),
            item_picture=item_pictures(settings),
            contact=settings.contact,
            contact_phone=settings.contact_phone,
            mails_from=settings.mail_from,
            imprint_url=settings.imprint_url,
            privacy_url=settings.privacy_url,
            look=self.look,
            sandbox=settings.mode != "production",
            asset=_asset,
        )
        environment.filters["told"] = telling(texts, self._made_for)
        return environment

    def render(
        self, name: str, context: Mapping[str, object], language: str = DEFAULT_LOCALE
    ) -> str:
        """Return a template filled in, its addresses under the path that customers come by.

        A name that it needs and was not given is an error.
        """
        policy = self._policy()
        if policy is not self._made_for:
            # A version that was published is in force now.
            self._made_for = policy
            self._environments = self._made()
        html = self._environments[language].get_template(name).render(context)
        return in_page(html, self.public_path)


def page(request: AnyRequest, name: str, *, status: int = 200, **context: object) -> Response[str]:
    """Answer with a page in the language that its reader chose, or the browser asks for.

    No copy of it is kept on the way, because it may show personal data.
    """
    return page_in(request, spoken_language(request), name, status=status, context=context)


def page_in(
    request: AnyRequest,
    language: str,
    name: str,
    *,
    status: int,
    context: Mapping[str, object],
) -> Response[str]:
    """Answer with a page in a language that somebody knows better than the browser."""
    pages: Pages = request.app.state.pages
    around = {
        "path": request.url.path,
        # What a page that is everybody's may say to who has an order or an account open.
        "cookies": request.cookies,
        "csrf": csrf_token({"request": request}),
        "other_languages": _other_languages(request, language, status),
    }
    html = pages.render(name, {**around, **context}, language)
    return Response(
        html,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store", "Content-Security-Policy": pages.content_policy},
    )


def _other_languages(request: AnyRequest, language: str, status: int) -> list[dict[str, str]]:
    """Return the links that switch the language of this page, in the words of each."""
    if is_staffs(request):
        return []
    query = f"?{request.url.query}" if request.url.query else ""
    here = request.url.path + query
    if request.method != "GET":
        # What a form answered has no address: the page it was sent from has.
        pages: Pages = request.app.state.pages
        here = came_from(request.headers.get("referer", ""), request.url.netloc, pages.public_path)
    elif status == _NOT_FOUND:
        # A page that is not there, or not theirs, does not repeat what was asked for.
        here = START
    return [
        {
            "code": other,
            "name": own_name(other),
            "link": f"{LANGUAGE_PATH}?{urlencode({'speak': other, 'back': here})}",
        }
        for other in customer_languages()
        if other != language
    ]


def csrf_config(settings: Settings) -> CSRFConfig:
    """Return the guard of every form; programs with a key of their own are let past it."""
    return CSRFConfig(
        secret=settings.secret_key,
        cookie_name=CSRF_COOKIE,
        header_name=CSRF_HEADER,
        cookie_secure=is_secure(settings),
        cookie_httponly=True,
        exclude=WITHOUT_CSRF,
    )


def is_secure(settings: Settings) -> bool:
    """Say whether customers come by https, so that cookies may ask for it."""
    return settings.public_url.startswith("https://")


def static_files() -> list[ControllerRouterHandler]:
    """Return the routes of our own files, of those from npm, and of the merchant's look."""
    a_day = CacheControlHeader(max_age=86_400, public=True)
    return [
        look_style,
        look_logo,
        create_static_files_router("/static", [OWN_FILES], name="own", cache_control=a_day),
        create_static_files_router(
            "/assets/vendor", [VENDOR_FILES], name="vendor", cache_control=a_day
        ),
    ]


async def add_security_headers(message: Message, _scope: Scope) -> None:
    """Give every answer the headers that keep strange scripts, frames and guesses out.

    For the application's `before_send`: middleware would miss a 404 of the router. A header that
    an answer brings itself stays.
    """
    if message["type"] != "http.response.start":
        return
    given = {name.lower() for name, _ in message["headers"]}
    message["headers"] = [
        *message["headers"],
        *((name, value) for name, value in ON_EVERYTHING if name not in given),
    ]


def _asset(path: str) -> str:
    """Return the address of a file of ours, which changes whenever its content does."""
    name = path.removeprefix("vendor/")
    folder, root = (OWN_FILES, "/static/") if name == path else (VENDOR_FILES, "/assets/vendor/")
    file = folder / name
    if not file.is_file():
        return root + name
    return f"{root}{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
