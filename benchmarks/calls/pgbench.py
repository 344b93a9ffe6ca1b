"""The database alone: pgbench with the statements of creating a return, in one transaction.

They are those that the engine really sends, taken down from one call. What must differ from call to
call (order, numbers, keys) pgbench draws with one more statement; what one statement gave back the
next ones are given, as in the engine.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import psycopg.sql

from benchmarks.calls.measure import Measured, postmaster
from benchmarks.calls.taken_down import Said
from benchmarks.machine import children_seconds
from benchmarks.place import Place
from returns_engine.postgres_server.binaries import programs_in_wheel
from returns_engine.rules.rma_number import is_rma_number

_DRAWN = """
number, order_id, line_id, substr(md5(random()::text), 1, 14) AS rma, md5(random()::text) AS key
""".strip()
_VALUE = re.compile(r"\$(\d+)")
_IDS = frozenset({"id", "return_id"})
_NEW_COUNT = re.compile(r"UPDATE chain_heads SET event_count = \$(\d+)")
_WORD_AFTER_COLON = re.compile(r":(?=\w)")
_TPS = re.compile(r"tps = ([0-9.]+)")
_ORDERS = """
DROP TABLE IF EXISTS bench_orders;
CREATE TABLE bench_orders AS
SELECT row_number() OVER ()::int AS k, o.number, o.id AS order_id, l.id AS line_id
FROM orders o JOIN order_lines l ON l."order" = o.id AND l.line_id = 'L1'
WHERE starts_with(o.number, 'SAMPLE900-');
ALTER TABLE bench_orders ADD PRIMARY KEY (k);
ANALYZE bench_orders
"""


def measure_pgbench(
    where: Place, said: Sequence[Said], connections: int, seconds: float, folder: Path
) -> Measured:
    """Run pgbench for some seconds and return what it came to; single times are not known."""
    script = folder / "create_a_return.sql"
    script.write_text(_script(where, said))
    program = programs_in_wheel() / "pgbench"
    command = [str(program), "--no-vacuum", "--protocol=prepared", f"--file={script}"]
    command += [f"--client={connections}", f"--time={max(2, round(seconds * 2))}"]
    postgres = postmaster(where.database_url)
    before = children_seconds(postgres)
    done = subprocess.run(  # noqa: S603 - the wheel's own
        [*command, where.database_url], capture_output=True, text=True, check=False
    )
    speed = _TPS.search(done.stdout)
    if done.returncode or speed is None:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]}")
    count = int(float(speed[1]) * max(2, round(seconds * 2)))
    return Measured(
        speeds=[float(speed[1])],
        postgres=children_seconds(postgres) - before,
        count=count,
    )


def _script(where: Place, said: Sequence[Said]) -> str:
    """Return the call as pgbench is to play it again and again."""
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        connection.execute(_ORDERS)
        count = connection.execute("SELECT count(*) FROM bench_orders").fetchone()
        number = _order_number(said)
        order = connection.execute(
            "SELECT order_id, line_id FROM bench_orders WHERE number = %s", [number]
        ).fetchone()
    if count is None or order is None:
        raise LookupError("There are no orders to play with.")
    told = _Told(
        texts={number: ":number", **_keys(said)},
        numbers={order[0]: ":order_id", order[1]: ":line_id"},
    )
    played = [line for place, one in enumerate(said) for line in told.lines(place, one)]
    drawn = ", ".join(f"gen_random_uuid() AS {name[1:]}" for name in told.uuids.values())
    return "\n".join(
        [
            f"\\set k random(1, {count[0]})",
            f"SELECT {_DRAWN}, {drawn} FROM bench_orders WHERE k = :k \\gset",  # noqa: S608 - our own
            *played,
        ]
    )


def _order_number(said: Sequence[Said]) -> str:
    return next(str(one.values[0]) for one in said if "FROM orders WHERE number" in one.sql)


def _keys(said: Sequence[Said]) -> Mapping[str, str]:
    """Return the texts that must be new each time: the return's number, the caller's key."""
    opened = next(
        str(value)
        for one in said
        if "INSERT INTO returns" in one.sql
        for value in one.values
        if is_rma_number(str(value))
    )
    taken = next(one for one in said if "idempotent_answers" in one.sql)
    return {opened: ":rma", str(taken.values[2]): ":key"}


def _new_count(one: Said) -> int | None:
    """Return the place of the value that says how many events the order's own chain has now."""
    found = _NEW_COUNT.search(one.sql)
    return int(found[1]) - 1 if found else None


