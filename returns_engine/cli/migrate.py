"""`returns-engine migrate`: bring the database up to date."""

import rich_click as click

from returns_engine.bootstrap import DatabaseUnfit, migrate
from returns_engine.cli.surroundings import database_here, json_option, say


@click.command(epilog="Example: returns-engine migrate")
@json_option
def command(*, as_json: bool) -> None:
    """Bring the database up to date; safe to run again, and by several at once."""
    with database_here() as url:
        try:
            done = migrate(url)
        except DatabaseUnfit as error:
            raise click.ClickException(str(error)) from None
    say({"done": done}, as_json=as_json, words="\n".join(done) or "Nothing to do.")
