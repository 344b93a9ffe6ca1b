"""`returns-engine staff`: take people on, and say what each is there for."""

import sys
from dataclasses import asdict

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from returns_engine.cli.surroundings import in_database, json_option, say
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.staff_list import Colleague, list_staff
from returns_engine.rules.words import Role
from returns_engine.workflow.keep_staff import add_staff, set_password, set_roles
from returns_engine.workflow.keep_totp import reset_totp

ROLES = click.Choice([str(role) for role in Role])


@click.group()
def command() -> None:
    """Take people on, and say what each is there for."""


@command.command(
    epilog="Example: returns-engine staff add kim@example.com --name 'Kim Ode' --role finance"
)
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and customers read it.")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="May be repeated.")
@click.option(
    "--password",
    help="Asked for when it is not given; read from a pipe where there is no terminal.",
)
@json_option
def add(
    *, email: str, name: str, roles: tuple[str, ...], password: str | None, as_json: bool
) -> None:
    """Add a member of staff."""
    secret = password or _password()
    staff_id = in_database(
        lambda: add_staff(
            email=email,
            name=name,
            password=secret,
            roles=[Role(role) for role in roles],
            now=system_clock(),
        )
    )
    say({"id": staff_id}, as_json=as_json, words=f"{name} can sign in at /admin with {email}.")


@command.command(name="list", epilog="Example: returns-engine staff list --json")
@json_option
def list_people(*, as_json: bool) -> None:
    """List everybody who was taken on, with their roles; who has none can do nothing."""
    people = in_database(list_staff)
    if as_json:
        facts = [asdict(one) for one in people]
        say({"staff": facts}, as_json=True, words="")
    elif people:
        Console().print(_table(people))
    else:
        click.echo("Nobody was taken on yet: returns-engine staff add.")


@command.command(epilog="Example: returns-engine staff roles kim@example.com --role manager")
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=ROLES, help="All roles the person then has.")
def roles(*, email: str, roles: tuple[str, ...]) -> None:
    """Give a member of staff exactly these roles."""
    in_database(
        lambda: set_roles(email=email, roles=[Role(role) for role in roles], now=system_clock())
    )
    click.echo(f"{email}: {', '.join(roles) or 'no role'}")


@command.command("password", epilog="Example: returns-engine staff password kim@example.com")
@click.argument("email")
def new_password(*, email: str) -> None:
    """Give a colleague a new password, and sign them out everywhere.

    It is asked for, or read from a pipe where there is no terminal.
    """
    secret = _password()
    in_database(lambda: set_password(email=email, password=secret, now=system_clock()))
    click.echo(f"{email} signs in with the new password from now on.")


@command.command(epilog="Example: returns-engine staff reset-app kim@example.com")
@click.argument("email")
def reset_app(*, email: str) -> None:
    """Take a colleague's authenticator app and recovery codes away, and sign them out."""
    in_database(lambda: reset_totp(email=email, now=system_clock()))
    click.echo(f"{email} signs in with the password alone, and can set up an app again.")


def _table(people: list[Colleague]) -> Table:
    table = Table()
    table.add_column("e-mail", overflow="fold")
    table.add_column("name", overflow="fold")
    table.add_column("roles")
    for one in people:
        roles = ", ".join(one.roles) or "no role"
        words = roles if one.active else f"{roles} (not active)"
        table.add_row(*(Text(cell) for cell in (one.email, one.name, words)))
    return table


def _password() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\n")
