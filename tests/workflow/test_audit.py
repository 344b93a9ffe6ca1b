"""The audit: whatever somebody with SQL does to the record is found, and said in a sentence."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.gateways.anchor_store.key_file import key_in, key_made_in
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.audit_problems import AuditReport
from returns_engine.rules.anchor import RunningDigest, seal_line, sealed
from returns_engine.rules.event_chain import GENESIS, event_hash
from returns_engine.workflow.anchor_record import anchor_record
from returns_engine.workflow.write_message import write_message
from tests.workflow.orders import NOW
from tests.workflow.shop import DANA, come_back, opened, put_order, value

KEY = "k" * 40
TOMORROW = NOW + timedelta(days=1)

Tampering = Callable[[asyncpg.Connection, str], Awaitable[object]]


async def by_sql(database_url: str, tamper: Tampering, number: str) -> None:
    """Do what a superuser can: with the triggers off."""
    sql = await asyncpg.connect(database_url)
    try:
        await sql.execute("SET session_replication_role = replica")
        await tamper(sql, number)
    finally:
        await sql.close()


async def found(folder: AnchorFolder | None = None, key: str | None = KEY) -> AuditReport:
    return await verify_chains(folder, key=key)


def said(report: AuditReport) -> dict[str, str]:
    return {problem.fault: problem.says for problem in report.problems}


async def _edit(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "UPDATE events SET data = data || '{\"amount\": 1}' WHERE chain = $1 AND sequence = 2",
        chain,
    )


async def _delete(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute("DELETE FROM events WHERE chain = $1 AND sequence = 2", chain)


async def _swap(sql: asyncpg.Connection, chain: str) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        await sql.execute(
            "UPDATE events SET sequence = $3 WHERE chain = $1 AND sequence = $2", chain, old, new
        )


async def _cut(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "DELETE FROM events WHERE chain = $1 AND sequence ="
        " (SELECT max(sequence) FROM events WHERE chain = $1)",
        chain,
    )


async def _delete_whole_return(sql: asyncpg.Connection, number: str) -> None:
    """Take a return out with its events and whatever hangs on it."""
    for statement in (
        "DELETE FROM event_texts WHERE event IN (SELECT id FROM events WHERE chain = $1)",
        "DELETE FROM events WHERE chain = $1",
        "DELETE FROM messages WHERE return_id = (SELECT id FROM returns WHERE number = $1)",
        "DELETE FROM return_lines WHERE return_id = (SELECT id FROM returns WHERE number = $1)",
        "DELETE FROM returns WHERE number = $1",
    ):
        await sql.execute(statement, number)


async def write_anew(
    sql: asyncpg.Connection,
    chain: str,
    *,
    without: int | None = None,
    extra: bool = False,
    upto: int | None = None,
) -> None:
    """Write a whole chain anew, every hash right, its owner's memory too: only anchors tell."""
    events = [
        dict(row)
        for row in await sql.fetch("SELECT * FROM events WHERE chain = $1 ORDER BY sequence", chain)
    ]
    events = [one for one in events if one["sequence"] != without][:upto]
    if extra:
        events.insert(1, {**events[0], "type": "refund.approved", "id": None})
    await sql.execute("DELETE FROM event_texts")
    await sql.execute("DELETE FROM events WHERE chain = $1", chain)
    previous = GENESIS
    for sequence, event in enumerate(events, start=1):
        data = json.loads(event["data"])
        data.pop("text_digest", None)
        body = {
            "chain": chain,
            "sequence": sequence,
            "type": event["type"],
            "at": event["at"].isoformat(timespec="microseconds"),
            "actor": {"kind": event["actor_kind"], "id": event["actor_id"]},
            "from": event["from_state"],
            "to": event["to_state"],
            "reason": event["reason"],
            "data": data,
        }
        head = event_hash(previous, body)
        await sql.execute(
            "INSERT INTO events (chain, return_id, sequence, type, at, actor_kind, actor_id,"
            " from_state, to_state, reason, data, previous_hash, hash)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            *(chain, event["return_id"], sequence, event["type"], event["at"]),
            *(event["actor_kind"], event["actor_id"], event["from_state"], event["to_state"]),
            *(event["reason"], json.dumps(data), previous, head),
        )
        previous = head
    await sql.execute(
        "UPDATE returns SET event_count = $2, head_hash = $3 WHERE number = $1",
        *(chain, len(events), previous),
    )
    await sql.execute(
        "UPDATE chain_heads SET event_count = $2, head_hash = $3 WHERE chain = $1",
        *(chain, len(events), previous),
    )


