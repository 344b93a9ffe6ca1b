"""What stands on the dashboard: figures, in sections."""

from dataclasses import dataclass
from datetime import datetime

from admin.ages import LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: a count, amounts by currency or a share, and the list it stands for.

    The rows of the list at `link` are what is counted or added up, no more and no fewer. A `share`
    is so many of so many; `says` is what it is of, and by which date.
    """

    name: str
    link: str
    count: int | None = None
    amounts: tuple[tuple[str, int], ...] = ()
    share: tuple[int, int] | None = None
    says: str = ""
    oldest_at: datetime | None = None
    broken: bool = False

    def waits_long(self, now: datetime) -> bool:
        """Say whether the oldest waits longer than it should."""
        return self.oldest_at is not None and now - self.oldest_at > LONG

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to see."""
        return not self.count and not self.share and not any(one for _, one in self.amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Figures of one kind of work."""

    name: str
    figures: tuple[Figure, ...]
