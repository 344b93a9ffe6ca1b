"""`returns-engine audit`: say whether the record is whole, and keep proof of how it stood."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rich_click as click

from returns_engine.cli.closed_file import write_closed
from returns_engine.cli.failed import Failed
from returns_engine.cli.surroundings import (
    anchor_key_here,
    anchors_here,
    in_database,
    json_option,
    merchant_here,
    say,
)
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.audit_problems import AuditReport
from returns_engine.queries.case_check import check_case_file
from returns_engine.queries.case_file import read_case_file
from returns_engine.rules.rma_number import normalize_rma_number
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
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path, exists=True),
    help="Check a case that `audit export` wrote, without a database.",
)
@json_option
def verify(*, anchors: Path | None, file: Path | None, as_json: bool) -> None:
    """Recompute every chain of events; exit status 1 where anything is wrong."""
    folder, key = anchors_here(anchors), anchor_key_here()
    held = folder if anchors is not None or folder.kept() else None
    if file is None:
        report = in_database(lambda: verify_chains(held, key=key))
    else:
        report = _checked_file(file, held, key)
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


def _checked_file(file: Path, anchors: AnchorFolder | None, key: str | None) -> AuditReport:
    try:
        document = json.loads(file.read_bytes())
        return check_case_file(document, anchors=anchors.kept() if anchors else (), key=key)
    except ValueError as error:
        raise WrongInput([f"{file}: no case that audit export wrote: {error}"]) from None


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
    """Write today's anchor: where every chain stands, signed. The worker does it every day.

    Exit status 1 where there was one of today, and it is not in this folder.
    """
    folder = anchors_here(to)
    # A key is made for an anchor alone: one in the wrong folder would be taken for ours.
    key = anchor_key_here() or (lambda: anchor_key_here(make=True) or "")
    made = in_database(lambda: anchor_record(folder=folder, key=key, now=system_clock()))
    if not made.path.exists():
        raise Failed(
            f"There was an anchor of today, number {made.number}, and {made.path} is not there."
            " Are RETURNS_ENGINE_DATA_DIR and RETURNS_ENGINE_ANCHOR_DIR those of the worker?"
            " If they are, put back the copy that you keep elsewhere."
        )
    facts = {"number": made.number, "file": str(made.path), "made": made.made}
    words = f"{'Written' if made.made else 'There was one of today'}: {made.path}"
    say(facts, as_json=as_json, words=words)


@command.command(epilog="Example: returns-engine audit export RMA-G496G1C5 --to cases")
@click.argument("number")
@click.option("--to", type=_FOLDER, help="The folder; else the one you are in.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON and write nothing.")
def export(*, number: str, to: Path | None, as_json: bool) -> None:
    """Write a case out whole: NUMBER.json with its chains, and NUMBER.pdf to read.

    It holds names and words, so its owner alone may read it. Photos are named with their SHA-256;
    `audit verify --file` checks the JSON anywhere.
    """
    case = in_database(lambda: _case(number))
    text = json.dumps(case, ensure_ascii=False, indent=2)
    if as_json:
        click.echo(text)
        return
    # What draws a PDF takes as long to load as the rest, and no other command here draws one.
    from returns_engine.labels.dossier import render_dossier  # noqa: PLC0415 - see above
    from returns_engine.workflow.case_dossier import case_dossier  # noqa: PLC0415 - see above

    folder, name = to or Path(), case["return_number"]
    pdf = render_dossier(case_dossier(case, merchant=merchant_here()))
    folder.mkdir(parents=True, exist_ok=True)
    write_closed(folder / f"{name}.json", f"{text}\n".encode())
    write_closed(folder / f"{name}.pdf", pdf)
    click.echo(f"Written: {folder / name}.json and {folder / name}.pdf")


async def _case(number: str) -> dict[str, Any]:
    known = normalize_rma_number(number)
    case = await read_case_file(known, now=system_clock()) if known else None
    if case is None:
        raise WrongInput([f"There is no return {number}."])
    return case
