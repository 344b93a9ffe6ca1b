from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from returns_engine.gateways.clock import (
    clock_from,
    read_offset,
    shifted_clock,
    system_clock,
    write_offset,
)

NEARLY = timedelta(minutes=1)


@dataclass(frozen=True)
class ClockFile:
    clock_file: Path | None


class TestTheClock:
    def test_is_the_systems_and_in_utc_where_no_file_is_named(self):
        clock = clock_from(ClockFile(None))

        assert clock is system_clock
        assert clock().tzinfo is UTC

    def test_is_ahead_by_what_the_file_says_at_every_look(self, tmp_path):
        file = tmp_path / "clock" / "offset"
        write_offset(file, 0)
        clock = clock_from(ClockFile(file))
        before = clock()

        write_offset(file, 86_400)

        assert abs(clock() - before - timedelta(days=1)) < NEARLY

    def test_may_be_behind(self, tmp_path):
        write_offset(tmp_path / "offset", -60)

        assert read_offset(tmp_path / "offset") == -60

    def test_does_not_start_without_its_file(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            shifted_clock(tmp_path / "missing")

    def test_does_not_start_with_a_file_that_is_no_number(self, tmp_path):
        (tmp_path / "offset").write_text("tomorrow")

        with pytest.raises(ValueError, match="tomorrow"):
            shifted_clock(tmp_path / "offset")

    def test_leaves_no_other_file_behind(self, tmp_path):
        for seconds in range(5):
            write_offset(tmp_path / "offset", seconds)

        assert [file.name for file in tmp_path.iterdir()] == ["offset"]
