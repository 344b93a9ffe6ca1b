"""`returns-engine migrate`: bring the database up to date."""

import sys

import rich_click as click

from returns_engine.bootstrap import DatabaseUnfit, migrate, standing_at
from returns_engine.cli.surroundings import database_here, json_option, say
from returns_engine.tables.migrating import PATIENCE_SECONDS


@click.command(epilog="Example: returns-engine migrate --check || returns-engine migrate")
@click.option("--plan", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--check", is_flag=True, help="The same, with exit status 1 where anything is to do.")
@click.option(
    "--patience",
    type=click.IntRange(min=0),
    default=int(PATIENCE_SECONDS),
    show_default=True,
    help="Seconds in which one change is tried again while others keep its tables.",
)
@json_option
def command(*, plan: bool, check: bool, patience: int, as_json: bool) -> None:
    """Bring the database up to date, while web and worker of the version before go on.

    Safe to run again, and by several at once. A change waits a second for the tables it needs, lets
    others pass, and tries again. Exit status 1 where one could not be made; those before it are
    kept.
    """
    with database_here() as url:
        try:
            if plan or check:
                _say_plan(url, check=check, as_json=as_json)
            done = migrate(url, patience=patience, tell=_silent if as_json else click.echo)
        except DatabaseUnfit as error:
            raise click.ClickException(str(error)) from None
    if as_json or not done:
        say({"done": done}, as_json=as_json, words="Nothing to do.")


def _say_plan(url: str, *, check: bool, as_json: bool) -> None:
    to_do = standing_at(url).to_do
    say({"to_do": to_do}, as_json=as_json, words="\n".join(to_do) or "Nothing to do.")
    sys.exit(1 if check and to_do else 0)


def _silent(_: str) -> None:
    """Say nothing: a program reads what is printed."""
