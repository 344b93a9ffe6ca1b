"""The command `returns-engine`: each subcommand's module is loaded only when it is asked for."""

from importlib import import_module

import rich_click as click

from returns_engine.cli.wrong_input import EXIT_STATUS, WrongInput

COMMANDS = {
    "decide": "returns_engine.cli.decide",
    "policy": "returns_engine.cli.policy",
    "labels": "returns_engine.cli.labels",
}
"""Name of each subcommand, and the module that holds its `command`; add a line to add one."""


class LazyGroup(click.RichGroup):
    """A group that imports a subcommand when it is run, or when the help lists them all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the subcommands' names, in the order of the table."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Return a subcommand, or None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]}.command is no command")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; wrong input is said without a frame that would break its lines."""
        try:
            return super().invoke(ctx)
        except WrongInput as wrong:
            click.echo(str(wrong), err=True)
            ctx.exit(EXIT_STATUS)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done, 1 failed, 2 wrong input.",
)
@click.version_option(package_name="returns-engine")
def main() -> None:
    """Run returns and refunds that explain themselves, with the money sent back exactly once."""
