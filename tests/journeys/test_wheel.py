"""The wheel in an environment of its own, far from the source tree."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it with what the lock names; return where its commands are."""
    work = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work), cwd=ROOT)
    wheel = next(work.glob("returns_engine-*.whl"))
    uv, venv = (sys.executable, "-m", "uv"), work / "venv"
    run(*uv, "venv", "--quiet", "--python", sys.executable, str(venv), cwd=work)
    target = ("--quiet", "--python", str(venv / "bin" / "python"))
    run(*uv, "pip", "install", *target, "-r", str(ROOT / "requirements.lock"), cwd=work)
    run(*uv, "pip", "install", *target, "--no-deps", str(wheel), cwd=work)
    return venv / "bin"


def run(*words: str, cwd: Path, **more: str) -> str:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("RETURNS_ENGINE_")
    }
    environ.pop("PYTHONPATH", None)
    done = subprocess.run(
        words, cwd=cwd, env={**environ, **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestTheWheel:
    def test_does_the_main_job_from_any_folder(self, installed: Path, tmp_path: Path):
        answer = run(
            *(str(installed / "returns-engine"), "demo", "--once", "--json"),
            cwd=Path("/"),
            RETURNS_ENGINE_DATA_DIR=str(tmp_path / "data"),
        )

        facts = json.loads(answer)
        assert facts["refund"]["state"] == "succeeded"
        assert facts["audit_ok"] is True
        assert Path(facts["label_pdf"]).read_bytes().startswith(b"%PDF")

    def test_decides_without_a_database(self, installed: Path, tmp_path: Path):
        answer = run(str(installed / "returns-engine"), "policy", "show", cwd=tmp_path)

        assert "return.window" in answer
