"""`returns-engine audit`: say whether the record is whole, and keep proof of how it stood."""

import sys
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from returns_engine.cli.surroundings import (
    anchor_key_here,
    anchors_here,
    in_database,
    json_option,
    say,
)
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.audit_problems import AuditReport
from returns_engine.workflow.anchor_record import anchor_record

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Check the record of what happened, and keep proof of how it stood."""


@command.command(
    epilog="Example: returns-engine audit verify --anchors /mnt/elsewhere/anchors --json"
)
@click.option(
    "--anchors",
    type=click.Path(file_okay=False, path_type=Path, exists=True),
    help="Hold the record against the anchors kept here; else against those in"
    " RETURNS_ENGINE_ANCHOR_DIR, where there are any.",
)
@json_option
def verify(*, anchors: Path | None, as_json: bool) -> None:
    """Recompute every chain of events; exit status 1 where anything is wrong."""
    folder, key = anchors_here(anchors), anchor_key_here()
    held = folder if anchors is not None or folder.kept() else None
    report = in_database(lambda: verify_chains(held, key=key))
    facts = {
        "ok": report.ok,
        "chains": report.chains,
        "events": report.events,
        "anchors": report.anchors,
        "signatures_checked": report.signatures_checked,
        "problems": [asdict(problem) for problem in report.problems],
    }
    say(facts, as_json=as_json, words="\n".join([*_extent(report), *_findings(report)]))
    sys.exit(0 if report.ok else 1)


def _extent(report: AuditReport) -> list[str]:
    words = [f"{report.events} events in {report.chains} chains"]
    if not report.anchors:
        return [*words, "No anchors were kept here: a chain written anew would not be found."]
    words.append(f"{report.anchors} anchors")
    if not report.signatures_checked:
        words.append("No key is here: the anchors' signatures were not checked.")
    return words


def _findings(report: AuditReport) -> list[str]:
    return [problem.says for problem in report.problems] or ["Every chain verifies."]


@command.command(epilog="Example: returns-engine audit anchor --to /mnt/elsewhere/anchors")
@click.option("--to", type=_FOLDER, help="The folder; else RETURNS_ENGINE_ANCHOR_DIR.")
@json_option
def anchor(*, to: Path | None, as_json: bool) -> None:
    """Write today's anchor: where every chain stands, signed. The worker does it every day."""
    folder, key = anchors_here(to), anchor_key_here(make=True)
    made = in_database(lambda: anchor_record(folder=folder, key=key or "", now=system_clock()))
    facts = {"number": made.number, "file": str(made.path), "made": made.made}
    words = f"{'Written' if made.made else 'There was one of today'}: {made.path}"
    say(facts, as_json=as_json, words=words)
