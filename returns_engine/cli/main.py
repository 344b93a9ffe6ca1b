"""The command `returns-engine`: each subcommand's module is loaded only when it is asked for."""

import os
import sys
from contextlib import suppress
from importlib import import_module

import rich_click as click

from returns_engine.cli.failed import INTERRUPTED, Failed
from returns_engine.cli.wrong_input import EXIT_STATUS, WrongInput

COMMANDS = {
    "decide": ("returns_engine.cli.decide", "Say what the policy answers to a request."),
    "policy": ("returns_engine.cli.policy", "Show the policy, check it, publish its versions."),
    "demo": ("returns_engine.cli.demo.command", "Run everything on this machine to try it."),
    "serve": ("returns_engine.cli.serve", "Serve portal, API and admin."),
    "worker": ("returns_engine.cli.worker", "Send refunds, mail and labels."),
    "migrate": ("returns_engine.cli.migrate", "Bring the database up to date."),
    "doctor": ("returns_engine.cli.doctor", "Check what is set, and say what to mend."),
    "orders": ("returns_engine.cli.orders", "Take orders in from a file."),
    "mail": ("returns_engine.cli.mail", "Take in mail that customers send."),
    "staff": ("returns_engine.cli.staff", "Take people on, and give them roles."),
    "api-key": ("returns_engine.cli.api_key", "Make, list and revoke keys for programs."),
    "webhooks": ("returns_engine.cli.webhooks", "Tell programs of returns and refunds."),
    "audit": ("returns_engine.cli.audit", "Check the record, and keep proof of it."),
    "reconcile": ("returns_engine.cli.reconcile", "Compare our books with the provider's."),
    "journal": ("returns_engine.cli.journal", "Hand the books of refunds to accounting."),
    "backup": ("returns_engine.cli.backup", "Write all that is kept into a folder."),
    "restore": ("returns_engine.cli.restore", "Read a backup into an empty place."),
    "privacy": ("returns_engine.cli.privacy", "Give a person what we hold, or erase it."),
    "photos": ("returns_engine.cli.photos", "Remove pictures that nobody needs."),
    "labels": ("returns_engine.cli.labels", "Preview label templates."),
    "sample": ("returns_engine.cli.sample", "Fill a database with data to try or measure."),
}
"""Each subcommand's name, the module that holds its `command`, and its line in the help.

A line added here adds a subcommand. The help is written here because a module may load a lot.
"""


class LazyGroup(click.RichGroup):
    """A group that imports a subcommand only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the subcommands' names, in the order of the table."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Return what the help says of a subcommand, or None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        _, says = COMMANDS[cmd_name]
        return click.RichCommand(name=cmd_name, help=says)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand that the arguments begin with, loaded now."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, _loaded(name) if name and found else found, rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; what is wrong is said without a frame that would break its lines."""
        try:
            return super().invoke(ctx)
        except WrongInput as wrong:
            click.echo(str(wrong), err=True)
            ctx.exit(EXIT_STATUS)
        except Failed as failed:
            click.echo(str(failed), err=True)
            ctx.exit(failed.exit_status)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # whoever read has heard enough: click ends without a word
        except OSError as error:
            _let_go_of_output()
            said = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            click.echo(f"It could not be done: {said}", err=True)
            ctx.exit(Failed.exit_status)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done, 1 failed, 2 wrong input, 130 stopped by Ctrl-C.",
)
@click.version_option(package_name="returns-engine")
def main() -> None:
    """Run returns and refunds that explain themselves, with the money sent back exactly once."""


def _let_go_of_output() -> None:
    """Write nothing more: what a full disk did not take, Python would try again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _loaded(name: str) -> click.Command:
    module, _ = COMMANDS[name]
    command = import_module(module).command
    if not isinstance(command, click.Command):
        raise TypeError(f"{module}.command is no command")
    return command


if __name__ == "__main__":
    main()
