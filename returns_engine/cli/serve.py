"""`returns-engine serve`: portal, API and admin, for production."""

import os
import signal
import sys

import rich_click as click

from returns_engine.cli.surroundings import as_wrong_input, settings_here, warn_of_settings
from returns_engine.settings import variable


@click.command("serve")
def command() -> None:
    """Serve portal, API and admin until SIGTERM or Ctrl-C; calls that run are finished.

    They are given ten seconds. With RETURNS_ENGINE_DRAIN_SECONDS it serves on for that long first,
    while /health/ready says no, so that a load balancer sends calls elsewhere in time.

    Settings: RETURNS_ENGINE_HOST, RETURNS_ENGINE_PORT, RETURNS_ENGINE_WEB_PROCESSES, and those that
    `returns-engine doctor` lists. Behind a proxy uvicorn's FORWARDED_ALLOW_IPS names it.

    Example: returns-engine serve
    """
    settings = settings_here()
    # Loaded here so that a missing setting is said at once, and by all other commands never paid.
    from returns_engine.asgi import services_from  # noqa: PLC0415 - see above
    from returns_engine.bootstrap import (  # noqa: PLC0415 - see above
        configure_logs,
        database,
        require_up_to_date,
    )
    from returns_engine.cli.folders import require_photo_folder  # noqa: PLC0415 - see above
    from returns_engine.cli.serving import (  # noqa: PLC0415 - see above
        listening_socket,
        serve_until_told,
    )

    configure_logs(settings)
    warn_of_settings(settings)
    # uvicorn raises the signal again once it has stopped: the database must still be let go of.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with as_wrong_input():
        services_from(settings)
        require_photo_folder(settings)
        with (
            listening_socket(settings.host, settings.port) as listening,
            database(settings) as known,
        ):
            require_up_to_date(str(known.database_url))
            # Each web process makes its own application, and must find the same database.
            os.environ[variable("database_url")] = str(known.database_url)
            os.environ[variable("secret_key")] = known.secret_key
            ended_as_told = serve_until_told(listening, known)
    sys.exit(0 if ended_as_told else 1)
