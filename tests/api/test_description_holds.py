"""Thousands of calls that nobody thought of, made by Schemathesis from what /schema says.

All of its checks, with real HTTP to the real application: as a program that may do everything, at
every boundary of every value, call by call and from one call to the next; and more shortly as a
customer and as nobody. What it finds it prints with the call; another SCHEMATHESIS_SEED makes other
calls.
"""

import asyncio
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.api.conformance import described
from tests.api.conftest import Api
from tests.api.fuzzed_world import EVERYTHING, World, make_world
from tests.browser.customer_shop import served

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = CONFIG.with_name("schemathesis_hooks.py")
SAID = "said.txt"
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261128")
CALLS = 2_000
DESCRIPTION = "/schema/openapi.json"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
FAULT = 400
# Who is nobody hears that, or that there is no such address or method.
NOT_LET_IN = {401, 403, 404, 405}


@dataclass
class Counting:
    """The application, and how it answered each call."""

    app: Any
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def note(message: Any) -> None:
            route = scope.get("path_template", "")
            if message["type"] == "http.response.start" and route != DESCRIPTION:
                self.answers[scope["method"], route, message["status"]] += 1
            await send(message)

        await self.app(scope, receive, note if scope["type"] == "http" else send)

    @property
    def state(self) -> Any:
        return self.app.state

    def well(self) -> set[tuple[str, str]]:
        """The calls, by method and address, that went well at least once."""
        return {(method, route) for method, route, status in self.answers if status < FAULT}


@pytest.fixture
async def world(api: Api) -> World:
    return await make_world(api)


async def make_calls(api: Api, world: World, folder: Path, *how: str) -> Counting:
    """Let Schemathesis call the application; fail with what it found."""
    counting = Counting(api.app)
    for file in (CONFIG, HOOKS):
        shutil.copy(file, folder / file.name)
    for parameter, values in world.names.items():
        (folder / f"{parameter}.txt").write_text("".join(f'"{value}"\n' for value in values))
    with (folder / SAID).open("wb") as said:
        async with served(counting) as address:
            running = await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("st"),
                *("--config-file", CONFIG.name, "--no-color", "run", "--seed", SEED, *how),
                f"{address}{DESCRIPTION}",
                cwd=folder,
                stdout=said,
                stderr=asyncio.subprocess.STDOUT,
            )
            await running.wait()
    sys.stdout.write((folder / SAID).read_text())
    sys.stdout.write(f"\n{counting.answers.total()} calls with the seed {SEED}\n")
    assert running.returncode == 0, f"Schemathesis, with the seed {SEED}, found what is above."
    return counting


def bearer(token: str) -> tuple[str, str]:
    return "--header", f"Authorization: Bearer {token}"


def times(count: int) -> tuple[str, str]:
    """How many calls are made up for each operation, beside those at every boundary."""
    return "--max-examples", str(count)


def without(*phases: str) -> tuple[str, str]:
    return "--phases", ",".join(one for one in PHASES if one not in phases)


def open_to(document: dict[str, Any], way: str | None) -> set[tuple[str, str]]:
    """The calls, by method and address, that say they let in by `way`; None for anybody."""
    return {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, call in methods.items()
        if (not call["security"] if way is None else {way: []} in call["security"])
    }


class TestTheDescription:
    async def test_holds_for_a_program_that_may_do_everything(
        self, api: Api, world: World, tmp_path: Path
    ):
        counting = await make_calls(api, world, tmp_path, *bearer(api.keys[EVERYTHING]), *times(20))

        assert counting.answers.total() >= CALLS

    async def test_holds_for_a_customer_who_does_what_customers_may_and_no_more(
        self, api: Api, world: World, tmp_path: Path
    ):
        token = await api.token("EKR-1001")
        counting = await make_calls(
            api, world, tmp_path, *bearer(token), *times(8), *without("coverage")
        )

        document = described(api.app).document
        theirs = open_to(document, "customer_token")
        done = counting.well() - open_to(document, None)
        assert done <= theirs
        assert ("GET", "/api/v1/returns") in done

    async def test_holds_for_nobody_who_is_let_in_nowhere_but_where_all_are(
        self, api: Api, world: World, tmp_path: Path
    ):
        counting = await make_calls(
            api, world, tmp_path, *times(4), *without("coverage", "stateful")
        )

        anybodys = open_to(described(api.app).document, None)
        let_in = {
            (method, route, status)
            for method, route, status in counting.answers
            if (method, route) not in anybodys and status not in NOT_LET_IN
        }
        assert let_in == set()
        assert counting.well() <= anybodys
