"""A command that failed, its input being right: said plainly on stderr, exit status 1."""


class Failed(Exception):  # noqa: N818 - named for what became of the command
    """What was asked cannot be done now; `returns-engine` prints why."""

    exit_status = 1
