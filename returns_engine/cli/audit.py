"""`returns-engine audit`: say whether the record is whole."""

import sys
from dataclasses import asdict

import rich_click as click

from returns_engine.cli.surroundings import in_database, json_option, say
from returns_engine.queries.audit import verify_chains


@click.group()
def command() -> None:
    """Check the record of what happened."""


@command.command(epilog="Example: returns-engine audit verify --json")
@json_option
def verify(*, as_json: bool) -> None:
    """Recompute every chain of events; exit status 1 where anything is wrong."""
    report = in_database(verify_chains)
    problems = [asdict(problem) for problem in report.problems]
    facts = {
        "ok": report.ok,
        "chains": report.chains,
        "events": report.events,
        "problems": problems,
    }
    words = [f"{report.events} events in {report.chains} chains"]
    words += [
        f"{one.chain}: {one.fault}" + (f" at event {one.sequence}" if one.sequence else "")
        for one in report.problems
    ] or ["Every chain verifies."]
    say(facts, as_json=as_json, words="\n".join(words))
    sys.exit(0 if report.ok else 1)
