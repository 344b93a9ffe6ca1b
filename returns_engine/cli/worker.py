"""`returns-engine worker`: run jobs until told to stop."""

import asyncio

import rich_click as click

from returns_engine.bootstrap import configure_logs, database, require_up_to_date
from returns_engine.cli.folders import require_anchor_folder, require_photo_folder
from returns_engine.cli.surroundings import as_wrong_input, settings_here, warn_of_settings
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.labels.reading import TemplateError
from returns_engine.worker import run_worker


@click.command(epilog="Example: returns-engine worker")
def command() -> None:
    """Send refunds, mail and labels; SIGTERM or Ctrl-C ends it once running jobs are done.

    They are given half a minute. A second signal ends it at once, with exit status 1: another
    worker takes up what it left.
    """
    told = settings_here()
    configure_logs(told)
    warn_of_settings(told)
    with as_wrong_input():
        require_photo_folder(told)
        require_anchor_folder(told)
    with as_wrong_input(), database(told) as settings:
        require_up_to_date(str(settings.database_url))
        settings.require("stripe_key", "smtp_host")
        try:
            asyncio.run(run_worker(settings))
        except TemplateError as error:
            folder = settings.label_templates or "ours"
            raise WrongInput([f"RETURNS_ENGINE_LABEL_TEMPLATES ({folder}): {error}"]) from None
