"""A command that failed, its input being right: said plainly on stderr, exit status 1."""

INTERRUPTED = 130
"""The exit status after Ctrl-C, as a shell has it: 128 and the number of SIGINT."""


class Failed(Exception):  # noqa: N818 - named for what became of the command
    """What was asked cannot be done now; `returns-engine` prints why."""

    exit_status = 1
