"""The faults that are armed: each for one call, a number of times, by ordinal, match and chance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from returns_engine.sandbox.fault_modes import (
    OWN_MODES,
    REFUND_MODES,
    SECONDS,
    STAGES,
    Mode,
    Stage,
)


class ImpossibleFault(ValueError):  # noqa: N818 - named for what was asked
    """The fault could never strike: an unknown call, or a mode that the call does not have."""


@dataclass(kw_only=True)
class Fault:
    """One fault, and which requests it is for.

    `match` narrows it to requests with these parameters, this `idempotency_key` or this `id` in
    the path; a dot leads inside (`metadata.refund_id`). `after` lets so many of them pass first,
    and each later one meets it with `chance`, until it has struck `times` times. `seconds` is how
    long it lasts, where it lasts.
    """

    on: str
    mode: Mode
    times: int
    match: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    chance: float = 1.0
    seconds: float | None = None
    met: int = 0

    @property
    def lasts(self) -> float:
        """The seconds that were ordered, else the mode's own."""
        return SECONDS[self.mode] if self.seconds is None else self.seconds

    def fits(self, call: str, facts: Mapping[str, object]) -> bool:
        """Say whether the fault is for such a request."""
        if self.on != call or self.times < 1:
            return False
        return all(_fact(facts, name) == value for name, value in self.match.items())


class Met:
    """The faults that one request meets; each strikes when the request reaches its stage."""

    def __init__(self, due: Iterable[Fault]) -> None:
        self._due = list(due)

    def take(self, stage: Stage) -> Fault | None:
        """Return what goes wrong here, first armed first, and count it; None when nothing does."""
        for fault in self._due:
            if STAGES[fault.mode] is stage and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def take_all(self) -> dict[Mode, Fault]:
        """Return everything that goes wrong, by mode, where several can at once."""
        struck = [fault for fault in self._due if fault.times > 0]
        for fault in struck:
            fault.times -= 1
        return {fault.mode: fault for fault in struck}


class Faults:
    """All faults that are armed, first armed first; chances are drawn from `random`."""

    def __init__(self, calls: frozenset[str], random: Random | None = None) -> None:
        self._calls = calls | OWN_MODES.keys()
        self._random = random or Random(0)  # noqa: S311 - disorder that a seed repeats, no secret
        self._armed: list[Fault] = []

    @property
    def armed(self) -> list[Fault]:
        """Return the faults that have not struck as often as they were armed for."""
        return [fault for fault in self._armed if fault.times > 0]

    def arm(self, fault: Fault) -> None:
        """Arm a fault; raise ImpossibleFault for one that would wait for ever."""
        if fault.on not in self._calls:
            raise ImpossibleFault(f"on is one of {', '.join(sorted(self._calls))}.")
        own = {mode for modes in OWN_MODES.values() for mode in modes}
        has = fault.mode in OWN_MODES[fault.on] if fault.on in OWN_MODES else fault.mode not in own
        if not has:
            raise ImpossibleFault(f"{fault.on} has no fault {fault.mode}.")
        if fault.mode in REFUND_MODES and fault.on != "refunds.create":
            raise ImpossibleFault(f"{fault.mode} is a fault of refunds.create.")
        self._armed = [*self.armed, fault]

    def disarm(self) -> None:
        """Take all faults away."""
        self._armed.clear()

    def meet(self, call: str, facts: Mapping[str, object]) -> Met:
        """Count a request for every fault that is for such, and return those that are due."""
        fitting = [fault for fault in self._armed if fault.fits(call, facts)]
        for fault in fitting:
            fault.met += 1
        return Met([f for f in fitting if f.met > f.after and self._draws(f)])

    def _draws(self, fault: Fault) -> bool:
        return fault.chance >= 1 or self._random.random() < fault.chance


def _fact(facts: Mapping[str, object], name: str) -> str | None:
    found: object = facts
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return None if found is None else str(found)
