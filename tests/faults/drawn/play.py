"""Play histories: python -m tests.faults.drawn.play SERVER TEMPLATE --seed 1 --histories 200.

Exit status 0: all held. 3: an invariant is broken, and the shortest history that breaks it is
printed. Anything else: they could not be played.
"""

import argparse
import asyncio
import gc
import os
import sys
import time
from itertools import count
from urllib.parse import urlsplit

import psycopg
import structlog
import uvloop
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from returns_engine.sandbox.fault_modes import Mode
from tests.faults.drawn.invariants import Broken
from tests.faults.drawn.machine import Histories
from tests.faults.drawn.moods import Mood
from tests.faults.drawn.peer import MODES
from tests.faults.drawn.stage import Stage
from tests.faults.drawn.world import world_in

BATCH = 10
"""How many are drawn with one seed: after ten Hypothesis goes on with copies of what it had."""

LENGTHS = (8, 14, 20, 30)
"""How many steps a history has; each batch in its turn."""

SPOKEN = 5
"""How many batches are played for one line of progress."""

HELD, BROKEN = 0, 3


def command(server: str, template: str, *, seed: int, histories: int) -> list[str]:
    """Return the arguments by which Python plays so many histories."""
    numbers = ["--seed", str(seed), "--histories", str(histories)]
    return ["-m", "tests.faults.drawn.play", server, template, *numbers]


def only(*, mood: Mood | None, mode: Mode | None, steps: int | None) -> list[str]:
    """Return further arguments: histories of one mood and length, and one fault of refunding."""
    chosen = {"--mood": mood, "--mode": mode, "--steps": steps}
    return [f"{name}={value}" for name, value in chosen.items() if value is not None]


def main() -> int:
    options = _options()
    name = f"histories_{os.getpid()}_{options.seed}"
    url = urlsplit(options.server)._replace(path=f"/{name}").geturl()
    _sql(options.server, f"CREATE DATABASE {name} TEMPLATE {options.template} STRATEGY file_copy")
    try:
        return _play(url, options)
    finally:
        _sql(options.server, f"DROP DATABASE {name} WITH (FORCE)")


def _play(url: str, options: argparse.Namespace) -> int:
    # What operators read would drown what is told here.
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    opened = world_in(url)
    world = loop.run_until_complete(opened.__aenter__())
    stage = Stage(world, loop, told=options.tell)
    Histories.stage, Histories.mood, Histories.mode = stage, options.mood, options.mode
    # A history leaves little behind; looking through all of the engine for it takes long.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    begun = time.monotonic()
    try:
        for batch in count():
            steps = options.steps or LENGTHS[batch % len(LENGTHS)]
            try:
                _play_batch(options.seed + batch, steps, shrink=options.shrink)
            except Flaky:
                # It did not break again when it was played again; once is enough.
                if stage.broke is not None:
                    raise stage.broke from None
                raise
            enough = stage.played >= options.histories
            if enough or batch % SPOKEN == 0:
                took = time.monotonic() - begun
                print(  # noqa: T201 - it is a program
                    f"{stage.played} of {options.histories} histories, {stage.steps} steps,"
                    f" {stage.played / took:.0f} a second, digest {stage.digest}",
                    flush=True,
                )
            if enough:
                break
    except Broken as broken:
        print(f"BROKEN after {stage.played} histories: {broken}")  # noqa: T201 - it is a program
        print("\n".join(getattr(broken, "__notes__", [])), flush=True)  # noqa: T201 - likewise
        return BROKEN
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.close()
    return HELD


def _play_batch(number: int, steps: int, *, shrink: bool) -> None:
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    run_state_machine_as_test(
        seed(number)(Histories),
        settings=settings(
            max_examples=BATCH,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("template")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--no-shrink", dest="shrink", action="store_false")
    parser.add_argument("--mood", type=Mood, choices=list(Mood), help="histories of this alone")
    parser.add_argument("--mode", type=Mode, choices=MODES, help="the one fault of refunding")
    parser.add_argument("--steps", type=int, help="how many steps each history has")
    parser.add_argument("--tell", action="store_true", help="print every history")
    return parser.parse_args()


def _sql(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