async def _put_in(sql: asyncpg.Connection, chain: str) -> None:
    """Put an event in the middle, the later ones moved up, with the hashes they had."""
    await sql.execute(
        "UPDATE events SET sequence = sequence + 1000 WHERE chain = $1 AND sequence > 1", chain
    )
    await sql.execute("UPDATE events SET sequence = sequence - 999 WHERE sequence > 1000")
    first = await sql.fetchrow("SELECT * FROM events WHERE chain = $1 AND sequence = 1", chain)
    body = {
        "chain": chain,
        "sequence": 2,
        "type": "refund.approved",
        "at": first["at"].isoformat(timespec="microseconds"),
        "actor": {"kind": "system", "id": None},
        "from": None,
        "to": None,
        "reason": None,
        "data": {},
    }
    await sql.execute(
        "INSERT INTO events (chain, sequence, type, at, actor_kind, data, previous_hash, hash)"
        " VALUES ($1, 2, 'refund.approved', $2, 'system', '{}', $3, $4)",
        *(chain, first["at"], first["hash"], event_hash(first["hash"], body)),
    )


async def _append(sql: asyncpg.Connection, chain: str) -> None:
    """Put an event behind the last, rightly hashed; the owner does not know of it."""
    last = await sql.fetchrow(
        "SELECT * FROM events WHERE chain = $1 ORDER BY sequence DESC LIMIT 1", chain
    )
    body = {
        "chain": chain,
        "sequence": last["sequence"] + 1,
        "type": "refund.approved",
        "at": last["at"].isoformat(timespec="microseconds"),
        "actor": {"kind": "system", "id": None},
        "from": None,
        "to": None,
        "reason": None,
        "data": {},
    }
    await sql.execute(
        "INSERT INTO events (chain, sequence, type, at, actor_kind, data, previous_hash, hash)"
        " VALUES ($1, $2, 'refund.approved', $3, 'system', '{}', $4, $5)",
        *(chain, last["sequence"] + 1, last["at"], last["hash"], event_hash(last["hash"], body)),
    )


FOUND: dict[str, tuple[Tampering, str, str]] = {
    "an edited event": (_edit, "edited", "Event 2 of {} was edited"),
    "a deleted event": (_delete, "gap", "Event 2 of {} was deleted"),
    "an event put between": (_put_in, "broken_link", "Event 3 of {} does not follow"),
    "an event put behind": (_append, "inserted", "of {} was put behind the last"),
    "events changed about": (_swap, "broken_link", "Event 2 of {} does not follow"),
    "a cut tail": (_cut, "cut_tail", "The end of {} was cut off"),
    "a whole return deleted": (_delete_whole_return, "missing_return", "Return {} was deleted"),
}


@pytest.fixture
async def number(database: str) -> str:  # noqa: ARG001 - must be open
    await put_order()
    number = await opened()
    await write_message(number, message="Thanks.", actor=DANA, now=NOW)
    assert (await found()).ok
    return number


class TestTheAudit:
    @pytest.mark.parametrize("name", FOUND)
    async def test_finds_and_says(self, name: str, database_url: str, number: str):
        tamper, fault, sentence = FOUND[name]
        await by_sql(database_url, tamper, number)

        assert sentence.format(number) in said(await found())[fault]

    async def test_names_the_witness_of_a_return_that_is_gone(self, database_url: str, number: str):
        await by_sql(database_url, _delete_whole_return, number)

        says = said(await found())["missing_return"]
        assert says.endswith("event 2 of order:EKR-1001 tells that it was there.")


