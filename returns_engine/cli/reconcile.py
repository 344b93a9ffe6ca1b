"""`returns-engine reconcile`: our books compared with the provider's whole account."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from returns_engine.bootstrap import configure_logs
from returns_engine.cli.days import between, period_options, shop_zone
from returns_engine.cli.surroundings import (
    as_wrong_input,
    in_database,
    json_option,
    say,
    settings_here,
)
from returns_engine.documents.policy_file import set_policy
from returns_engine.gateways.clock import Clock, clock_from
from returns_engine.gateways.payments.from_settings import payment_gateway
from returns_engine.queries.compared_refunds import Period, expected_refunds
from returns_engine.queries.moments import utc_text
from returns_engine.queries.reconciliations import Line, Run, Total, lines_of, read_run
from returns_engine.rules.money.money import decimal_text
from returns_engine.settings import Settings
from returns_engine.tables.engine import DATABASE_FAILURES
from returns_engine.workflow.reconcile import LOOKS_BACK, reconcile

SHOWN_LINES = 1000
_MEANS = {
    "not_adopted": "at the provider under our mark, and not taken in",
    "not_booked": "at the provider for a payment of ours, and not booked",
    "not_at_provider": "in our books, and not at the provider",
    "amount": "another amount or currency",
    "status": "another state",
    "payment_total": "the payment's own sum differs",
    "paid_again": "a second payment of a refund of ours, and booked",
    "outside": "made in the dashboard, and booked",
    "another_system": "another system's payment",
}

_BROKE_OFF = "The comparison broke off before it had a result. Run it again."


@click.command(epilog="Example: returns-engine reconcile --from 2026-11-01 --to 2026-11-30 --json")
@period_options
@json_option
def command(*, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Compare all refunds of the provider's account with our books, and name what differs.

    What differs is asked about first, and mended where that is news we missed. Without --from it
    looks 35 days back; days begin at midnight in the shop's time zone. Exit status: 0 no
    difference; 1 a difference, no answer, or no end; 2 wrong input.
    """
    settings = settings_here()
    configure_logs(settings)
    clock = clock_from(settings)
    now = clock()
    zone = shop_zone(now)
    since, before = between(first, last, otherwise=now - LOOKS_BACK, now=now, zone=zone)
    period = Period(since=since, before=before)
    try:
        run, lines = in_database(lambda: _reconcile(settings, period, clock))
    except DATABASE_FAILURES as error:
        facts = {"state": "broken_off", "agrees": False, "error": type(error).__name__}
        say(facts, as_json=as_json, words=f"{_BROKE_OFF} ({facts['error']})")
        sys.exit(1)
    words = "\n".join([*_sums(run, zone), *_differences(run, lines)])
    say(_facts(run, lines), as_json=as_json, words=words)
    sys.exit(0 if run.agrees else 1)


async def _reconcile(settings: Settings, period: Period, clock: Clock) -> tuple[Run, list[Line]]:
    with as_wrong_input():
        gateway, policy = payment_gateway(settings), set_policy(settings.policy)
    async with gateway as payments:
        with _progress(await expected_refunds(period)) as progress:
            run_id = await reconcile(
                period, payments=payments, policy=policy, clock=clock, progress=progress
            )
    run = await read_run(run_id)
    if run is None:
        raise LookupError(f"The run {run_id} is gone.")
    return run, await lines_of(run_id, limit=SHOWN_LINES)


@contextmanager
def _progress(expected: int) -> Iterator[Callable[[int], None]]:
    """Show how many refunds came, beside how many our books expect."""
    bar = Progress(
        TextColumn("Refunds listed"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=expected or None)
        yield lambda more: bar.advance(task, more)


def _facts(run: Run, lines: list[Line]) -> dict[str, Any]:
    return {
        "id": run.id,
        "state": run.state,
        "since": utc_text(run.since),
        "before": utc_text(run.before),
        "agrees": run.agrees,
        "refunds": run.refunds,
        "mended": run.mended,
        "differing": run.differing,
        "totals": [asdict(total) | {"difference": total.difference} for total in run.totals],
        "lines": [_line(line) for line in lines],
        "error": run.error,
    }


def _line(line: Line) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(line).items() if name != "id"}
    return facts | {
        "difference": line.difference,
        "made_at": utc_text(line.made_at),
        "refund_id": str(line.refund_id) if line.refund_id else None,
    }


def _sums(run: Run, zone: ZoneInfo) -> list[str]:
    if run.state != "done":
        return [f"The provider did not answer, and nothing was changed: {run.error}"]
    last = run.before.astimezone(zone).date() - timedelta(days=1)
    days = f"{run.since.astimezone(zone).date()} to {last} ({zone.key})"
    words = [f"{run.refunds} refunds made from {days} at the provider."]
    words += [_sum(total) for total in run.totals]
    if run.mended:
        words.append(f"Asked and brought up to date: {run.mended}.")
    if run.error:
        words.append(f"Not all could be asked about: {run.error}")
    return words


def _sum(total: Total) -> str:
    def text(amount: int) -> str:
        return f"{decimal_text(amount, total.currency)} {total.currency}"

    words = f"At the provider {text(total.at_provider)}, in our books {text(total.in_books)}:"
    words += f" difference {text(total.difference)}."
    if total.another_system:
        words += f" Another system's: {text(total.another_system)}."
    return words


def _differences(run: Run, lines: list[Line]) -> list[str]:
    if run.state != "done":
        return []
    words = [
        f"  {line.provider_refund_id or line.payment_reference}: {_MEANS[line.kind]}:"
        f" {decimal_text(line.at_provider, line.currency)} there,"
        f" {decimal_text(line.in_books, line.currency)} here ({line.currency}),"
        f" order {line.order_number or 'unknown'}"
        for line in lines
    ]
    return [*words, _verdict(run)]


def _verdict(run: Run) -> str:
    if run.differing:
        return f"Differing: {run.differing}."
    return "Nothing differs." if run.agrees else "No line differs, but a sum does."
