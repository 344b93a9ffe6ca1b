"""What is to happen at a moment of the sandbox's clock: late effects, delayed webhooks."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

LOOKS_EVERY = 0.05


class Agenda:
    """Does each thing once when its moment has come; a clock that is moved brings it nearer."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def add(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` in so many seconds of the sandbox's clock."""
        heapq.heappush(self._entries, (self._time() + seconds, next(self._order), act))

    @property
    def is_open(self) -> bool:
        """Tell whether anything is still to come."""
        return bool(self._entries)

    def clear(self) -> None:
        """Forget all that was to come."""
        self._entries.clear()

    def catch_up(self) -> None:
        """Do all whose moment has come, in the order of their moments."""
        while self._entries and self._entries[0][0] <= self._time():
            _, _, act = heapq.heappop(self._entries)
            act()

    async def keep_up(self) -> None:
        """Catch up again and again."""
        while True:
            self.catch_up()
            await asyncio.sleep(LOOKS_EVERY)
