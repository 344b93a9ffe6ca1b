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
    if isinstance(error, _AWAY) or _lost_its_connection(error) or _has_no_way(error):
        return DatabaseAway()
    return None


def _lost_its_connection(error: BaseException) -> bool:
    """Tell whether a statement met a connection that had ended, by classes that also mean mistakes.

    One that ended between two statements of a transaction was taken out of it and given back; one
    whose server said goodbye, and whose end is on its way, can begin nothing any more.
    """
    says = str(error)
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in says or "released back to the pool" in says
    return isinstance(error, asyncpg.InternalClientError) and "cannot switch" in says


def _has_no_way(error: BaseException) -> bool:
    """Tell whether no connection could be made: its socket is gone, or no address answers.

    Of a file that is missing the name is told; several addresses are one error without a number.
    """
    return (
        isinstance(error, OSError)
        and error.filename is None
        and (isinstance(error, FileNotFoundError) or error.errno is None)
    )
