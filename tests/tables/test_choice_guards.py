"""The guards of choices, each broken on purpose with plain SQL."""

import asyncpg
import pytest

from tests.tables.test_guards import refuses, sql  # noqa: F401 - a fixture

CHOICE = """
INSERT INTO choices (id, "order", kind, default_option, deadline, offered_at)
VALUES (gen_random_uuid(), 1, 'out_of_stock', 'cancel', now(), now())
"""
LINE = "INSERT INTO choice_lines (choice, order_line) SELECT id, 1 FROM choices"
CHOSEN = "UPDATE choices SET state = 'chosen', chosen_option = '{}', closed_at = now()"
OURS = "SELECT set_config('app.transition', '1', false)"


@pytest.fixture
async def choice(sql: asyncpg.Connection) -> asyncpg.Connection:  # noqa: F811 - the fixture above
    """The same connection, with one open choice."""
    await sql.execute(CHOICE)
    await sql.execute(LINE)
    return sql


class TestAChoice:
    async def test_is_made_by_its_lifecycle_alone(self, choice: asyncpg.Connection):
        for statement in (
            CHOSEN.format("wait"),
            "DELETE FROM choices",
            CHOICE.replace("(id,", "(state, closed_at, id,").replace(
                "(gen", "('withdrawn', now(), gen"
            ),
        ):
            assert "moves only by its lifecycle" in await refuses(choice, statement)

    async def test_is_made_once_even_by_us(self, choice: asyncpg.Connection):
        await choice.execute(OURS)
        await choice.execute(CHOSEN.format("wait"))
        for statement in (
            CHOSEN.format("cancel"),
            "UPDATE choices SET chosen_sku = 'EKR-GRY'",
            "UPDATE choices SET state = 'open', chosen_option = NULL, closed_at = NULL",
        ):
            assert "A choice is made once." in await refuses(choice, statement)
        await choice.execute("UPDATE choices SET done_at = now(), done_reference = 'S-1'")

    async def test_holds_no_option_of_another_kind(self, choice: asyncpg.Connection):
        await choice.execute(OURS)

        await refuses(choice, CHOSEN.format("refund"))
        await refuses(choice, "UPDATE choices SET kind = 'undeliverable'")
        await refuses(choice, "UPDATE choices SET default_option = 'swap'")

    async def test_is_not_carried_out_before_it_is_made(self, choice: asyncpg.Connection):
        await refuses(choice, "UPDATE choices SET done_at = now(), done_reference = 'S-1'")

    async def test_that_was_defaulted_holds_its_default(self, choice: asyncpg.Connection):
        await choice.execute(OURS)
        defaulted = "UPDATE choices SET state = 'defaulted', closed_at = now(), chosen_option = "

        await refuses(choice, f"{defaulted} NULL")
        await refuses(choice, f"{defaulted} 'wait'")
        await choice.execute(f"{defaulted} 'cancel'")

    async def test_is_the_only_open_one_of_its_line(self, choice: asyncpg.Connection):
        await choice.execute(CHOICE)
        with pytest.raises(asyncpg.UniqueViolationError):
            await choice.execute(f"{LINE} OFFSET 1")
        await choice.execute("UPDATE choice_lines SET is_open = false")
        await choice.execute(
            f"{LINE} WHERE NOT EXISTS (SELECT FROM choice_lines WHERE choice = choices.id)"
        )
