"""`returns-engine mail take-in`, as a mail server calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.mails import a_mail, raw


@pytest.fixture
def take_in(database_url: str, tmp_path: Path):
    """Hand in bytes on standard input, in an empty folder with nothing but a database set."""

    def run(mail: bytes, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("RETURNS_ENGINE_")
        }
        environ |= {
            "RETURNS_ENGINE_MODE": "test",
            "RETURNS_ENGINE_DATABASE_URL": database_url,
            "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
        }
        return subprocess.run(
            [sys.executable, "-m", "returns_engine.cli.main", "mail", "take-in", *words],
            env=environ | more,
            cwd=tmp_path,
            input=mail,
            capture_output=True,
            check=False,
        )

    return run


class TestMailTakeIn:
    def test_takes_a_mail_and_says_what_became_of_it(self, take_in):
        first, again = (take_in(raw(a_mail()), "--json") for _ in range(2))

        assert (first.returncode, again.returncode) == (0, 0), first.stderr
        assert json.loads(first.stdout) == {
            "outcome": "kept_for_a_person",
            "return_number": None,
        }
        assert json.loads(again.stdout)["outcome"] == "known"

    def test_says_in_words_where_the_mail_is(self, take_in):
        assert b"/admin/messages" in take_in(raw(a_mail())).stdout

    def test_refuses_for_good_what_is_no_mail(self, take_in):
        done = take_in(b"hello")

        assert done.returncode == 65
        assert b"no mail" in done.stderr

    @pytest.mark.parametrize(
        "wrong",
        [
            {"RETURNS_ENGINE_DATABASE_URL": "postgresql://nobody:hush@127.0.0.1:1/nothing"},
            {"RETURNS_ENGINE_MODE": "nonsense"},
        ],
    )
    def test_asks_to_be_tried_again_where_the_engine_is_at_fault(self, take_in, wrong):
        done = take_in(raw(a_mail("A secret word.")), **wrong)

        assert done.returncode == 75
        assert done.stderr
        assert b"secret" not in done.stderr
        assert b"hush" not in done.stderr
