"""`returns-engine sample`: fill a database with orders and returns that were never real."""

import os
from datetime import UTC, datetime, timedelta

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from returns_engine.cli.surroundings import (
    ENV_FILE,
    as_wrong_input,
    database_here,
    json_option,
    say,
)
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.policy_file import set_policy
from returns_engine.gateways.clock import system_clock
from returns_engine.sandbox.sample_data.fill import SampleRefused, Wanted, fill
from returns_engine.settings import read_setting

_DAYS = 3 * 365
_NOT_AMONG_WHAT_IS_REAL = (
    "In production mode no sample data is made: it would stand among what is real."
    " RETURNS_ENGINE_MODE=test allows it."
)


@click.command("sample", epilog="Example: returns-engine sample --orders 10000 --returns 1000")
@click.option("--orders", type=click.IntRange(min=1), required=True, help="How many orders.")
@click.option(
    "--returns", type=click.IntRange(min=0), default=0, help="How many of them with a return."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, help="Another seed, other data.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day (UTC) the data ends with; today where it is left out.",
)
@click.option(
    "--days", type=click.IntRange(min=20), default=_DAYS, help="Over how many days before."
)
@json_option
def command(
    *, orders: int, returns: int, seed: int, until: datetime | None, days: int, as_json: bool
) -> None:
    """Make orders over three years, and returns of them in every state; refused in production.

    The same seed and day make the same data, with every hash chain, ledger and counter as the
    engine itself would have left them; labels are written down without their PDF. Nothing is
    called, and nobody gets mail. It is copied in under every guard of the database, all of it or
    nothing; others wait with their writing meanwhile.
    """
    with as_wrong_input():
        mode = read_setting("mode", os.environ, ENV_FILE)
        policy = set_policy(read_setting("policy", os.environ, ENV_FILE))
    if mode == "production":
        raise WrongInput([_NOT_AMONG_WHAT_IS_REAL])
    day = (until or system_clock()).replace(tzinfo=UTC, hour=0, minute=0, second=0, microsecond=0)
    wanted = Wanted(orders=orders, returns=returns, seed=seed, until=day, span=timedelta(days=days))
    with database_here() as url, _progress() as bar:
        task = bar.add_task("orders", total=orders)
        try:
            fill(url, wanted, policy, lambda more: bar.advance(task, more))
        except SampleRefused as refused:
            raise WrongInput([str(refused)]) from None
    facts = {"orders": orders, "returns": returns, "prefix": wanted.prefix}
    say(
        facts,
        as_json=as_json,
        words=f"Made: {orders} orders, {returns} returns; their numbers begin with"
        f" {wanted.prefix}.",
    )


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
