"""`returns-engine api-key`: keys for programs."""

import rich_click as click

from returns_engine.cli.surroundings import in_database, json_option, say
from returns_engine.gateways.clock import system_clock
from returns_engine.rules.words import Scope
from returns_engine.workflow.make_api_key import make_api_key, revoke_api_key

SCOPES = click.Choice([str(scope) for scope in Scope])


@click.group()
def command() -> None:
    """Make and revoke keys for programs."""


@command.command(epilog="Example: returns-engine api-key create --name shop --scope orders:write")
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


@command.command(epilog="Example: returns-engine api-key revoke shop")
@click.argument("name")
def revoke(*, name: str) -> None:
    """Revoke every key of this name."""
    count = in_database(lambda: revoke_api_key(name, now=system_clock()))
    if not count:
        raise click.ClickException(f"No key of the name {name} works.")
    click.echo(f"Revoked: {count}")
