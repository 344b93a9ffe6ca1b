"""A policy that was published is read by every later version of the engine."""

from pathlib import Path

import pytest

from returns_engine.documents.policy_file import load_policy


class TestAPublishedPolicy:
    @pytest.mark.parametrize("file", sorted(Path(__file__).parent.glob("published_*.toml")))
    def test_of_any_time_can_still_be_read(self, file: Path):
        """A key that is new since needs a value for policies that do not have it."""
        assert load_policy(file).policy_id == "ekr"
