"""The commands as somebody at a shell runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def engine(database_url: str, tmp_path: Path):
    """Run `returns-engine` in an empty folder, with a database and nothing else set."""

    def run(*words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("RETURNS_ENGINE_")
        }
        environ["RETURNS_ENGINE_DATABASE_URL"] = database_url
        return subprocess.run(
            [sys.executable, "-m", "returns_engine.cli.main", *words],
            env={**environ, **more},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