def _chains(one: Said) -> int:
    """Return the place of the chains of the events that a statement writes."""
    return next(
        place
        for place, value in enumerate(one.values)
        if isinstance(value, list) and any(_of_order(item) for item in value)
    )


def _counts(one: Said) -> int:
    """Return the place of their numbers in these chains, which come after them."""
    chains = _chains(one)
    return next(
        place
        for place, value in enumerate(one.values)
        if place > chains
        and isinstance(value, list)
        and all(isinstance(item, int) for item in value)
    )


def _of_order(chain: object) -> bool:
    return str(chain).startswith("order:")


class _Told:
    """Values of the call that was taken down, and the variables that stand for them."""

    def __init__(self, texts: Mapping[str, str], numbers: Mapping[int, str]) -> None:
        self._texts, self._numbers = dict(texts), dict(numbers)
        self.uuids: dict[UUID, str] = {}
        self._count = "NULL"

    def lines(self, place: int, one: Said) -> list[str]:
        """Return a statement as pgbench sends it; what it gave back is kept for the next."""
        if not one.values and ";" in one.sql:
            return [f"{part.strip()};" for part in one.sql.split(";")]
        sql = _VALUE.sub(lambda found: self._spelled(one, int(found[1]) - 1), one.sql.strip())
        row = dict(one.rows[0]) if len(one.rows) == 1 else {}
        if not {*_IDS, "event_count"} & set(row) or "key_digest" in sql:
            return [f"{sql};"]
        return [f"{sql} \\gset r{place}_", *self._keep(f":r{place}_", row)]

    def _keep(self, prefix: str, row: Mapping[str, Any]) -> list[str]:
        for name, value in row.items():
            if name in _IDS and isinstance(value, int):
                self._numbers[value] = prefix + name
            elif name == "event_count":
                self._count = f"{prefix}{name}::int + 1"
        return []

    def _spelled(self, one: Said, place: int) -> str:
        value = one.values[place]
        # In the order's own chain events go on from where it stands.
        if place == _new_count(one):
            return self._count
        if "INSERT INTO events" in one.sql and place == _counts(one):
            counted = zip(one.values[_chains(one)], value, strict=True)
            counts = (self._count if _of_order(chain) else str(count) for chain, count in counted)
            return f"ARRAY[{', '.join(counts)}]"
        return self._value(value)

    def _value(self, value: Any) -> str:  # noqa: ANN401 - whatever asyncpg takes
        if isinstance(value, UUID):
            return self.uuids.setdefault(value, f":u{len(self.uuids)}")
        if isinstance(value, list | tuple):
            return f"ARRAY[{', '.join(self._value(item) for item in value)}]"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int) and value in self._numbers:
            return self._numbers[value]
        return _plain(value)

    def _text(self, text: str) -> str:
        if text in self._texts:
            return f"{self._texts[text]}::text"
        # pgbench takes a colon before a word for a variable, between quotes too.
        if text[:1] in {"{", "["}:
            text = _WORD_AFTER_COLON.sub(r"\\u003a", text.replace('":', '": '))
        quoted = "'" + _WORD_AFTER_COLON.sub(":' || '", text.replace("'", "''")) + "'"
        # JSON need not differ from call to call, and is no text to its column.
        for known, variable in self._texts.items():
            if known in text and text[:1] not in {"{", "["}:
                quoted = f"replace({quoted}, '{known}', {variable}::text)"
        return quoted


def _plain(value: object) -> str:
    """Spell a value that is the same in every call, without a colon before a word."""
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, datetime):
        return f"'{value:%Y-%m-%d %H%M%S.%f%z}'::timestamptz"
    return psycopg.sql.Literal(value).as_string()
