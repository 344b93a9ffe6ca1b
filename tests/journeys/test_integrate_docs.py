"""docs/integrate.md takes an integrator from a key to the first refund, word for word."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from returns_engine.cli.demo.parts import Demo
from returns_engine.cli.demo.seed import seed
from returns_engine.tables.engine import engine_at
from tests.journeys.conftest import another_demo

DOCS = Path(__file__).parents[2] / "docs" / "integrate.md"
WALK = "## From a key to the first refund"
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LONGEST_SECONDS = 180
BASH, CURL = shutil.which("bash"), shutil.which("curl")
_END_OF_BLOCK = "-- end of block --"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A block of the page, and what it says that comes out of it."""

    runs: str
    shows: Any


def steps(text: str) -> list[Step]:
    walk = text.split(WALK)[1].split("\n## ", maxsplit=1)[0]
    found: list[Step] = []
    for kind, block in _BLOCK.findall(walk):
        if kind == "sh":
            found.append(Step(runs=block, shows=None))
        else:
            found[-1] = Step(runs=found[-1].runs, shows=json.loads(block))
    return found


@pytest.fixture(scope="module")
def demo(
    postgres: str, prefix: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """A demo of its own, whose clock nobody moves."""
    folder = tmp_path_factory.mktemp("walk")
    with another_demo(postgres, f"{prefix}_walk", template_database, folder) as running:
        asyncio.run(_seeded(running))
        yield running


async def _seeded(demo: Demo) -> None:
    async with engine_at(demo.database_url, pool_size=2):
        await seed(demo.sandbox.address, demo.clock())


@pytest.mark.skipif(not (BASH and CURL), reason="bash and curl are not on this machine")
def test_the_walk_runs_as_it_stands(demo: Demo, tmp_path: Path):
    walked = steps(DOCS.read_text(encoding="utf-8"))
    script = "".join(f"{step.runs}\necho; echo '{_END_OF_BLOCK}'\n" for step in walked)
    ours = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    done = subprocess.run(
        [BASH or "", "-euo", "pipefail", "-c", script],
        env=ours
        | {
            "API": demo.api,
            "SANDBOX": demo.sandbox.address,
            "RETURNS_ENGINE_DATABASE_URL": demo.database_url,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    said = done.stdout.split(_END_OF_BLOCK)

    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert len(walked) >= 10
    for step, out in zip(walked, said, strict=False):
        if step.shows is not None:
            assert_shows(json.loads(out), step.shows, step.runs)
    assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF")


def assert_shows(answer: Any, shown: Any, where: str) -> None:
    """The answer holds all that the page shows of it."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in answer, f"{name} is not in the answer of:\n{where}"
            assert_shows(answer[name], value, f"{where}\n{name}")
    elif isinstance(shown, list):
        assert len(answer) == len(shown), where
        for one, value in zip(answer, shown, strict=True):
            assert_shows(one, value, where)
    else:
        assert answer == shown, where
