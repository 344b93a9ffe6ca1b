"""`returns-engine webhooks`: who is told of returns and refunds, and what became of it."""

import os
from datetime import UTC, datetime, timedelta

import rich_click as click

from returns_engine.cli.surroundings import (
    ENV_FILE,
    as_wrong_input,
    in_database,
    json_option,
    say,
)
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.moments import utc_text
from returns_engine.queries.webhooks import LAST, Delivery, Endpoint, list_endpoints, read_log
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.webhooks.event_types import EVENT_TYPES
from returns_engine.settings import read_setting
from returns_engine.workflow.keep_webhooks import (
    BOTH_SIGN_FOR,
    add_webhook,
    disable_webhook,
    enable_webhook,
    remove_webhook,
    rotate_webhook_secret,
)
from returns_engine.workflow.resend_webhooks import ping_webhook, resend_webhook, resend_webhooks
from returns_engine.workflow.send_webhook import webhook_id

_HOURS = BOTH_SIGN_FOR // timedelta(hours=1)
_NUMBER = click.IntRange(1, LAST)
_ENDPOINT = click.argument("endpoint", type=_NUMBER)


@click.group()
def command() -> None:
    """Tell programs of returns and refunds; docs/webhooks.md says what and how to check it."""


@command.command(
    epilog="Example: returns-engine webhooks add https://erp.example.com/h --event refund.failed"
)
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(list(EVENT_TYPES)),
    metavar="TYPE",
    help="May be repeated; without it, all.",
)
@click.option("--description", default="", help="What it is for.")
@json_option
def add(*, url: str, events: tuple[str, ...], description: str, as_json: bool) -> None:
    """Add a receiver and print the secret that signs what it gets, this once."""
    with as_wrong_input():
        secure = read_setting("mode", os.environ, ENV_FILE) == "production"
    new = in_database(
        lambda: add_webhook(
            url,
            event_types=events,
            description=description,
            secure=secure,
            actor=SYSTEM,
            now=system_clock(),
        )
    )
    facts = {"endpoint": new.id, "secret": new.secret}
    say(
        facts,
        as_json=as_json,
        words=f"Receiver {new.id}. Its secret, shown this once:\n{new.secret}",
    )


@command.command("list", epilog="Example: returns-engine webhooks list --json")
@json_option
def list_all(*, as_json: bool) -> None:
    """List the receivers: where they are, and how they stand."""
    found = in_database(list_endpoints)
    words = "\n".join(_line(one) for one in found) or "No receiver. Add one: webhooks add URL"
    say({"items": [_endpoint(one) for one in found]}, as_json=as_json, words=words)


@command.command(epilog="Example: returns-engine webhooks remove 1")
@_ENDPOINT
def remove(*, endpoint: int) -> None:
    """Remove a receiver, with the log of what it was sent."""
    in_database(lambda: remove_webhook(endpoint, actor=SYSTEM, now=system_clock()))
    click.echo(f"Removed: {endpoint}")


@command.command(epilog="Example: returns-engine webhooks enable 1")
@_ENDPOINT
@json_option
def enable(*, endpoint: int, as_json: bool) -> None:
    """Send to a receiver again, from now on; what was held meanwhile waits for `resend`."""
    held = in_database(lambda: enable_webhook(endpoint, actor=SYSTEM, now=system_clock()))
    hint = f" Held meanwhile: {held}. Send them: webhooks resend --endpoint {endpoint} --since …"
    say(
        {"endpoint": endpoint, "held": held},
        as_json=as_json,
        words=f"On: {endpoint}.{hint if held else ''}",
    )


@command.command(epilog="Example: returns-engine webhooks disable 1")
@_ENDPOINT
def disable(*, endpoint: int) -> None:
    """Send nothing to a receiver for now; what happens meanwhile is held for 30 days."""
    in_database(lambda: disable_webhook(endpoint, actor=SYSTEM, now=system_clock()))
    click.echo(f"Off: {endpoint}")


@command.command(epilog="Example: returns-engine webhooks rotate 1")
@_ENDPOINT
@json_option
def rotate(*, endpoint: int, as_json: bool) -> None:
    """Give a receiver a new secret and print it, this once; the old one signs too, for a day."""
    secret = in_database(lambda: rotate_webhook_secret(endpoint, actor=SYSTEM, now=system_clock()))
    words = f"{secret}\nThe old one signs too, for {_HOURS} hours."
    say({"endpoint": endpoint, "secret": secret}, as_json=as_json, words=words)


