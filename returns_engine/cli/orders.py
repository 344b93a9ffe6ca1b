"""`returns-engine orders`: take orders in from a file."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from returns_engine.cli.surroundings import database_here, json_option, say
from returns_engine.documents.errors import DocumentError
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.reading import read_document
from returns_engine.gateways.clock import system_clock
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.refusals import Refusal

LONGEST_LINE = 1_000_000


@click.group()
def command() -> None:
    """Take orders in from a file."""


@command.command(name="import", epilog="Example: returns-engine orders import orders.jsonl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(*, file: Path, as_json: bool) -> None:
    """Import JSON Lines, an order a line; safe to run again.

    Bad lines are written with their reasons to FILE.rejected.jsonl, and the rest goes on; then the
    exit status is 1.
    """
    rejected = file.with_name(f"{file.name}.rejected.jsonl")
    with (
        database_here() as url,
        _progress() as bar,
        rejected.open("w", encoding="utf-8") as out,
    ):
        task = bar.add_task(file.name, total=file.stat().st_size)
        taken, refused = asyncio.run(_import(url, _lines(file, bar, task), out))
    if not refused:
        rejected.unlink()
    facts = {"imported": taken, "rejected": refused}
    words = f"Imported: {taken}. Rejected: {refused}" + (f", see {rejected}." if refused else ".")
    say(facts, as_json=as_json, words=words)
    sys.exit(1 if refused else 0)


async def _import(
    url: str, lines: Iterator[tuple[int, bytes]], rejected: TextIO
) -> tuple[int, int]:
    taken = refused = 0
    async with engine_at(url, pool_size=2):
        for number, line in lines:
            reasons = await _import_line(line)
            if reasons is None:
                taken += 1
                continue
            refused += 1
            said = {"line": number, "reasons": reasons, "input": line.decode("utf-8", "replace")}
            rejected.write(json.dumps(said, ensure_ascii=False) + "\n")
    return taken, refused


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _lines(file: Path, bar: Progress, task: TaskID) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not empty, with their numbers; memory holds one at a time."""
    with file.open("rb") as source:
        number = 0
        while line := source.readline(LONGEST_LINE):
            number += 1
            bar.advance(task, len(line))
            if line.strip():
                yield number, line


async def _import_line(line: bytes) -> list[str] | None:
    """Import one order; return the reasons why it was not taken, or None."""
    try:
        document = read_document(line.strip(), OrderDocument)
        if document.order_number is None:
            return ["/order_number: The field is missing."]
        await import_order(
            document.order_number,
            document,
            expected_version=None,
            actor=SYSTEM,
            now=system_clock(),
        )
    except DocumentError as error:
        return [f"{fault.place}: {fault.detail}" for fault in error.errors]
    except Refusal as refusal:
        return [f"{field.pointer}: {field.detail}" for field in refusal.fields] or [refusal.detail]
    return None
