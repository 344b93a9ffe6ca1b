"""What every list shares: its address with the filters, the ways through its pages, its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFrame:
    """A list at `path` under filters: `kept` holds those that are set, as the address spells them.

    `place` is where this page begins (None for the first), `next_place` where the next one does
    (None after the last); `cursor` is the name that the address has for either.
    """

    path: str
    kept: Mapping[str, str]
    place: str | None
    next_place: str | None
    cursor: str = "cursor"

    @property
    def start(self) -> str:
        """Return the address of the first page."""
        return self._address(self.path, {})

    @property
    def onward(self) -> str | None:
        """Return the address of the next page; None on the last."""
        if self.next_place is None:
            return None
        return self._address(self.path, {self.cursor: self.next_place})

    @property
    def here(self) -> str:
        """Return the address of this page, to come back to."""
        return self._address(self.path, {self.cursor: self.place or ""})

    @property
    def file(self) -> str:
        """Return the address of the whole list as a file."""
        return self._address(f"{self.path}.csv", {})

    def _address(self, path: str, more: Mapping[str, str]) -> str:
        told = {name: value for name, value in {**self.kept, **more}.items() if value}
        return f"{path}?{urlencode(told)}" if told else path


def set_ones(**filters: str | None) -> dict[str, str]:
    """Return the filters that are set."""
    return {name: value for name, value in filters.items() if value}
