"""Every statement that the engine sent while tests ran: none may read a growing table whole.

Statements are taken down where they all pass, by their text. At the end of the run each is planned
once more without its values, on a database with every index and no row, with sequential scans made
as dear as can be: one that is still there has no index that serves, whatever the size of the table.
An index that is gone through from end to end, for its order alone, reads the table whole just as
well; so each statement is planned again with indexes for looking up alone, and once more without
those that hold nearly all of their table.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from asyncpg import Connection

ROOT = Path(__file__).parent.parent
OURS = tuple(str(ROOT / folder) for folder in ("returns_engine", "admin"))
TESTS = str(ROOT / "tests")

SMALL = frozenset(
    {
        *("piccolo_user", "staff_roles", "staff_sessions", "api_keys", "warehouses"),
        "reply_templates",
        *("staff_totp", "staff_recovery_codes"),
        *("credit_note_counter", "migration", "procrastinate_workers"),
        *("procrastinate_periodic_defers", "totp_secrets", "webhook_endpoints"),
        # What is over is deleted by the worker: these hold what waits, or is open.
        *("procrastinate_jobs", "customer_tokens"),
        # One a day, and one a version of the policy.
        *("reconciliations", "policies"),
    }
)
"""Tables that do not grow with the shop."""

NEARLY_ALL = frozenset(
    {
        *("choices_by_return", "choices_over", "compensations_by_month"),
        *("compensations_by_giving", "orders_by_production"),
        *("orders_not_erased", "outside_refunds_followed", "refunds_by_success"),
        *("refunds_sent", "replacements_by_external_order"),
        *("replacements_by_shop_number", "refunds_by_external_reference"),
    }
)
"""Indexes of a part of a table that grows with it; those of other parts hold what waits."""

READ_WHOLE: Mapping[str, str] = {
    "c.email ILIKE": "a part of a name or address is looked for, which no plain index finds",
    "FROM ledger_entries GROUP BY account": "the trial balance is of all that was ever booked",
    "WHERE m.released_at IS NULL\n ORDER BY m.due": "next to no promise is released",
    "AND m.kept_at IS NOT NULL ORDER BY m.due": "all but those that are due are kept",
    'NOT (p."order" IS NULL\n         AND EXISTS': "photos of no order and no use: few, daily",
    "messages m WHERE m.recipient = $2": "somebody asks what we hold about them, by an address",
    "SELECT payment FROM outside_refunds WHERE status NOT IN": "made by hand at the provider: few",
}
"""A piece of a statement that may read a growing table whole, and why."""

CHECKS_ALL = frozenset(
    f"returns_engine/queries/{name}.py" for name in ("anchors", "audit", "books_check")
)
"""Files whose statements read all that was ever written: they are there to check it."""

_PLANNED = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE|\()", re.IGNORECASE)
_VALUE = re.compile(r"\$(\d+)")
_ROW_BY_ROW = frozenset({"Nested Loop", "LockRows", "Subquery Scan", "Result", "Incremental Sort"})


class SeenStatements:
    """The texts of all that the engine asked for."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def note(self, text: str) -> None:
        """Keep a statement with the file that asked, unless a test asked by itself."""
        several = ";" in text.rstrip().removesuffix(";")
        if text in self.texts or several or not _PLANNED.match(text):
            return
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - who asked is found nowhere else
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(TESTS):
                return
            if file.startswith(OURS) and not file.endswith(("tables/engine.py", "queries/rows.py")):
                self.texts[text] = str(Path(file).relative_to(ROOT))
                return
            frame = frame.f_back


@contextmanager
def seen_statements() -> Iterator[SeenStatements]:
    """Take down every statement of every connection until the block is left."""
    seen = SeenStatements()
    plain, prepared = Connection.execute, Connection._execute  # noqa: SLF001 - asyncpg's own funnel

    async def execute(self: Connection, query: str, *args: object, **options: object) -> object:
        if not args:
            seen.note(query)
        return await plain(self, query, *args, **options)

    async def run(self: Connection, query: str, *args: object, **options: object) -> object:
        seen.note(query)
        return await prepared(self, query, *args, **options)

    Connection.execute, Connection._execute = execute, run  # noqa: SLF001 - see above
    try:
        yield seen
    finally:
        Connection.execute, Connection._execute = plain, prepared  # noqa: SLF001 - see above


