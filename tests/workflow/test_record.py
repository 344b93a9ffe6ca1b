"""The record: no personal data in it, and nobody changes it unseen."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.event_chain import event_hash
from returns_engine.rules.words import Role
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.keep_staff import add_staff
from returns_engine.workflow.review_return import approve_return
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.write_message import write_message
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    DANA,
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

SECRETS = (
    *("Dana", "Reyes", "dana@", "3125550123", "1 Main St", "Chicago", "60601"),
    *("a secret comment", "a secret message", "a secret note", "a secret reason", "My Carrier"),
    "DANAREYES",
)


async def a_whole_case(photos: DirectoryPhotoStore) -> str:
    """A return that everybody wrote something about, until its money is recorded."""
    payment = a_payment(provider="external")
    await put_order(document=an_order(payments=[payment]))
    photo = str(await a_photo(photos))
    line = asked(
        quantity=2,
        reason="other",
        comment="a secret comment",
        photo_ids=[photo],
        declared_condition={"unused": False},
    )
    override = {"line_id": "L1", "rule": "condition", "reason": "a secret reason"}
    number = await opened(line, actor=SUPPORT, override=override, contact_channel="email")
    if (await the_return(number))["state"] == "in_review":
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
    await set_tracking(
        number, carrier="My Carrier, Dana", tracking_number="DANAREYES312", actor=DANA, now=NOW
    )
    for actor in (DANA, SUPPORT):
        await write_message(number, message="a secret message", actor=actor, now=NOW)
    await receive(number, {"L1": 2})
    rejected = good(
        verdict="rejected",
        disposition="quarantine",
        note="a secret note",
        photo_ids=[photo],
        grade="D",
    )
    await inspect(number, rejected, good())
    refund = (await refunds_of(number))[0]
    given = {"note": "a secret note", "clause": "return.window", "external_reference": "PP-1"}
    await approve(refund["id"], 5, **given)
    return number


@pytest.fixture
def photos(tmp_path: Path) -> DirectoryPhotoStore:
    return DirectoryPhotoStore(tmp_path)


@pytest.mark.usefixtures("database")
class TestTheRecordOfACase:
    async def test_holds_no_personal_data_and_no_free_text(self, photos: DirectoryPhotoStore):
        number = await a_whole_case(photos)
        await put_order(
            document=an_order(status="canceled", payments=[a_payment(provider="external")])
        )

        hashed = await rows("SELECT e::text AS row FROM events e")
        kept = await rows("SELECT d::text AS row FROM decisions d")
        said = "\n".join(row["row"] for row in [*hashed, *kept])
        assert number in said
        for secret in SECRETS:
            assert secret not in said, secret

    async def test_keeps_the_words_beside_it_and_verifies(self, photos: DirectoryPhotoStore):
        await a_whole_case(photos)
        report = await verify_chains()

        assert report.ok, report.problems
        assert (report.chains, report.returns) == (2, 1)
        words = {row["value"] for row in await rows("SELECT value FROM event_texts")}
        assert {"a secret message", "a secret note", "a secret reason"} <= words

    async def test_names_who_did_what_by_id(self, photos: DirectoryPhotoStore):
        await a_whole_case(photos)

        who = await rows("SELECT DISTINCT actor_kind, actor_id FROM events WHERE return_id > 0")
        assert {tuple(row) for row in who} == {
            ("customer", None),
            ("api_key", SUPPORT.id),
            ("staff", FINANCE.id),
            ("staff", "11"),
        }

    async def test_verifies_when_a_person_is_erased(self, photos: DirectoryPhotoStore):
        await a_whole_case(photos)
        await erase_order(
            await value("SELECT id FROM orders"),
            why=Why.REQUESTED,
            photos=photos,
            actor=SYSTEM,
            now=NOW,
            even_open=True,
        )

        assert await value("SELECT count(*) FROM event_texts") == 0
        assert (await verify_chains()).ok


Tampering = Callable[[asyncpg.Connection, str], Awaitable[object]]


async def _edit(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "UPDATE events SET data = data || '{\"amount\": 1}' WHERE chain = $1 AND sequence = 2",
        chain,
    )


async def _back_date(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "UPDATE events SET at = at - interval '1 day' WHERE chain = $1 AND sequence = 3", chain
    )


async def _delete(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute("DELETE FROM events WHERE chain = $1 AND sequence = 2", chain)


async def _swap(sql: asyncpg.Connection, chain: str) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        await sql.execute(
            "UPDATE events SET sequence = $3 WHERE chain = $1 AND sequence = $2", chain, old, new
        )


async def _insert(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "INSERT INTO events (chain, sequence, type, at, actor_kind, data, previous_hash, hash)"
        " SELECT chain, max(sequence) + 1, 'x', now(), 'system', '{}',"
        " (array_agg(hash ORDER BY sequence DESC))[1], ''"
        " FROM events WHERE chain = $1 GROUP BY chain",
        chain,
    )


async def _cut_the_tail(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute(
        "DELETE FROM events WHERE chain = $1 AND sequence ="
        " (SELECT max(sequence) FROM events WHERE chain = $1)",
        chain,
    )


async def _rewrite_the_last(sql: asyncpg.Connection, chain: str) -> None:
    """Write the last event anew, with a hash that fits it: the head remembers the old one."""
    last = await sql.fetchrow(
        "SELECT * FROM events WHERE chain = $1 ORDER BY sequence DESC LIMIT 1", chain
    )
    body = {
        "chain": chain,
        "sequence": last["sequence"],
        "type": "return.withdrawn",
        "at": last["at"].isoformat(timespec="microseconds"),
        "actor": {"kind": last["actor_kind"], "id": last["actor_id"]},
        "from": None,
        "to": None,
        "reason": None,
        "data": json.loads(last["data"]),
    }
    await sql.execute(
        "UPDATE events SET type = 'return.withdrawn', from_state = NULL, to_state = NULL,"
        " reason = NULL, hash = $2 WHERE id = $1",
        last["id"],
        event_hash(last["previous_hash"], body),
    )


async def _drop_the_chain(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute("DELETE FROM events WHERE chain = $1", chain)


async def _rename_the_chain(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute("UPDATE events SET chain = 'elsewhere' WHERE chain = $1", chain)


async def _change_the_headline(sql: asyncpg.Connection, chain: str) -> None:
    await sql.execute("UPDATE returns SET state = 'in_transit' WHERE number = $1", chain)


async def _count_a_unit_more(sql: asyncpg.Connection, _: str) -> None:
    await sql.execute("UPDATE return_lines SET received = 1")


async def _change_a_text(sql: asyncpg.Connection, _: str) -> None:
    await sql.execute("UPDATE event_texts SET value = 'Thank you.'")


async def _delete_a_text(sql: asyncpg.Connection, _: str) -> None:
    await sql.execute("DELETE FROM event_texts")


TAMPERING: dict[str, tuple[Tampering, str]] = {
    "an edited event": (_edit, "edited"),
    "an event of another day": (_back_date, "edited"),
    "a deleted event": (_delete, "gap"),
    "two events changed about": (_swap, "broken_link"),
    "an event slipped in": (_insert, "edited"),
    "a tail that was cut": (_cut_the_tail, "cut_tail"),
    "a last event written anew": (_rewrite_the_last, "rewritten"),
    "a chain that is gone": (_drop_the_chain, "cut_tail"),
    "a chain of nobody": (_rename_the_chain, "no_owner"),
    "a headline that does not follow": (_change_the_headline, "headline"),
    "a counter that does not follow": (_count_a_unit_more, "headline"),
    "words that were not written": (_change_a_text, "text_edited"),
    "words that were taken away": (_delete_a_text, "text_missing"),
}


@pytest.mark.usefixtures("database")
class TestTheAudit:
    @pytest.mark.parametrize("name", TAMPERING)
    async def test_finds(self, name: str, database_url: str):
        await put_order()
        number = await opened()
        await write_message(number, message="Thanks.", actor=DANA, now=NOW)
        assert (await verify_chains()).ok

        tamper, fault = TAMPERING[name]
        sql = await asyncpg.connect(database_url)
        try:
            await sql.execute("SET session_replication_role = replica")
            await tamper(sql, number)
        finally:
            await sql.close()

        report = await verify_chains()
        assert fault in {problem.fault for problem in report.problems}, report.problems
        assert {problem.chain for problem in report.problems} <= {number, "elsewhere"}

    async def test_finds_a_return_that_is_gone(self, database_url: str):
        await put_order()
        number = await opened()
        sql = await asyncpg.connect(database_url)
        try:
            await sql.execute("SET session_replication_role = replica")
            await sql.execute("DELETE FROM returns")
        finally:
            await sql.close()

        problems = (await verify_chains()).problems
        assert [(one.chain, one.fault) for one in problems] == [(number, "no_owner")]

    async def test_checks_the_chains_of_orders_and_staff_too(self, database_url: str):
        await put_order()
        await add_staff(
            email="s@example.com", name="S", password="long enough", roles=[Role.SUPPORT], now=NOW
        )
        sql = await asyncpg.connect(database_url)
        try:
            await sql.execute("SET session_replication_role = replica")
            await sql.execute("UPDATE events SET reason = 'x'")
        finally:
            await sql.close()

        found = {problem.chain for problem in (await verify_chains()).problems}
        assert found == {"order:EKR-1001", "staff"}

    async def test_of_nothing_finds_nothing(self):
        report = await verify_chains()

        assert (report.ok, report.chains, report.events) == (True, 0, 0)


@pytest.mark.usefixtures("database")
class TestARefusedCall:
    async def test_writes_no_event(self):
        await put_order()
        number = await opened()
        await come_back(number, {"L1": 1})
        before = await value("SELECT count(*) FROM events")
        refund = (await refunds_of(number))[0]
        with pytest.raises(Exception, match=r"At least 0\.01"):
            await approve(refund["id"], 0)

        assert await value("SELECT count(*) FROM events") == before
