"""A database that is away: it is started anew, or the way to it is broken; soon it is back."""

import socket

import asyncpg

from returns_engine.workflow.refusals import Refusal

AWAY_SECONDS = 5
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    ConnectionError,
    socket.gaierror,
)


class DatabaseAway(Refusal):
    """Nothing can be read or changed now; `retry_after` in whole seconds."""

    retry_after = AWAY_SECONDS

    def __init__(self) -> None:
        super().__init__(
            "database_away",
            "The database does not answer; please try again in a few seconds. A change that was"
            " on its way may have been made: send it with its Idempotency-Key, or look first.",
        )


def database_away(error: BaseException) -> DatabaseAway | None:
    """Return what an error of the connection to the database means; None for every other error."""
    # A connection that was closed under a statement is said to be by a class that also means
    # mistakes of ours.
    is_closed = isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
    if is_closed or isinstance(error, _AWAY) or _has_no_way(error):
        return DatabaseAway()
    return None


def _has_no_way(error: BaseException) -> bool:
    """Tell whether no connection could be made: its socket is gone, or no address answers.

    Of a file that is missing the name is told; several addresses are one error without a number.
    """
    return (
        isinstance(error, OSError)
        and error.filename is None
        and (isinstance(error, FileNotFoundError) or error.errno is None)
    )
