from pathlib import Path

from returns_engine.rules.lifecycle.drawing import drawing, machines

ROOT = Path(__file__).parents[3]


class TestTheDrawing:
    def test_is_what_the_tables_say(self):
        """Stale? Run `python -m returns_engine.rules.lifecycle.drawing > docs/lifecycle.md`."""
        assert (ROOT / "docs" / "lifecycle.md").read_text() == drawing()

    def test_shows_every_lifecycle_of_a_return(self):
        names = {machine.name for machine in machines()}

        assert names >= {"Permission", "Refund", "Replacement"}

    def test_draws_every_move(self):
        drawn = drawing()

        for machine in machines():
            for (before, _), after in machine.table.items():
                assert f"    {before} --> {after}: " in drawn