def read_whole(database_url: str, statements: Mapping[str, str]) -> list[str]:
    """Return a sentence for each statement whose plan reads a growing table whole."""
    with psycopg.connect(database_url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.execute(f"SET enable_{way} = off")
        tables = _tables_by_index(connection)
        whole = {text: _whole(connection, text, tables) for text in statements}
        for way in ("indexscan", "indexonlyscan"):
            connection.execute(f"SET enable_{way} = off")
        _plan_again(connection, whole, tables)
        with connection.transaction(force_rollback=True):
            connection.execute(f"DROP INDEX {', '.join(sorted(NEARLY_ALL))}".encode())
            _plan_again(connection, whole, tables)
    return [
        f"{statements[text]} reads all of {', '.join(sorted(found))}:\n{text.strip()}"
        for text, found in whole.items()
        if found
        and statements[text] not in CHECKS_ALL
        and not any(piece in text for piece in READ_WHOLE)
    ]


def _tables_by_index(connection: psycopg.Connection) -> dict[str, str | None]:
    """Return the table of each index; None where it holds few of its rows."""
    found = connection.execute(
        "SELECT i.relname, t.relname, x.indpred IS NOT NULL FROM pg_index x"
        " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
    ).fetchall()
    return {
        index: None if partial and index not in NEARLY_ALL else table
        for index, table, partial in found
    }


def _plan_again(
    connection: psycopg.Connection, whole: dict[str, set[str]], tables: Mapping[str, str | None]
) -> None:
    """Leave of what was read whole what is so in these plans as well."""
    for text in [text for text, found in whole.items() if found]:
        whole[text] &= _whole(connection, text, tables)


def _whole(connection: psycopg.Connection, text: str, tables: Mapping[str, str | None]) -> set[str]:
    return set(_scans(_plan(connection, text), tables)) - SMALL


def _plan(connection: psycopg.Connection, text: str) -> Any:
    values = max((int(number) for number in _VALUE.findall(text)), default=0)
    given = f"({', '.join(['NULL'] * values)})" if values else ""
    try:
        connection.execute(f"PREPARE planned AS {text}".encode())
        row = connection.execute(
            f"EXPLAIN (FORMAT json) EXECUTE planned{given}".encode()
        ).fetchone()
    except psycopg.Error as error:
        # A table that a test made and dropped, or a temporary one: there is no plan to look at.
        if isinstance(error, psycopg.errors.UndefinedTable):
            return []
        raise AssertionError(f"No plan for {text}: {error}") from error
    finally:
        connection.execute("DEALLOCATE ALL", prepare=False)
    plan = row[0] if row else []
    return json.loads(plan) if isinstance(plan, str) else plan


def _scans(
    plan: Any,
    tables: Mapping[str, str | None],
    *,
    cut_short: bool = False,
) -> Iterator[str]:
    """Give the tables that a plan reads from the first row to the last.

    `cut_short`: whatever is above ends with the first rows that it is given.
    """
    for piece in plan if isinstance(plan, list) else [plan]:
        if "Plan" in piece:
            yield from _scans(piece["Plan"], tables)
            continue
        kind = piece["Node Type"]
        if kind == "Seq Scan":
            yield piece["Relation Name"]
        elif "Index Name" in piece and "Index Cond" not in piece:
            table = tables[piece["Index Name"]]
            if table is not None and (not cut_short or "Filter" in piece):
                yield table
        short = kind == "Limit" or (cut_short and kind in _ROW_BY_ROW)
        for part in piece.get("Plans", []):
            first = part["Parent Relationship"] in {"Outer", "Subquery"}
            yield from _scans(part, tables, cut_short=short and first)
