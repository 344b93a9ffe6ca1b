"""`returns-engine serve`: portal, API and admin, for production."""

import os
import signal
import sys
from pathlib import Path

import rich_click as click

from returns_engine.cli.surroundings import as_wrong_input
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.settings import SettingError, Settings, variable

_SECONDS_TO_FINISH = 10


@click.command("serve")
def command() -> None:
    """Serve portal, API and admin until SIGTERM or Ctrl-C; calls that run are finished.

    Settings: RETURNS_ENGINE_HOST, RETURNS_ENGINE_PORT, RETURNS_ENGINE_WEB_PROCESSES, and those that
    `returns-engine doctor` lists. Behind a proxy uvicorn's FORWARDED_ALLOW_IPS names it.

    Example: returns-engine serve
    """
    settings = _settings()
    # Loaded here so that a missing setting is said at once, and by all other commands never paid.
    import uvicorn  # noqa: PLC0415 - see above

    from returns_engine.asgi import services_from  # noqa: PLC0415 - see above
    from returns_engine.bootstrap import database  # noqa: PLC0415 - see above
    from returns_engine.rules.policy import PolicyError  # noqa: PLC0415 - see above

    try:
        services_from(settings)
    except PolicyError as error:
        raise WrongInput([str(error)]) from None
    # uvicorn raises the signal again once it has stopped: the database must still be let go of.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with as_wrong_input(), database(settings) as known:
        # Each web process makes its own application, and must find the same database.
        os.environ[variable("database_url")] = str(known.database_url)
        os.environ[variable("secret_key")] = known.secret_key
        uvicorn.run(
            "returns_engine.asgi:application",
            factory=True,
            host=known.host,
            port=known.port,
            workers=known.web_processes,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            log_level=known.log_level,
        )


def _settings() -> Settings:
    try:
        return Settings.from_environment(os.environ, Path(".env"))
    except SettingError as error:
        raise WrongInput(error.problems) from None
