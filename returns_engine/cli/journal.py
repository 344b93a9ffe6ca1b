"""`returns-engine journal`: the books of refunds, for the merchant's accounting."""

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import rich_click as click
from rich.console import Console
from rich.table import Table

from returns_engine.cli.days import DAY, between, end_of, period_options, shop_zone
from returns_engine.cli.surroundings import in_database, json_option, say
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.journal import AccountBalance, journal_csv, trial_balance
from returns_engine.rules.money.money import decimal_text
from returns_engine.workflow.catch_up_books import catch_up_books

_A_MONTH = timedelta(days=31)
_SIDES = ("debit", "credit")


@click.group()
def command() -> None:
    """Hand the books of refunds to accounting: debits and credits of every movement."""


@command.command(
    epilog="Example: returns-engine journal export --from 2026-11-01 --to 2026-11-30 > journal.csv"
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write; else standard output.",
)
@period_options
def export(*, first: datetime | None, last: datetime | None, file: Path | None) -> None:
    """Write the journal of a period as CSV, oldest first; docs/finance.md explains the columns.

    Days begin at midnight in the shop's time zone. Without --from it begins 31 days ago.
    """
    now = system_clock()
    zone = shop_zone(now)
    since, before = between(first, last, otherwise=now - _A_MONTH, now=now, zone=zone)
    if file is None:
        in_database(lambda: _write(since, before, zone, sys.stdout))
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        in_database(lambda: _write(since, before, zone, out))
    click.echo(f"Written: {file}", err=True)


async def _write(since: datetime, before: datetime, zone: ZoneInfo, out: TextIO) -> None:
    async for piece in journal_csv(since, before, zone=zone):
        out.write(piece)


@command.command(epilog="Example: returns-engine journal balance --as-of 2026-11-30 --json")
@click.option(
    "--as-of", "day", type=DAY, help="As at the end of this day, in the shop's zone; else now."
)
@json_option
def balance(*, day: datetime | None, as_json: bool) -> None:
    """Show the trial balance: what every account comes to, by currency, now or after a day.

    Under the accounts of a currency stands its total: debit and credit are alike.
    """
    before = None if day is None else end_of(day.date(), shop_zone(system_clock()))
    accounts = in_database(lambda: trial_balance(before))
    if as_json:
        facts = [
            {
                "account": str(one.account),
                "currency": one.currency,
                "debit": one.debit,
                "credit": one.credit,
            }
            for one in accounts
        ]
        as_of = None if day is None else day.date().isoformat()
        say({"as_of": as_of, "accounts": facts}, as_json=True, words="")
        return
    if not accounts:
        empty = "no refund was approved yet" if day is None else "nothing moved until then"
        click.echo(f"The books are empty: {empty}.")
        return
    Console().print(_table(accounts))


def _table(accounts: list[AccountBalance]) -> Table:
    table = Table("account", "currency")
    for name in ("debit", "credit", "balance"):
        table.add_column(name, justify="right")
    for currency, used in groupby(accounts, key=lambda one: one.currency):
        of_currency = list(used)
        for one in of_currency:
            amounts = (one.debit, one.credit, one.balance)
            table.add_row(str(one.account), currency, *_texts(amounts, currency))
        debit, credit = (sum(getattr(one, side) for one in of_currency) for side in _SIDES)
        table.add_row("total", currency, *_texts((debit, credit, debit - credit), currency))
        table.add_section()
    return table


def _texts(amounts: Iterable[int], currency: str) -> list[str]:
    return [decimal_text(amount, currency) for amount in amounts]


@command.command(name="catch-up", epilog="Example: returns-engine journal catch-up")
@json_option
def catch_up(*, as_json: bool) -> None:
    """Post what the books missed: refunds from before there were any. Safe to run again.

    Run it once after an update from a version without books; `audit verify` names what is missing.
    """
    posted = in_database(lambda: catch_up_books(now=system_clock()))
    say({"posted": posted}, as_json=as_json, words=f"Refunds posted: {posted}.")
