"""`returns-engine policy replay`, `publish` and `history`, as a merchant's operator meets them."""

import json
from pathlib import Path

import pytest

from returns_engine.documents.policy_file import policy_text
from returns_engine.rules.words import Role
from returns_engine.workflow.keep_staff import add_staff
from tests.workflow.orders import NOW
from tests.workflow.shop import opened, put_order

SHORTER = policy_text(None).replace("days = 30 ", "days = 10 ", 1)


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """The next version: ten days instead of thirty."""
    return written(tmp_path, 2)


def written(folder: Path, version: int) -> str:
    file = folder / f"draft-{version}.toml"
    text = SHORTER.replace("version = 1\n", f"version = {version}\n", 1)
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.fixture
async def rma(database: str) -> str:  # noqa: ARG001 - the engine
    """A return on the 28th day."""
    await put_order()
    return await opened()


async def hire(email: str, role: Role) -> None:
    await add_staff(email=email, name="Somebody", password="correct horse", roles=[role], now=NOW)


@pytest.mark.usefixtures("rma")
class TestReplay:
    async def test_says_what_would_have_been_others_and_changes_nothing(self, engine, rma, draft):
        done = engine("policy", "replay", draft)

        assert (done.returncode, done.stderr) == (0, "")
        assert "version 2: 1 of 1 decisions would have been others" in done.stdout
        assert "eligible -> ineligible: 1" in done.stdout
        assert "135.34 USD less would have gone back" in done.stdout
        assert f"2026-03-30  {rma}  eligible -> ineligible  135.34 -> 0.00 USD" in done.stdout
        assert "return.window: Delivered 1 March 2026" in done.stdout
        assert "No version was published yet" in engine("policy", "history").stdout

    async def test_of_the_policy_in_force_says_that_nothing_would(self, engine, tmp_path):
        same = tmp_path / "same.toml"
        same.write_text(policy_text(None), encoding="utf-8")
        report = json.loads(engine("policy", "replay", str(same), "--json").stdout)

        assert (report["decisions"], report["flipped"], report["money"]) == (1, 0, [])

    async def test_begins_on_the_day_that_is_named(self, engine, draft):
        for since, decisions in (("2026-03-30", 1), ("2026-03-31", 0)):
            done = engine("policy", "replay", draft, "--since", since, "--json")
            assert json.loads(done.stdout)["decisions"] == decisions

    async def test_refuses_a_day_that_is_none(self, engine, draft):
        done = engine("policy", "replay", draft, "--since", "soon")

        assert done.returncode == 2
        assert done.stderr.startswith("--since: soon is no day (2027-01-01)")

    async def test_refuses_a_file_that_is_no_policy(self, engine, tmp_path):
        (tmp_path / "bad.toml").write_text("version = 2", encoding="utf-8")
        done = engine("policy", "replay", "bad.toml")

        assert done.returncode == 2
        assert "bad.toml" in done.stderr

    async def test_takes_the_file_of_a_version_that_was_never_published(
        self, engine, draft, tmp_path
    ):
        (tmp_path / "old.toml").write_text(policy_text(None), encoding="utf-8")
        newer = written(tmp_path, 3)
        told = engine("policy", "replay", newer, RETURNS_ENGINE_POLICY=draft)
        assert "1 were decided by a version that was never published" in told.stdout

        done = engine(
            *("policy", "replay", newer, "--decided-by", "old.toml"), RETURNS_ENGINE_POLICY=draft
        )
        assert "1 of 1 decisions would have been others" in done.stdout


@pytest.mark.usefixtures("rma")
class TestPublish:
    async def test_keeps_the_version_with_its_replay_and_who_and_why(self, engine, draft):
        await hire("mara@ekr.example", Role.MANAGER)
        done = engine(
            *("policy", "publish", draft, "--from", "2027-01-01", "--note", "Too many came back"),
            *("--by", "MARA@ekr.example"),
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert "1 of 1 decisions would have been others" in done.stdout
        # A day begins where the shop is.
        assert "for orders placed from 2027-01-01T05:00:00Z" in done.stdout
        told = json.loads(engine("policy", "history", "--json").stdout)
        assert told["in_force"] == 1
        second, first = told["versions"]
        assert (second["published_by"], second["note"]) == (
            "mara@ekr.example",
            "Too many came back",
        )
        assert (second["decisions"], second["flipped"]) == (1, 1)
        assert second["money"] == [{"currency": "USD", "difference": -13534}]
        assert (first["version"], first["in_force_from"]) == (1, None)
        words = engine("policy", "history").stdout
        assert "ekr 1, for orders placed from the beginning  (in force)" in words
        assert "published" in words
        assert "by mara@ekr.example" in words

    async def test_answers_in_json_with_the_whole_replay(self, engine, rma, draft):
        done = engine("policy", "publish", draft, "--json")

        told = json.loads(done.stdout)
        assert (told["version"], told["replay"]["flipped"]) == (2, 1)
        assert told["replay"]["flips"][0]["return_number"] == rma

    async def test_refuses_a_version_twice_and_keeps_nothing(self, engine, draft):
        engine("policy", "publish", draft)
        again = engine("policy", "publish", draft, "--json")

        assert (again.returncode, again.stdout) == (2, "")
        assert "give the file a higher `version`" in again.stderr
        assert len(json.loads(engine("policy", "history", "--json").stdout)["versions"]) == 2

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--by", "nobody@ekr.example"), "Nobody on the staff has the address"),
            (("--by", "wanda@ekr.example"), "is neither a manager nor an administrator"),
            (("--from", "2026-01-01"), "at the earliest"),
            (("--from", "tomorrow"), "--from: tomorrow is no day"),
        ],
    )
    async def test_refuses_what_cannot_be(self, engine, draft, words, says):
        await hire("wanda@ekr.example", Role.WAREHOUSE)
        done = engine("policy", "publish", draft, *words)

        assert done.returncode == 2
        assert says in done.stderr
        assert "No version was published yet" in engine("policy", "history").stdout

    async def test_shows_a_published_version_word_for_word(self, engine, draft):
        engine("policy", "publish", draft)

        whole = engine("policy", "show", "--version", "2", "--toml")
        assert whole.stdout == SHORTER.replace("version = 1\n", "version = 2\n", 1)
        assert "Policy ekr, version 2" in engine("policy", "show", "--version", "2").stdout
        assert engine("policy", "show", "--version", "9").returncode == 2


@pytest.mark.usefixtures("database")
class TestWithoutDecisions:
    async def test_nothing_would_have_been_otherwise(self, engine, draft):
        assert "0 of 0 decisions" in engine("policy", "replay", draft).stdout
