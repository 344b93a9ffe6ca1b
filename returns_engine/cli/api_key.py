"""`returns-engine api-key`: keys for programs."""

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from returns_engine.cli.surroundings import in_database, json_option, say
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.api_keys import KeyOnList, list_api_keys
from returns_engine.queries.moments import utc_text
from returns_engine.rules.words import Scope
from returns_engine.workflow.make_api_key import (
    make_api_key,
    revoke_api_key,
    revoke_one_api_key,
)

_NUMBER = click.IntRange(1, 2**31 - 1)
SCOPES = click.Choice([str(scope) for scope in Scope])
_MADE_BY = "returns-engine api-key create --name shop --scope orders:write"


@click.group()
def command() -> None:
    """Make, list and revoke keys for programs."""


@command.command(epilog=f"Example: {_MADE_BY}")
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=SCOPES, help="May be repeated."
)
@click.option(
    "--staff", help="E-mail of the person it acts for; needed to review, inspect, approve."
)
@json_option
def create(*, name: str, scopes: tuple[str, ...], staff: str | None, as_json: bool) -> None:
    """Make a key and print it, this once."""
    key = in_database(
        lambda: make_api_key(
            name=name,
            scopes=[Scope(scope) for scope in scopes],
            staff_email=staff,
            now=system_clock(),
        )
    )
    say({"key": key}, as_json=as_json, words=key)


@command.command(name="list", epilog="Example: returns-engine api-key list --json")
@json_option
def list_keys(*, as_json: bool) -> None:
    """List every key with its scopes and when it was last used, right to the hour.

    The keys themselves are not kept. A scope that its person's roles do not grant any more is
    marked "not now".
    """
    keys = in_database(list_api_keys)
    if as_json:
        say({"keys": [_facts(key) for key in keys]}, as_json=True, words="")
    elif keys:
        Console().print(_table(keys))
    else:
        click.echo(f"There are no keys yet. Make one: {_MADE_BY}")


@command.command(
    epilog="Examples: returns-engine api-key revoke shop; returns-engine api-key revoke --id 7"
)
@click.argument("name", required=False)
@click.option("--id", "key_id", type=_NUMBER, help="One of several keys of a name.")
def revoke(*, name: str | None, key_id: int | None) -> None:
    """Revoke every key of this name, or the one with this id; it opens nothing from then on."""
    if (name is None) == (key_id is None):
        raise WrongInput(["Name the key to revoke, or give its --id; `api-key list` shows both."])
    now = system_clock()
    if name is not None:
        count = in_database(lambda: revoke_api_key(name, now=now))
    else:
        count = in_database(lambda: revoke_one_api_key(key_id or 0, now=now))
    named = name if key_id is None else f"the key with id {key_id}"
    click.echo(f"Revoked: {count}" if count else f"Revoked before, nothing changed: {named}")


def _facts(key: KeyOnList) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "grants": key.grants,
        "person": key.person,
        "made_at": utc_text(key.created_at),
        "last_used_at": utc_text(key.last_used_at),
        "revoked_at": utc_text(key.revoked_at),
    }


def _table(keys: list[KeyOnList]) -> Table:
    """Return a row a key, narrow enough for a terminal of 80 columns."""
    table = Table(show_lines=True)
    table.add_column("key", overflow="fold")
    table.add_column("scopes", no_wrap=True)
    table.add_column("when", no_wrap=True)
    for key in keys:
        named = [key.name, f"id {key.id}", *([key.person] if key.person else [])]
        scopes = [_scope(scope, key) for scope in key.scopes]
        table.add_row(*(Text("\n".join(lines)) for lines in (named, scopes, _moments(key))))
    return table


def _scope(scope: Scope, key: KeyOnList) -> str:
    """Return the scope, marked where a key in force does not grant it: its person lost the role."""
    return str(scope) if key.revoked_at or scope in key.grants else f"{scope} (not now)"


def _moments(key: KeyOnList) -> list[str]:
    used = "never" if key.last_used_at is None else f"{key.last_used_at:%Y-%m-%d %H:%M}"
    moments = [f"made {key.created_at:%Y-%m-%d}", f"used {used}"]
    return [*moments, f"revoked {key.revoked_at:%Y-%m-%d}"] if key.revoked_at else moments
