"""Histories with real processes, killed at any moment, and a database that crashes.

FAULT_REAL_HISTORIES  how many; 20 when not given
FAULT_SEED            where chance begins; drawn when not given, and printed
"""

import os
import secrets
import sys
from pathlib import Path

import pytest

from tests.faults.real.batch import play_batch
from tests.faults.real.setting import real_setting

HISTORIES = int(os.environ.get("FAULT_REAL_HISTORIES") or 20)
SEED = int(os.environ.get("FAULT_SEED") or secrets.randbelow(10**9))
AT_ONCE = 10


class TestWhatWasApproved:
    @pytest.mark.alone
    async def test_is_paid_once_though_workers_are_killed_and_the_database_crashes(
        self, tmp_path: Path
    ):
        print(f"real histories: seed {SEED}")  # noqa: T201 - whoever repeats a run needs it
        async with real_setting(tmp_path) as setting:
            for first in range(0, HISTORIES, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, HISTORIES))
                await play_batch(setting, SEED, first // AT_ONCE, numbers)
                done = (
                    f"real histories: {numbers.stop} of {HISTORIES}, {setting.crew.deaths} deaths"
                )
                print(done, file=sys.stderr)  # noqa: T201 - so that a long run shows its progress