@command.command(epilog="Example: returns-engine webhooks log --failed")
@click.option("--endpoint", type=_NUMBER, help="Of one receiver.")
@click.option("--failed", is_flag=True, help="What did not arrive, or is held.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
def log(*, endpoint: int | None, failed: bool, limit: int, as_json: bool) -> None:
    """Show what was sent, the newest first."""
    found = in_database(lambda: read_log(endpoint=endpoint, failed=failed, limit=limit))
    words = "\n".join(_sent(one) for one in found) or "Nothing."
    say({"items": [_delivery(one) for one in found]}, as_json=as_json, words=words)


@command.command(
    epilog="Examples: returns-engine webhooks resend 17 ·"
    " returns-engine webhooks resend --endpoint 1 --since 2026-11-28T06:00"
)
@click.argument("number", type=_NUMBER, required=False)
@click.option("--endpoint", type=_NUMBER, help="With --since: to whom.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="All that did not arrive, of what happened from then on (UTC).",
)
@json_option
def resend(
    *, number: int | None, endpoint: int | None, since: datetime | None, as_json: bool
) -> None:
    """Send one webhook of the log again, or all that a receiver did not get since a moment."""
    now = system_clock()
    if number is not None and since is None and endpoint is None:
        in_database(lambda: resend_webhook(number, now=now))
        count = 1
    elif number is None and since is not None and endpoint is not None:
        moment = since.replace(tzinfo=UTC)
        count = in_database(lambda: resend_webhooks(endpoint, since=moment, now=now))
    else:
        raise WrongInput(["Give the number of one webhook, or both --endpoint and --since."])
    say({"resent": count}, as_json=as_json, words=f"On their way again: {count}")


@command.command(epilog="Example: returns-engine webhooks test 1")
@_ENDPOINT
@json_option
def test(*, endpoint: int, as_json: bool) -> None:
    """Send a `ping` to a receiver; `webhooks log` shows what came of it."""
    number = in_database(lambda: ping_webhook(endpoint, now=system_clock()))
    words = f"On its way: {number}. Look: webhooks log --endpoint {endpoint}"
    say({"endpoint": endpoint, "webhook": number}, as_json=as_json, words=words)


def _line(one: Endpoint) -> str:
    standing = "on" if one.state == "enabled" else f"off ({one.disabled_why})"
    if one.state == "enabled" and one.failing_since:
        standing = f"failing since {utc_text(one.failing_since)}"
    wants = ", ".join(one.event_types) or "all events"
    waits = f"{one.queued} waiting, {one.failed} failed, {one.held} held"
    named = f" ({one.description})" if one.description else ""
    return f"{one.id}  {one.url}{named}: {standing}; {wants}; {waits}"


def _sent(one: Delivery) -> str:
    said = one.last_error or (str(one.last_status) if one.last_status else "")
    about = one.data.get("refund_id") or one.data.get("return_number") or ""
    words = [utc_text(one.happened_at), one.event_type, about, one.state, said]
    return f"{one.id}  to {one.endpoint}  " + "  ".join(word for word in words if word)


def _endpoint(one: Endpoint) -> dict[str, object]:
    return {
        "endpoint": one.id,
        "url": one.url,
        "description": one.description,
        "events": list(one.event_types),
        "state": one.state,
        "disabled_why": one.disabled_why,
        "failing_since": utc_text(one.failing_since),
        "last_success_at": utc_text(one.last_success_at),
        "last_failure_at": utc_text(one.last_failure_at),
        "waiting": one.queued,
        "failed": one.failed,
        "held": one.held,
    }


def _delivery(one: Delivery) -> dict[str, object]:
    return {
        "webhook": one.id,
        "endpoint": one.endpoint,
        "webhook_id": webhook_id(one.event_id),
        "type": one.event_type,
        "timestamp": utc_text(one.happened_at),
        "data": dict(one.data),
        "state": one.state,
        "tries": one.tries,
        "next_try": utc_text(one.next_try),
        "last_status": one.last_status,
        "last_error": one.last_error,
        "delivered_at": utc_text(one.delivered_at),
    }
