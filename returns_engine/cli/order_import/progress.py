"""How an import gets on, on standard error: a bar at a terminal, else a line now and then."""

import time
from types import TracebackType
from typing import Self

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_A_LINE_EVERY = 10_000


class ImportProgress:
    """Show how many orders were done, how many a second, and how long it may still take."""

    def __init__(self, name: str, size: int | None) -> None:
        """Take the file's name and its size in bytes, where it is known."""
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[orders]:,} orders, {task.fields[rate]:,.0f}/s, left:"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._lines = not console.is_terminal
        self._task: TaskID = self._bar.add_task(name, total=size, orders=0, rate=0.0)
        self._began = time.monotonic()
        self._said = 0

    def __enter__(self) -> Self:
        """Begin to show it."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def show(self, *, orders: int, bytes_read: int) -> None:
        """Show how far it is."""
        rate = orders / max(time.monotonic() - self._began, 0.001)
        self._bar.update(self._task, completed=bytes_read, orders=orders, rate=rate)
        if self._lines and orders - self._said >= _A_LINE_EVERY:
            self._said = orders - orders % _A_LINE_EVERY
            click.echo(f"{orders:,} orders done, {rate:,.0f} a second", err=True)
