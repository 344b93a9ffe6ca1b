"""Input that cannot be used: said plainly on stderr, a line for each fault, exit status 2."""

from collections.abc import Sequence

EXIT_STATUS = 2


class WrongInput(Exception):  # noqa: N818 - named for what was given
    """What was given cannot be used; `returns-engine` prints each fault on a line of its own."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
