"""A database that is away or behind is told in a sentence: nobody reads a traceback."""

from pathlib import Path

import pytest
from psycopg import connect

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
COMMANDS = (
    ("audit", "verify", "--json"),
    ("api-key", "list", "--json"),
    ("webhooks", "list"),
    ("staff", "roles", "kim@example.com", "--role", "finance"),
    ("privacy", "export", "--order", "EKR-1"),
    ("backup", "--to", "copies"),
)


class TestADatabase:
    @pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
    def test_that_does_not_answer_is_a_failure_and_no_wrong_input(
        self, engine, words, tmp_path: Path
    ):
        done = engine(*words, RETURNS_ENGINE_DATABASE_URL=NOWHERE)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "Traceback" not in done.stderr
        assert "127.0.0.1" in done.stderr
        assert not (tmp_path / "copies").exists()

    def test_that_is_behind_is_told_what_brings_it_up_to_date(self, engine, database_url: str):
        with connect(database_url, autocommit=True) as session:
            session.execute("DROP TABLE webhook_endpoints CASCADE")

        done = engine("webhooks", "list")
        assert (done.returncode, done.stdout) == (1, "")
        assert (
            done.stderr == "The database is not up to date: run `returns-engine migrate` first.\n"
        )
