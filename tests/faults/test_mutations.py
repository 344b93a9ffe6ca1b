"""The proof of the histories: each deliberate break of the protocol is caught by them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.drawn.play import BROKEN, HELD, command, only
from tests.faults.mutations import MUTATIONS, Change, Mutation, NoLongerApplies, mutated_copy

HISTORIES = 300
"""More than any mutation here needs to be caught; most need fewer than a hundred."""


class TestABreakOfTheProtocol:
    @pytest.mark.parametrize("name", MUTATIONS)
    def test_is_caught(self, name: str, postgres: str, template_database: str, tmp_path: Path):
        mutation = MUTATIONS[name]
        folder = mutated_copy(tmp_path, mutation.changes)
        status, said = _play(folder, postgres, template_database, mutation)
        assert status == BROKEN, said
        told = next(line for line in said.splitlines() if line.startswith("BROKEN"))
        assert any(words in told for words in mutation.caught_as), said

    def test_is_what_was_caught(self, postgres: str, template_database: str, tmp_path: Path):
        nothing = Mutation(name="nothing", changes=(), caught_as=())
        folder = mutated_copy(tmp_path, nothing.changes)
        status, said = _play(folder, postgres, template_database, nothing, histories=30)
        assert status == HELD, said

    def test_that_no_longer_applies_says_so(self, tmp_path: Path):
        gone = Change(file="workflow/execute_refund.py", old="no such text", new="")
        with pytest.raises(NoLongerApplies, match="0 times"):
            mutated_copy(tmp_path, (gone,))


def _play(
    folder: Path, server: str, template: str, mutation: Mutation, histories: int = HISTORIES
) -> tuple[int, str]:
    arguments = command(server, template, seed=mutation.seed, histories=histories)
    narrowed = only(mood=mutation.mood, mode=mutation.mode, steps=mutation.steps)
    ended = subprocess.run(
        [sys.executable, *arguments, *narrowed, "--no-shrink"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout
