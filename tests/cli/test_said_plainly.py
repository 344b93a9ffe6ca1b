"""What the machine refuses, and what stands wrong in `.env`, is a sentence and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


class TestAPlaceThatCannotBeMade:
    def test_for_a_backup_is_named(self, engine, tmp_path: Path):
        (tmp_path / "a file").touch()
        done = engine("backup", "--to", "a file/backup")

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "It could not be done: a file/backup: Not a directory\n"


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
class TestADiskThatIsFull:
    def test_is_told_and_nothing_more_is_written(self):
        with FULL.open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "returns_engine.cli.main", "policy", "show"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )

        assert done.returncode == 1
        assert done.stderr == "It could not be done: [Errno 28] No space left on device\n"


class TestAFileOfSettings:
    @pytest.mark.parametrize("words", [("doctor",), ("audit", "verify"), ("worker",)], ids=" ".join)
    def test_that_is_not_utf_8_is_named(self, engine, words, tmp_path: Path):
        (tmp_path / ".env").write_bytes("RETURNS_ENGINE_SHOP_NAME=Caf\u00e9\n".encode("latin-1"))
        done = engine(*words)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == ".env cannot be read: it is not UTF-8.\n"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_that_may_not_be_read_is_named(self, engine, tmp_path: Path):
        (tmp_path / ".env").touch(mode=0)
        done = engine("audit", "verify")

        assert (done.returncode, done.stderr) == (2, ".env cannot be read: Permission denied.\n")
