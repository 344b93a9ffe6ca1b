from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from returns_engine.rules import lifecycle
from returns_engine.rules.lifecycle.drawing import MACHINES, drawing

ROOT = Path(__file__).parents[3]


class TestTheDrawing:
    def test_is_what_the_tables_say(self):
        """Stale? Run `python -m returns_engine.rules.lifecycle.drawing > docs/lifecycle.md`."""
        assert (ROOT / "docs" / "lifecycle.md").read_text() == drawing()

    def test_shows_every_table_there_is(self):
        modules = [
            import_module(f"{lifecycle.__name__}.{one.name}")
            for one in iter_modules(lifecycle.__path__)
        ]
        tables = [id(one.TABLE) for one in modules if hasattr(one, "TABLE")]

        assert sorted(tables) == sorted(id(one.table) for one in MACHINES)

    def test_draws_every_move(self):
        drawn = drawing()

        for machine in MACHINES:
            for (before, _), after in machine.table.items():
                assert f"    {before} --> {after}: " in drawn
