"""One database for one test after the other, emptied in between: a copy for each takes longest.

It is given on as good as new: nobody is connected, no table holds a row or a page, numbers begin
where they began, the planner knows nothing. Whatever else a test changed (a trigger, a column, a
row of a migration) is seen, and the next test gets a new copy of the template.
"""

from typing import Any
from urllib.parse import urlsplit

import psycopg

_OTHERS_GONE = """
SELECT bool_and(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES_WITH_PAGES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""
_NUMBERS_BEGUN = """
SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences
WHERE last_value IS NOT NULL
"""
_BEGIN_AGAIN = """
SELECT setval(seqrelid, seqstart, false) FROM pg_sequence
WHERE seqrelid = ANY (%s::regclass[]::oid[])
"""
_FORGET_SIZES = """
UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0
WHERE oid = ANY (%s::regclass[]::oid[])
"""
# What is not a row of ours stands in these; any change to a line of them gives it a newer xmin.
_CATALOGUES = (
    *("pg_attrdef", "pg_attribute", "pg_constraint", "pg_db_role_setting", "pg_depend", "pg_enum"),
    *("pg_event_trigger", "pg_extension", "pg_index", "pg_largeobject_metadata", "pg_namespace"),
    *("pg_policy", "pg_proc", "pg_rewrite", "pg_sequence", "pg_statistic", "pg_trigger", "pg_type"),
)
_STANDING = "SELECT '{0}', count(*)::text, max(xmin::text::bigint)::text FROM {0}"
# In pg_class our own vacuum is such a change.
_STANDING_OF_TABLES = """
SELECT 'pg_class', count(*)::text, md5(string_agg(ROW(
    oid, relname, relowner, relhastriggers, relrowsecurity, relforcerowsecurity, relpersistence,
    reloptions, relacl)::text, ',' ORDER BY oid))
FROM pg_class
"""


class OneDatabase:
    """A database at `server`, copied from `template` whenever it is not there as good as new."""

    def __init__(self, server: str, name: str, template: str) -> None:
        self._server, self._name, self._template = server, name, template
        self._made: _AsMade | None = None
        self.url = urlsplit(server)._replace(path=f"/{name}").geturl()

    def provide(self) -> str:
        """Return the address of the database, as good as new."""
        if self._made is None:
            self.drop()
            self._run(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY file_copy")
            with self._session() as session:
                # Only a superuser may pass the triggers by; for another each test gets a copy.
                if session.info.parameter_status("is_superuser") == "on":
                    self._made = _AsMade(session)
        return self.url

    def take_back(self) -> None:
        """Make the database as good as new, or throw it away."""
        if self._made is None or not self._as_new(self._made):
            self.drop()

    def _as_new(self, made: "_AsMade") -> bool:
        try:
            with self._session() as session:
                return made.again(session)
        except psycopg.OperationalError:
            return False  # it lets nobody in

    def drop(self) -> None:
        """Throw the database away, whoever uses it."""
        self._made = None
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _session(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as session:
            session.execute(statement)


class _AsMade:
    """What a database was like when it was made, and how to bring it there again."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self._filled = set(_column(session, _TABLES_WITH_PAGES))
        self._begun = dict(session.execute(_NUMBERS_BEGUN).fetchall())
        watched = {*_CATALOGUES, *self._filled}
        self._standing = " UNION ALL ".join(
            [_STANDING_OF_TABLES, *(_STANDING.format(name) for name in sorted(watched))]
        )
        self._stood = session.execute(self._standing).fetchall()

    def again(self, session: psycopg.Connection[Any]) -> bool:
        """Empty what can be emptied, and say whether all is as it was."""
        if session.execute(_OTHERS_GONE).fetchone() == (False,):
            return False
        if session.execute(self._standing).fetchall() != self._stood:
            return False
        self._empty(session)
        session.execute("SELECT pg_stat_reset()")  # or autovacuum would add up test after test
        return (
            set(_column(session, _TABLES_WITH_PAGES)) == self._filled
            and dict(session.execute(_NUMBERS_BEGUN).fetchall()) == self._begun
        )

    def _empty(self, session: psycopg.Connection[Any]) -> None:
        begun = {name for name, _ in session.execute(_NUMBERS_BEGUN)} - self._begun.keys()
        session.execute(_BEGIN_AGAIN, [sorted(begun)])
        tables = sorted(set(_column(session, _TABLES_WITH_PAGES)) - self._filled)
        if not tables:
            return
        # Without triggers and foreign keys: what may never be deleted is deleted, in any order.
        session.execute("SET session_replication_role = replica")
        deletions = [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - names of our own tables
        session.execute("; ".join(deletions))
        session.execute(f"VACUUM {', '.join(tables)}")
        session.execute(_FORGET_SIZES, [tables])


def _column(session: psycopg.Connection[Any], query: str) -> list[str]:
    return [row[0] for row in session.execute(query)]
