"""A place in a list that is in order by a moment: what the next page begins after."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The moment and the id of the row before the place."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        """Return the place as an address spells it."""
        return f"{self.at.isoformat()}_{self.id}"


def place_of(text: str) -> Place | None:
    """Return the place that an address names; None where it names none."""
    moment, _, row = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return Place(at=at.astimezone(UTC), id=UUID(row)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
