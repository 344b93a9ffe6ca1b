"""One application for one test after the other: making it takes longer than most of them.

An application keeps what it knows in its state alone, and each test fills that anew.
"""

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.web.app import create_app, state_with
from returns_engine.web.pages import Pages, csrf_config
from returns_engine.web.services import Services
from returns_engine.web.under_path import public_path

Routes = Callable[[], list[ControllerRouterHandler]]
_apps: dict[Hashable, Litestar] = {}
_pages: dict[Hashable, Pages] = {}


def app_for(
    services: Services, routes: Routes | None = None, folders: Sequence[Path] = ()
) -> Litestar:
    """Return the application with these services; with `routes` their pages, found in `folders`.

    The one before of the same making is not to be used any more.
    """
    settings = services.settings
    making = (routes, settings.mode, settings.public_url, settings.secret_key)
    if making not in _apps:
        _apps[making] = create_app(
            services, routes() if routes else (), csrf=csrf_config(settings) if routes else None
        )
    app = _apps[making]
    more = {"pages": _pages_for(settings, services.policy, folders)} if routes else {}
    app.state.clear()
    app.state.update(state_with(services, **more))
    return app


def _pages_for(settings: Settings, policy: Policy, folders: Sequence[Path]) -> Pages:
    shown = (settings.shop_name, settings.shop_url, settings.mail_from, settings.mode)
    look = (settings.logo, settings.accent, settings.contact_mail, settings.contact_phone)
    links = (settings.imprint_url, settings.privacy_url, public_path(settings))
    making = (*shown, *look, *links, policy.zone, *folders)
    if making not in _pages:
        _pages[making] = Pages(settings=settings, policy=lambda: policy, folders=folders)
    return _pages[making]
