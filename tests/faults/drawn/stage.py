"""Where histories are played: one loop, one world, and a count of what was played."""

import asyncio
import hashlib
from collections.abc import Coroutine
from typing import Any

from tests.faults.drawn.history import History
from tests.faults.drawn.world import World


class Stage:
    """Runs the steps of one history after the other, and counts those that came to rest."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop, *, told: bool) -> None:
        self.world, self.played, self.steps = world, 0, 0
        self.broke: Exception | None = None
        self._loop, self._told = loop, told
        self._digest = hashlib.sha256()
        self._known: set[bytes] = set()

    def run(self, step: Coroutine[Any, Any, Any]) -> Any:
        """Run a step to its end."""
        return self._loop.run_until_complete(step)

    def count(self, history: History) -> None:
        """Count a history that held, once, however often it is drawn."""
        story = "\n".join([history.opening.name, *history.story]).encode()
        mark = hashlib.sha256(story).digest()
        if mark in self._known:
            return
        self._known.add(mark)
        self.played += 1
        self.steps += len(history.story)
        self._digest.update(mark)
        if self._told:
            print(self.told(history), flush=True)  # noqa: T201 - asked for

    @property
    def digest(self) -> str:
        """What all histories so far come to: the same for the same seed."""
        return self._digest.hexdigest()[:12]

    def told(self, history: History) -> str:
        """Tell a history in numbered lines."""
        lines = [f"{n:3}. {line}" for n, line in enumerate(history.story, 1)]
        return "\n".join([f"Opening: {history.opening.name}", *lines])
