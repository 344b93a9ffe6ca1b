"""Tests run side by side, but for those that need the machine to themselves."""

import fcntl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

from tests.turns import turn

SECONDS = 30


def until_held(lock: Path) -> None:
    """Wait until somebody holds a lock."""
    while True:
        if lock.exists():
            with lock.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
        time.sleep(0.001)


def test_two_run_side_by_side(tmp_path: Path):
    both = Barrier(2)

    def run() -> int:
        with turn(tmp_path, alone=False):
            return both.wait(SECONDS)

    with ThreadPoolExecutor() as threads:
        runs = [threads.submit(run) for _ in range(2)]

        assert sorted(run.result() for run in runs) == [0, 1]


def test_nobody_runs_beside_one_that_is_alone(tmp_path: Path):
    running, seen = [], []

    def run(number: int) -> None:
        with turn(tmp_path, alone=number % 2 == 0):
            running.append(number)
            if number % 2 == 0:
                seen.append(list(running))
            running.remove(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(run, range(200)))

    assert sorted(seen) == [[number] for number in range(0, 200, 2)]


def test_who_waits_to_be_alone_is_not_overtaken(tmp_path: Path):
    order, waits = [], Event()

    def first() -> None:
        with turn(tmp_path, alone=False):
            waits.wait(SECONDS)

    def later(name: str, *, alone: bool) -> None:
        with turn(tmp_path, alone=alone):
            order.append(name)

    with ThreadPoolExecutor() as threads:
        begun = threads.submit(first)
        until_held(tmp_path / "running.lock")
        threads.submit(later, "alone", alone=True)
        until_held(tmp_path / "next.lock")
        threads.submit(later, "beside", alone=False)
        waits.set()
        begun.result()

    assert order == ["alone", "beside"]
