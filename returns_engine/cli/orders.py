"""`returns-engine orders`: take orders in from a file."""

import csv
import io
import sys
from pathlib import Path

import rich_click as click

from returns_engine.cli.failed import INTERRUPTED
from returns_engine.cli.order_import.run import import_file
from returns_engine.cli.order_import.tally import Tally
from returns_engine.cli.surroundings import json_option, say
from returns_engine.documents.order_file.columns import columns
from returns_engine.documents.order_file.example import EXAMPLE_ROWS


@click.group()
def command() -> None:
    """Take orders in from a file."""


@command.command(
    name="import",
    epilog="Examples: returns-engine orders import orders.jsonl ·"
    " shop-export | returns-engine orders import - --format csv",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    help="Else the file's name says it, or its first character.",
)
@click.option("--delimiter", help="Between the cells of CSV; else found in the header.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where bad orders go; else FILE.rejected.jsonl.",
)
@json_option
def import_(
    *, file: str, form: str | None, delimiter: str | None, rejected: Path | None, as_json: bool
) -> None:
    """Import JSON Lines (an order a line) or CSV (a row a line of an order); - is standard input.

    Bad orders are written with their reasons to FILE.rejected.jsonl, and the rest goes on. It is
    safe to run again, also after it was stopped. Exit status: 1 where an order was refused or the
    import stopped early, 130 after Ctrl-C.
    """
    aside = rejected or Path(f"{'stdin' if file == '-' else file}.rejected.jsonl")
    if aside.exists() and file != "-" and aside.samefile(file):
        raise click.BadParameter("This is the file to import.", param_hint="--rejected")
    tally = import_file(file, form=form, delimiter=_delimiter(delimiter), aside=aside)
    facts = {**tally.facts(), "rejected_file": str(aside) if tally.rejected else None}
    say(facts, as_json=as_json, words=_words(tally, aside))
    if tally.interrupted:
        sys.exit(INTERRUPTED)
    sys.exit(1 if tally.rejected or tally.stopped else 0)


def _delimiter(given: str | None) -> str | None:
    if given in {"tab", "\\t"}:
        return "\t"
    if given is not None and len(given) != 1:
        raise click.BadParameter("One character, or tab.", param_hint="--delimiter")
    return given


def _words(tally: Tally, aside: Path) -> str:
    words = (
        f"Imported: {tally.imported:,} ({tally.created:,} new, {tally.updated:,} changed,"
        f" {tally.unchanged:,} as they were). Rejected: {tally.rejected:,}"
    )
    words += f", see {aside}." if tally.rejected else "."
    if tally.stopped:
        words += f"\n{tally.stopped} What was taken stays; run it again to take the rest."
    return words


@command.command(
    epilog="Example: returns-engine orders template --example > orders.csv",
)
@click.option("--example", is_flag=True, help="Two orders below the header.")
def template(*, example: bool) -> None:
    """Print the header for orders as CSV; docs/import.md explains the columns."""
    written = io.StringIO()
    rows = csv.DictWriter(written, list(columns()), restval="", lineterminator="\n")
    rows.writeheader()
    if example:
        rows.writerows(EXAMPLE_ROWS)
    click.echo(written.getvalue(), nl=False)
