"""A hundred thousand orders go through in the memory that ten thousand need."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import connect

from tests.workflow.orders import a_payment, an_order

FEW, MANY = 10_000, 100_000
# The interpreter grows a little with what it has met; orders kept would be hundreds of megabytes.
MARGIN_KIB = 8 * 1024
_AND_SAY_HOW_MUCH = """
import atexit, sys
atexit.register(lambda: open(sys.argv.pop(), "w").write(open("/proc/self/status").read()))
from returns_engine.cli.main import main
main(sys.argv[1:-1])
"""


def orders(how_many: int) -> Iterator[str]:
    """Orders that differ, one at a time."""
    whole = json.dumps(
        an_order(payments=[a_payment(reference="THE-PAYMENT")]) | {"order_number": "THE-ORDER"}
    )
    for place in range(how_many):
        yield whole.replace("THE-PAYMENT", f"pi_{place}").replace("THE-ORDER", f"EKR-{place}")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "orders.jsonl"
    yield path
    path.unlink()


def write(file: Path, how_many: int) -> None:
    with file.open("w") as out:
        out.writelines(f"{order}\n" for order in orders(how_many))


def imported(file: Path, database_url: str) -> tuple[dict, int]:
    """Import the file; return what it says, and the most memory it had, in KiB."""
    status = file.with_suffix(".status")
    environ = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    done = subprocess.run(
        [sys.executable, "-c", _AND_SAY_HOW_MUCH, "orders", "import", file, "--json", status],
        env=environ | {"RETURNS_ENGINE_DATABASE_URL": database_url},
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert " orders done, " in done.stderr
    (peak,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return json.loads(done.stdout), int(peak.split()[1])


def test_a_hundred_thousand_orders_come_in_by_constant_memory(file: Path, database_url: str):
    write(file, FEW)
    few, peak_of_few = imported(file, database_url)
    write(file, MANY)
    many, peak_of_many = imported(file, database_url)

    assert (few["created"], few["rejected"]) == (FEW, 0)
    assert (many["created"], many["unchanged"]) == (MANY - FEW, FEW)
    assert peak_of_many < peak_of_few + MARGIN_KIB

    again, peak = imported(file, database_url)
    assert (again["unchanged"], again["imported"]) == (MANY, MANY)
    assert peak < peak_of_few + MARGIN_KIB
    with connect(database_url) as session:
        counts = session.execute(
            "SELECT (SELECT count(*) FROM orders WHERE version = 1), (SELECT count(*) FROM events),"
            " (SELECT count(*) FROM order_lines), (SELECT sum(captured) FROM payments)"
        ).fetchone()
    assert counts == (MANY, MANY, MANY, MANY * 27069)
