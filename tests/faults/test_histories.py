"""Short histories, drawn by chance: what was approved is paid once, whatever breaks.

FAULT_HISTORIES  how many; 2,000 when not given, and many more by make faults
FAULT_SEED       where chance begins; 1 when not given, so that a change alone can make it fail
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.drawn.play import HELD, command

HISTORIES = int(os.environ.get("FAULT_HISTORIES") or 2_000)
SEED = int(os.environ.get("FAULT_SEED") or 1)
AT_ONCE = 2


class TestWhatWasApproved:
    @pytest.mark.alone
    def test_is_paid_once_in_every_history(self, postgres: str, template_database: str):
        print(f"drawn histories: seed {SEED}", flush=True)  # noqa: T201 - whoever repeats a run needs it
        share = -(-HISTORIES // AT_ONCE)
        # Far enough apart that no batch of one process is played by the other too.
        commands = [
            command(postgres, template_database, seed=SEED + process * 1_000_000, histories=share)
            for process in range(AT_ONCE)
        ]
        with ThreadPoolExecutor(AT_ONCE) as processes:
            ends = list(processes.map(_play, commands))
        assert [status for status, _ in ends] == [HELD] * AT_ONCE, "\n".join(t for _, t in ends)

    def test_comes_out_the_same_for_the_same_seed(self, postgres: str, template_database: str):
        played = command(postgres, template_database, seed=SEED, histories=10)
        last = {_play(played)[1].splitlines()[-1].rpartition("digest ")[2] for _ in range(2)}
        assert len(last) == 1


def _play(arguments: list[str]) -> tuple[int, str]:
    """Play, show how far it is, and return how it ended and all that it said."""
    said = []
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if " histories, " in line:
                print(line, end="", file=sys.stderr, flush=True)  # noqa: T201 - shows its progress
    return process.returncode, "".join(said)
