"""What a command does not use it does not load; what `decide` loads is in test_decide.py."""

import subprocess
import sys

import pytest

_LOADED = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("audit", {"stripe", "reportlab", "litestar", "procrastinate"}),
        ("reconcile", {"reportlab", "litestar", "procrastinate"}),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_use(command: str, heavy: set[str]):
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, f"returns_engine.cli.{command}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy & set(done.stdout.split()) == set()
