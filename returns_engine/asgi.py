"""The web process: portal, API and admin in one application, made from the settings."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from admin.routes import admin_folders, admin_routes
from returns_engine.bootstrap import configure_logs
from returns_engine.documents.policy_file import set_policy
from returns_engine.gateways.clock import clock_from
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.gateways.photo_store.chosen import photo_store_from
from returns_engine.queries.published_policies import PublishedPolicies, keeping_up
from returns_engine.settings import Settings
from returns_engine.tables.engine import engine_at
from returns_engine.web.app import create_app
from returns_engine.web.leaving import ready_until_told
from returns_engine.web.look import look_of
from returns_engine.web.pages import Pages, csrf_config, static_files
from returns_engine.web.portal.routes import TEMPLATES, portal_routes
from returns_engine.web.services import Services

_OBJECTS_UNTIL_A_ROUND = 20_000


def application() -> Litestar:
    """Make the application from the environment and `.env`; uvicorn's factory.

    Raises SettingError where a setting is missing or wrong, PolicyError for a bad policy.
    """
    settings = Settings.from_environment(os.environ, Path(".env"))
    settings.require("database_url")
    configure_logs(settings)
    made = web_application(settings)
    _collect_garbage_less_often()
    return made


def _collect_garbage_less_often() -> None:
    """Spare Python most of its rounds for garbage: they took a tenth of a page of returns.

    What is made at the start lives as long as the process, and is not looked through any more; an
    answer of some hundred objects does not begin a round.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_UNTIL_A_ROUND, 10, 10)


def web_application(settings: Settings) -> Litestar:
    """Make the application; its database is opened when it starts and closed when it ends."""
    services = services_from(settings)
    folders = [TEMPLATES, *admin_folders()]
    pages = Pages(settings=settings, policy=lambda: services.policy, folders=folders)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        async with (
            engine_at(str(settings.database_url)),
            keeping_up(services.policies),
            ready_until_told(app, settings.drain_seconds or 0),
        ):
            yield

    return create_app(
        services,
        [portal_routes(), *admin_routes(), *static_files()],
        state={"pages": pages},
        csrf=csrf_config(settings),
        lifespan=[running],
    )


def services_from(settings: Settings) -> Services:
    """Return what the web needs, as the settings name it; raises PolicyError and SettingError."""
    # Said here, before any web process is started that could not show it.
    look_of(settings)
    signed_with = settings.stripe_webhook_secret
    return Services(
        settings=settings,
        policies=PublishedPolicies(set_policy(settings.policy)),
        clock=clock_from(settings),
        photos=photo_store_from(settings),
        webhooks=StripeWebhooks(signed_with) if signed_with else None,
    )
