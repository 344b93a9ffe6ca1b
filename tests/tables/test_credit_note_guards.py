"""The series of credit notes, broken on purpose with plain SQL."""

import asyncio

import asyncpg
import pytest

from tests.tables.test_guards import refuses, sql

__all__ = ["sql"]

NOTE = """
INSERT INTO credit_notes (refund, turn, year, place, number, reverses, amount, currency, issued_on,
                          issued_at)
SELECT id, {turn}, {year}, {place}, '{number}', {reverses}, {amount}, 'USD', current_date, now()
FROM refunds WHERE idempotency_key = '{key}'
"""


def note(**changes: object) -> str:
    values: dict[str, object] = {
        "turn": 1,
        "year": 2026,
        "place": 1,
        "reverses": "NULL",
        "amount": 1500,
        "key": "refund:1",
    } | changes
    number = f"CN-{values['year']}-{int(str(values['place'])):06}"
    return NOTE.format(**({"number": number} | values))


FIRST = "(SELECT min(id) FROM credit_notes)"


@pytest.fixture
async def series(sql: asyncpg.Connection) -> asyncpg.Connection:
    """One note, and another refund that has none."""
    await sql.execute(note())
    await sql.execute(
        'INSERT INTO refunds (id, "order", return_id, payment, proposed, currency,'
        " idempotency_key, proposed_at, inspectors) VALUES"
        " (gen_random_uuid(), 1, 1, 1, 10, 'USD', 'refund:2', now(), '[]')"
    )
    return sql


class TestASeriesOfCreditNotes:
    async def test_has_no_gap_and_goes_forward(self, series: asyncpg.Connection):
        for wrong in (
            note(key="refund:2", place=3),
            note(key="refund:2", year=2027, place=2),
            note(key="refund:2", year=2025, place=1),
            note(key="refund:2", place=0),
        ):
            assert "gap" in await refuses(series, wrong)
        await series.execute(note(key="refund:2", place=2))

    async def test_begins_anew_with_the_year(self, series: asyncpg.Connection):
        await series.execute(note(key="refund:2", year=2027, place=1))
        assert "out of order" in await refuses(
            series, note(turn=2, place=2, reverses=FIRST, amount=-1500)
        )

    async def test_gives_each_place_once(self, series: asyncpg.Connection, database_url: str):
        other = await asyncpg.connect(database_url)
        mine = series.transaction()
        await mine.start()
        await series.execute(note(key="refund:2", place=2))
        try:
            theirs = asyncio.create_task(
                other.execute(note(turn=2, place=2, reverses=FIRST, amount=-1500))
            )
            await asyncio.sleep(0.05)
            await mine.commit()
            with pytest.raises((asyncpg.UniqueViolationError, asyncpg.CheckViolationError)):
                await theirs
        finally:
            await other.close()

    async def test_is_written_as_it_is_counted(self, series: asyncpg.Connection):
        wrong = note(key="refund:2", place=2, number="CN-2026-000009")
        assert "credit_notes_ck_number" in await refuses(series, wrong)

    async def test_is_never_changed_and_never_deleted(self, series: asyncpg.Connection):
        await series.execute("SELECT set_config('app.transition', '1', false)")
        for statement in (
            "UPDATE credit_notes SET amount = 1",
            "DELETE FROM credit_notes",
            "TRUNCATE credit_notes CASCADE",
        ):
            assert "append only" in await refuses(series, statement)

    async def test_is_never_counted_back(self, series: asyncpg.Connection):
        await series.execute("INSERT INTO credit_note_counter VALUES ('CN', 2026, 7)")
        for statement in (
            "UPDATE credit_note_counter SET place = 6",
            "UPDATE credit_note_counter SET year = 2025, place = 9",
            "DELETE FROM credit_note_counter",
        ):
            assert "counted back" in await refuses(series, statement)
        await series.execute("UPDATE credit_note_counter SET year = 2027, place = 1")


class TestTheNotesOfARefund:
    async def test_are_one_at_a_time(self, series: asyncpg.Connection):
        assert "next of its refund" in await refuses(series, note(place=2))
        assert "credit_notes_ck_turn" in await refuses(series, note(place=2, turn=2))

    async def test_are_reversed_whole_and_once(self, series: asyncpg.Connection):
        half = note(place=2, turn=2, reverses=FIRST, amount=-1)
        assert "does not reverse" in await refuses(series, half)
        gain = note(place=2, turn=2, reverses=FIRST, amount=1500)
        await refuses(series, gain)
        await series.execute(note(place=2, turn=2, reverses=FIRST, amount=-1500))
        again = note(place=3, turn=4, reverses=FIRST, amount=-1500)
        await refuses(series, again)
        await series.execute(note(place=3, turn=3))
