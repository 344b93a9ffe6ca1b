"""Days as they are written at a shell, and the moments between which they lie.

A day of finance is a day of the shop: it begins at midnight in the policy's time zone, as on the
pages and on credit notes.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import rich_click as click

from returns_engine.cli.surroundings import ENV_FILE, as_wrong_input, in_database
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.policy_file import set_policy
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.settings import read_setting

Decorated = TypeVar("Decorated", bound=Callable[..., None])
DAY = click.DateTime(formats=["%Y-%m-%d"])


def period_options(command: Decorated) -> Decorated:
    """Add `--from` and `--to`, days of the shop, the last one included."""
    last = click.option("--to", "last", type=DAY, help="The last day, the shop's; else today.")
    first = click.option("--from", "first", type=DAY, help="The first day, in the shop's zone.")
    return first(last(command))


def between(
    first: datetime | None,
    last: datetime | None,
    *,
    otherwise: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[datetime, datetime]:
    """Return the moments from the first day's beginning to the last day's end; raises WrongInput.

    Without a first day the period begins with the day of `otherwise`.
    """
    begins = (first or otherwise.astimezone(zone)).date()
    ends = (last or now.astimezone(zone)).date()
    if ends < begins:
        raise WrongInput(["--to: the last day lies before the first."])
    return datetime.combine(begins, time(), zone), end_of(ends, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day is over in `zone`; raises WrongInput for the last of all."""
    try:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    except OverflowError:
        raise WrongInput(["--to: there is no day after this one."]) from None


def shop_zone(now: datetime) -> ZoneInfo:
    """Return the time zone of the policy that is in force; raises WrongInput where it is wrong."""
    with as_wrong_input():
        policies = PublishedPolicies(set_policy(read_setting("policy", os.environ, ENV_FILE)))
    in_database(policies.look_again)
    return policies.at(now).zone
