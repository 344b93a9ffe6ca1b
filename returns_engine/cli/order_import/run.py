"""Import a file of orders in batches: while the database takes one in, the next one is read."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import rich_click as click

from returns_engine.cli.order_import.progress import ImportProgress
from returns_engine.cli.order_import.rejects import Rejects, RejectsLost
from returns_engine.cli.order_import.source import Source, opened
from returns_engine.cli.order_import.tally import Tally
from returns_engine.cli.surroundings import database_here
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.order_file.given_order import GivenOrder
from returns_engine.documents.order_file.lines import UnusableFile
from returns_engine.gateways.clock import system_clock
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import DATABASE_FAILURES, engine_at
from returns_engine.workflow.import_orders import import_orders
from returns_engine.workflow.refusals import Refusal

_BATCH_ORDERS = 200
_BATCH_BYTES = 2_000_000
_ONCE_MORE = "Stopping after the orders that are on their way; Ctrl-C once more stops at once."


def import_file(file: str, *, form: str | None, delimiter: str | None, aside: Path) -> Tally:
    """Import all that can be imported, and return how far it came; the rest is in `aside`.

    Raises WrongInput where nothing of the file can be taken in.
    """
    tally = Tally()
    try:
        with (
            opened(file, form=form, delimiter=delimiter) as source,
            Rejects(aside) as rejects,
            database_here() as url,
            ImportProgress(file, source.size) as progress,
        ):
            asyncio.run(_Import(source, rejects, progress, tally).run(url))
    except UnusableFile as unusable:
        if not tally.line:
            raise WrongInput(unusable.faults) from None
        tally.stop(str(unusable))
    except RejectsLost as lost:
        tally.stop(str(lost))
    return tally


class _Import:
    """One run over a file."""

    def __init__(
        self, source: Source, rejects: Rejects, progress: ImportProgress, tally: Tally
    ) -> None:
        self._source, self._rejects = source, rejects
        self._progress, self._tally = progress, tally

    async def run(self, url: str) -> None:
        """Take batch after batch, until the end, Ctrl-C or trouble that is no order's fault."""
        with _stoppable() as asked_to_stop:
            try:
                async with engine_at(url, pool_size=2):
                    await self._batches(asked_to_stop)
            except DATABASE_FAILURES as error:
                said = str(error) or type(error).__name__
                self._tally.stop(f"the database failed: {said.rstrip('.')}.")

    async def _batches(self, asked_to_stop: asyncio.Event) -> None:
        batch = await asyncio.to_thread(self._next)
        while batch and not asked_to_stop.is_set():
            reading = asyncio.create_task(asyncio.to_thread(self._next))
            try:
                await self._take(batch)
            except BaseException:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                raise
            batch = await reading
        if batch:
            self._tally.interrupted = True
            self._tally.stop("it was interrupted.")

    def _next(self) -> list[GivenOrder]:
        """Read the next batch: so many orders, or less where they are long."""
        batch: list[GivenOrder] = []
        until = self._source.bytes_read + _BATCH_BYTES
        for order in islice(self._source.orders, _BATCH_ORDERS):
            batch.append(order)
            if self._source.bytes_read >= until:
                break
        return batch

    async def _take(self, batch: list[GivenOrder]) -> None:
        readable = [
            (order.document.order_number or "", order.document) for order in batch if order.document
        ]
        outcomes = iter(await import_orders(readable, actor=SYSTEM, now=system_clock()))
        for order in batch:
            self._tally.line = order.line
            outcome = next(outcomes) if order.document else list(order.reasons)
            if isinstance(outcome, Refusal):
                outcome = _reasons(order, outcome)
            if isinstance(outcome, list):
                self._rejects.write(order, outcome)
                self._tally.rejected += 1
            else:
                self._tally.count(outcome)
        self._rejects.flush()
        done = self._tally.imported + self._tally.rejected
        self._progress.show(orders=done, bytes_read=self._source.bytes_read)


def _reasons(order: GivenOrder, refusal: Refusal) -> list[str]:
    fields = [f"{order.where(field.pointer)}: {field.detail}" for field in refusal.fields]
    return fields or [refusal.detail]


@contextmanager
def _stoppable() -> Iterator[asyncio.Event]:
    """Give an event that the first Ctrl-C sets; the second one interrupts as usual."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def ask() -> None:
        asked.set()
        loop.remove_signal_handler(signal.SIGINT)
        click.echo(_ONCE_MORE, err=True)

    loop.add_signal_handler(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        loop.remove_signal_handler(signal.SIGINT)
