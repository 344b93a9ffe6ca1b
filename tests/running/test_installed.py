"""What `deploy/install` makes, as the Dockerfile does: an environment far from the sources."""

import json
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.documents.examples import ORDER, REQUEST
from tests.running.processes import WITHIN_SECONDS, Machine, free_port, until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Where it was installed, and what was said meanwhile."""

    target: Path
    warnings: str


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install as an operator does, and as the Dockerfile's first part."""
    target = tmp_path_factory.mktemp("opt") / "returns-engine"
    environ = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    environ.pop("PYTHONPATH", None)
    done = subprocess.run(
        [ROOT / "deploy" / "install", target],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Installation(target=target, warnings=done.stderr)


@pytest.fixture(scope="module")
def installed(installation: Installation) -> Path:
    """The command that was installed."""
    return installation.target / "bin" / "returns-engine"


class TestWhoInstallsIt:
    @pytest.mark.skipif(
        os.geteuid() != 0, reason="only root has a folder that services cannot enter"
    )
    def test_is_told_where_its_python_is_out_of_the_services_reach(
        self, installation: Installation
    ):
        python = (installation.target / "bin" / "python").resolve()
        for_all = all(place.stat().st_mode & stat.S_IXOTH for place in (python, *python.parents))

        assert ("which root alone may use" in installation.warnings) is not for_all
        assert (str(python) in installation.warnings) is not for_all


class TestWhatIsInstalled:
    def test_does_the_main_job_from_any_folder(self, installed: Path, tmp_path: Path):
        answer = _run(
            installed,
            *("demo", "--once", "--json"),
            cwd=Path("/"),
            RETURNS_ENGINE_DATA_DIR=str(tmp_path / "data"),
        )

        facts = json.loads(answer)
        assert facts["refund"]["state"] == "succeeded"
        assert facts["audit_ok"] is True
        assert Path(facts["label_pdf"]).read_bytes().startswith(b"%PDF")

    def test_serves_with_pages_policy_fonts_and_templates_and_no_tool_of_ours(
        self, installed: Path, shop: Machine, tmp_path: Path
    ):
        tools = ("pytest", "ruff", "mypy", "uv", "playwright", "moto_server")
        assert [tool for tool in tools if installed.with_name(tool).exists()] == []

        (tmp_path / "order.json").write_text(json.dumps({"order_number": "EKR-1001", **ORDER}))
        (tmp_path / "request.json").write_text(json.dumps(REQUEST))
        decided = _run(
            installed,
            *("decide", "--order", "order.json", "--request", "request.json"),
            *("--as-of", "2026-03-30T12:00:00Z"),
            cwd=tmp_path,
        )
        assert "return.window" in decided
        assert "serve" in _run(installed, "--help", cwd=tmp_path)
        _run(installed, "labels", "render", "--out", "label.pdf", cwd=tmp_path)
        assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF")

        port = free_port()
        process = subprocess.Popen(
            [installed, "serve"],
            env={**shop.environ, "RETURNS_ENGINE_PORT": str(port)},
            cwd=tmp_path,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: _is_ready(address))
            page = httpx.get(f"{address}/")
            assert page.status_code == 200
            assets = re.findall(r'(?:href|src)="(/(?:assets|static)/[^"]+)"', page.text)
            assert assets
            assert {httpx.get(address + asset).status_code for asset in assets} == {200}
            assert httpx.get(f"{address}/schema/openapi.json").status_code == 200
            process.terminate()
            assert process.wait(WITHIN_SECONDS) == 0
        finally:
            process.kill()
            process.wait()


def _run(program: Path, *words: str, cwd: Path, **more: str) -> str:
    environ = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    done = subprocess.run(
        [program, *words],
        env={**environ, **more},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