class TestAnAnchor:
    async def test_is_written_once_a_day(self, number: str, tmp_path: Path):
        folder = AnchorFolder(tmp_path / "anchors")
        first = await anchor_record(folder=folder, key=KEY, now=NOW)
        before = first.path.read_bytes()
        again = await anchor_record(folder=folder, key="another" * 9, now=NOW)

        assert (first.made, first.chains, again.made) == (True, 2, False)
        assert again.path == first.path
        assert first.path.read_bytes() == before
        assert [one.number for one in folder.kept()] == [1]
        assert number.encode() in before
        assert await value("SELECT count(*) FROM events WHERE chain = 'anchors'") == 1

    async def test_follows_the_one_before(self, number: str, tmp_path: Path):
        folder = AnchorFolder(tmp_path)
        await anchor_record(folder=folder, key=KEY, now=NOW)
        await come_back(number, {"L1": 1})
        await anchor_record(folder=folder, key=KEY, now=TOMORROW)
        report = await found(folder)

        assert (report.problems, report.anchors, report.signatures_checked) == ([], 2, True)
        assert [one.number for one in folder.kept()] == [1, 2]

    async def test_says_when_it_was_made_in_utc_and_one_of_an_older_version_still_holds(
        self, number: str, tmp_path: Path
    ):
        folder = AnchorFolder(tmp_path)
        first = await anchor_record(folder=folder, key=KEY, now=NOW)
        title, *heads, _ = first.path.read_text().splitlines()
        assert json.loads(title)["made_at"] == "2026-03-30T12:00:00Z"

        digest = RunningDigest()
        older = [title.replace("12:00:00Z", "12:00:00+00:00"), *heads]
        for line in older:
            digest.add(line)
        first.path.write_text("\n".join([*older, seal_line(sealed(digest, KEY)), ""]))
        await anchor_record(folder=folder, key=KEY, now=TOMORROW)

        report = await found(folder)
        assert (report.problems, report.anchors) == ([], 2), number

    async def test_goes_on_in_a_new_folder_from_what_the_record_tells(
        self, number: str, tmp_path: Path
    ):
        await anchor_record(folder=AnchorFolder(tmp_path / "a"), key=KEY, now=NOW)
        next_one = await anchor_record(folder=AnchorFolder(tmp_path / "b"), key=KEY, now=TOMORROW)
        (tmp_path / "a" / f"anchor-000001-{NOW.date()}.jsonl").rename(
            tmp_path / "b" / f"anchor-000001-{NOW.date()}.jsonl"
        )

        assert next_one.number == 2
        assert (await found(AnchorFolder(tmp_path / "b"))).ok, number


async def anchored(tmp_path: Path) -> AnchorFolder:
    """Two anchors, of today and of tomorrow."""
    folder = AnchorFolder(tmp_path / "anchors")
    await anchor_record(folder=folder, key=KEY, now=NOW)
    await anchor_record(folder=folder, key=KEY, now=TOMORROW)
    return folder


