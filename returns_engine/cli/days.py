"""Days as they are written at a shell, and the moments between which they lie."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import rich_click as click

from returns_engine.cli.wrong_input import WrongInput

Decorated = TypeVar("Decorated", bound=Callable[..., None])
_DAY = click.DateTime(formats=["%Y-%m-%d"])


def period_options(command: Decorated) -> Decorated:
    """Add `--from` and `--to`, days in UTC, the last one included."""
    last = click.option("--to", "last", type=_DAY, help="The last day, UTC; else today.")
    first = click.option("--from", "first", type=_DAY, help="The first day, UTC.")
    return first(last(command))


def between(
    first: datetime | None, last: datetime | None, *, otherwise: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """Return the moments from the first day's beginning to the last day's end; raises WrongInput.

    Without a first day the period begins with the day of `otherwise`.
    """
    since = (first or otherwise).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    end = (last or now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    if end < since:
        raise WrongInput(["--to: the last day lies before the first."])
    return since, end + timedelta(days=1)
