"""Chance, the same amount of it for every step, whatever the step makes of it.

Hypothesis wants the same draws to lead to the same questions. How things stand may depend on the
order in which two steps at once came to a lock, so no question is asked that depends on it: a step
is given its throws, and reads them as it needs.
"""

from collections.abc import Sequence
from struct import iter_unpack
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

THROWS = 8
"""More than any step needs."""


class Dice:
    """The throws of one step, two bytes each, in the order in which they are read."""

    def __init__(self, throws: bytes) -> None:
        self._throws = iter_unpack("!H", throws)

    def number(self) -> int:
        """Return the next throw: which of some, counted round."""
        return int(next(self._throws)[0])

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices; the first is what a shrunk history is made of."""
        return choices[self.number() % len(choices)]


# Bytes, for Hypothesis prefers some whole numbers to others.
dice = st.builds(Dice, st.binary(min_size=2 * THROWS, max_size=2 * THROWS))