class TestAgainstKeptAnchors:
    async def test_a_chain_written_anew_is_found(
        self, database_url: str, number: str, tmp_path: Path
    ):
        folder = await anchored(tmp_path)
        await by_sql(database_url, lambda sql, chain: write_anew(sql, chain, extra=True), number)

        assert (await found()).ok
        assert said(await found(folder)) == {
            "rewritten_since_anchor": f"{number} was written anew since anchor 2 of 2026-03-31:"
            f" its event {await anchored_count(folder, number)} was another one then."
        }

    async def test_a_chain_cut_and_written_anew_is_found(
        self, database_url: str, number: str, tmp_path: Path
    ):
        folder = await anchored(tmp_path)
        await by_sql(database_url, lambda sql, chain: write_anew(sql, chain, upto=1), number)
        # The headline no longer follows either; the audit of the chains alone says nothing.
        faults = said(await found(folder))

        assert "is gone" in faults["cut_since_anchor"]
        assert number in faults["cut_since_anchor"]

    async def test_a_return_that_is_gone_with_its_orders_word_is_found(
        self, database_url: str, number: str, tmp_path: Path
    ):
        folder = await anchored(tmp_path)

        async def thoroughly(sql: asyncpg.Connection, number: str) -> None:
            await _delete_whole_return(sql, number)
            await write_anew(sql, "order:EKR-1001", without=2)

        await by_sql(database_url, thoroughly, number)

        assert (await found()).ok
        faults = said(await found(folder))
        assert f"Return {number} was deleted with all its events" in faults["missing_return"]
        assert "order:EKR-1001 was cut off" in faults["cut_since_anchor"]

    async def test_only_what_the_later_anchor_no_longer_tells_blames_the_earlier(
        self, database_url: str, number: str, tmp_path: Path
    ):
        """A chain written anew between two anchors is caught by the first of them."""
        folder = AnchorFolder(tmp_path)
        await anchor_record(folder=folder, key=KEY, now=NOW)
        await by_sql(database_url, lambda sql, chain: write_anew(sql, chain, extra=True), number)
        await anchor_record(folder=folder, key=KEY, now=TOMORROW)

        assert "since anchor 1 of" in said(await found(folder))["rewritten_since_anchor"]


async def anchored_count(folder: AnchorFolder, chain: str) -> int:
    lines = [json.loads(line) for line in folder.kept()[-1].lines()]
    return next(line["count"] for line in lines if line.get("chain") == chain)


class TestTheAnchorsThemselves:
    async def test_one_that_was_edited_is_found(self, number: str, tmp_path: Path):
        folder = await anchored(tmp_path)
        file = folder.kept()[0].path
        file.write_text(file.read_text().replace('"count":3', '"count":2'))

        assert (
            "anchor-000001-2026-03-30.jsonl was edited"
            in (said(await found(folder))["anchor_edited"])
        ), number

    async def test_one_signed_with_another_key_is_found(self, number: str, tmp_path: Path):
        folder = await anchored(tmp_path)
        report = await found(folder, "another key" * 9)

        assert number
        assert [one.fault for one in report.problems] == ["anchor_forged", "anchor_forged"]
        assert (await found(folder, None)).ok
        assert not (await found(folder, None)).signatures_checked

    async def test_one_that_is_missing_between_is_found(self, number: str, tmp_path: Path):
        folder = await anchored(tmp_path)
        await anchor_record(folder=folder, key=KEY, now=NOW + timedelta(days=2))
        folder.kept()[1].path.unlink()

        assert said(await found(folder)) == {
            "anchor_missing": "Anchor 2 is missing: anchor-000003-2026-04-01.jsonl does not follow"
            " the anchor kept before it."
        }, number

    async def test_the_newest_is_missed(self, number: str, tmp_path: Path):
        folder = await anchored(tmp_path)
        folder.kept()[1].path.unlink()

        assert "the record tells of anchor 2" in said(await found(folder))["anchor_cut"], number

    async def test_the_oldest_may_be_put_away(self, number: str, tmp_path: Path):
        folder = await anchored(tmp_path)
        folder.kept()[0].path.unlink()

        assert (await found(folder)).ok, number

    @pytest.mark.parametrize("text", ["", "hello", "{}", '{"format": "x"}', "[]\n[]"])
    async def test_what_is_no_anchor_is_said(self, number: str, tmp_path: Path, text: str):
        (tmp_path / "anchor-000001-2026-03-30.jsonl").write_text(text)

        assert list(said(await found(AnchorFolder(tmp_path)))) == ["anchor_unreadable"], number


class TestTheKeyFile:
    def test_is_made_once_for_its_owner_alone(self, tmp_path: Path):
        file = tmp_path / "data" / "anchor-key"

        assert key_in(file) is None
        key = key_made_in(file)
        assert len(key) >= 32
        assert file.stat().st_mode & 0o777 == 0o600
        assert key_made_in(file) == key_in(file) == key
        assert [path.name for path in file.parent.iterdir()] == ["anchor-key"]
