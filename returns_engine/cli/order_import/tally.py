"""How far an import came, counted."""

from dataclasses import dataclass

from returns_engine.workflow.import_order import ImportedOrder


@dataclass(slots=True)
class Tally:
    """What became of the orders so far; `stopped` is a sentence, where it did not come to the end.

    `line` is the line or row where the last of them began.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    line: int = 0
    stopped: str | None = None
    interrupted: bool = False

    @property
    def imported(self) -> int:
        """Return how many are in, new or not."""
        return self.created + self.updated + self.unchanged

    def count(self, imported: ImportedOrder) -> None:
        """Count one that was taken."""
        if imported.created:
            self.created += 1
        elif imported.changed:
            self.updated += 1
        else:
            self.unchanged += 1

    def stop(self, why: str) -> None:
        """Note that it went no further, and why."""
        self.stopped = f"Stopped after line {self.line:,}: {why}"

    def facts(self) -> dict[str, object]:
        """Return it for a program."""
        return {
            "imported": self.imported,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "line": self.line,
            "stopped": self.stopped,
        }
