"""Every table says what it holds about a person; none can be added without."""

from pathlib import Path

import pytest
from piccolo.columns import JSONB, Bytea, Text, Varchar
from piccolo.table import Table

from returns_engine.tables.personal_data.holding import Holding
from returns_engine.tables.personal_data.holdings import HOLDINGS, OF_NO_ORDER
from returns_engine.tables.piccolo_app import APP_CONFIG

# Shorter ones hold codes and states.
SHORTEST_WORDS = 64
TABLES: dict[str, type[Table]] = {
    table._meta.tablename: table  # noqa: SLF001 - Piccolo tells it nowhere else
    for table in APP_CONFIG.table_classes
}
BY_TABLE = {holding.table: holding for holding in HOLDINGS}
DOCS = Path(__file__).parents[2] / "docs" / "privacy.md"


def columns(table: type[Table]) -> set[str]:
    return {column._meta.db_column_name for column in table._meta.columns}  # noqa: SLF001 - see above


def wordy(table: type[Table]) -> set[str]:
    """The columns that can hold a name, an address, or words."""
    return {
        column._meta.db_column_name  # noqa: SLF001 - see above
        for column in table._meta.columns  # noqa: SLF001 - see above
        if isinstance(column, Text | JSONB | Bytea)
        or (isinstance(column, Varchar) and (column.length or 0) >= SHORTEST_WORDS)
    }


class TestEveryTable:
    def test_is_known_to_erasure_and_export(self):
        """Name a new table in tables/personal_data/: what it holds, and what of it goes."""
        assert set(TABLES) - set(BY_TABLE) - set(OF_NO_ORDER) == set()

    def test_is_named_once_and_is_there(self):
        assert len(BY_TABLE) == len(HOLDINGS)
        assert set(BY_TABLE) & set(OF_NO_ORDER) == set()
        assert (set(BY_TABLE) | set(OF_NO_ORDER)) - set(TABLES) == set()

    @pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table)
    def test_says_of_each_column_that_could_hold_words_what_becomes_of_it(self, holding: Holding):
        table = TABLES[holding.table]
        named = set(holding.erased) | set(holding.kept) | holding.unshown

        assert named <= columns(table)
        assert set(holding.erased).isdisjoint(holding.kept)
        if not holding.goes:
            assert wordy(table) - set(holding.erased) - set(holding.kept) == set()

    @pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table)
    def test_stands_in_the_docs(self, holding: Holding):
        lines = DOCS.read_text(encoding="utf-8").splitlines()

        assert documented(holding) in lines, f"docs/privacy.md needs: {documented(holding)}"


def documented(holding: Holding) -> str:
    """The line of the table in docs/privacy.md."""
    goes = ", ".join(f"`{column}`" for column in holding.erased) or "nothing"
    stays = "; ".join(f"`{column}`: {why}" for column, why in holding.kept.items())
    if holding.goes:
        goes = "the whole row" + (", and the file" if holding.table == "photos" else "")
    stays = "" if holding.goes else stays or "ids, numbers and dates"
    return f"| `{holding.table}` | {holding.why} | {goes} | {stays} |"
