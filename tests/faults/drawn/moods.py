"""What is likely to happen next: so many lots for each kind of step, by the mood of a history.

A history that does a little of everything seldom gets deep into anything; so each has a mood, which
makes some kinds of steps more likely and leaves none out that can happen at all.
"""

from collections.abc import Mapping
from enum import StrEnum

from tests.faults.drawn.history import View


class Kind(StrEnum):
    """A kind of step; the simplest first, for it is what a shrunk history is made of."""

    WORK = "work"
    APPROVE = "approve"
    WAIT = "wait"
    SWEEP = "sweep"
    WORK_ALL = "work all"
    DELIVER = "deliver"
    BREAK_REFUNDING = "break refunding"
    WORK_AND_DIE = "work and die"
    BREAK_READING = "break reading"
    MEND = "mend"
    RETRY = "retry"
    SETTLE = "settle"
    FAIL = "fail"
    REFUND_BY_HAND = "refund by hand"
    DISPUTE = "dispute"
    CLOSE_DISPUTE = "close dispute"
    REFUSE = "refuse"
    COME_BACK = "come back"
    WORK_TWICE = "work twice"
    WORK_AT_ONCE = "work at once"
    APPROVE_AT_ONCE = "approve at once"
    LOSE_JOB = "lose job"
    LOSE_EVENT = "lose event"
    BOUNCE = "bounce"
    OVERTAKE = "overtake"
    PAY_OTHERWISE = "pay otherwise"
    RECORD = "record"
    CALL_OFF = "call off"
    BACK_TO_BENCH = "back to bench"
    DECIDE_AND_DOUBT = "decide and doubt"
    TAKE_BACK = "take back"
    INSPECT_AGAIN = "inspect again"
    HOLD = "hold"
    RELEASE = "release"


class Mood(StrEnum):
    """What a history is mostly about."""

    FAULTS = "faults"
    DEATHS = "deaths"
    MEETINGS = "meetings"
    THE_BANK = "the bank"
    LONG_WAITS = "long waits"
    PAID_OTHERWISE = "paid otherwise"
    DOUBTS = "doubts"


_K = Kind
USUAL: Mapping[Kind, int] = {
    _K.WORK: 8,
    _K.APPROVE: 4,
    _K.WAIT: 2,
    _K.SWEEP: 2,
    _K.WORK_ALL: 2,
    _K.DELIVER: 3,
    _K.BREAK_REFUNDING: 4,
    _K.WORK_AND_DIE: 3,
    _K.BREAK_READING: 1,
    _K.MEND: 1,
    _K.RETRY: 5,
    _K.SETTLE: 1,
    _K.FAIL: 1,
    _K.REFUND_BY_HAND: 1,
    _K.DISPUTE: 1,
    _K.CLOSE_DISPUTE: 1,
    _K.REFUSE: 1,
    _K.COME_BACK: 1,
    _K.WORK_TWICE: 2,
    _K.WORK_AT_ONCE: 1,
    _K.APPROVE_AT_ONCE: 2,
    _K.LOSE_JOB: 1,
    _K.LOSE_EVENT: 1,
    _K.BOUNCE: 1,
    _K.OVERTAKE: 2,
    _K.PAY_OTHERWISE: 4,
    _K.RECORD: 2,
    _K.CALL_OFF: 1,
    _K.BACK_TO_BENCH: 1,
    _K.DECIDE_AND_DOUBT: 1,
    _K.TAKE_BACK: 1,
    _K.INSPECT_AGAIN: 3,
    _K.HOLD: 6,
    _K.RELEASE: 2,
}
MOODS: Mapping[Mood, Mapping[Kind, int]] = {
    Mood.FAULTS: {_K.BREAK_REFUNDING: 8, _K.BREAK_READING: 3},
    Mood.DEATHS: {_K.WORK_AND_DIE: 12, _K.LOSE_JOB: 3, _K.SWEEP: 4},
    Mood.MEETINGS: {_K.WORK_TWICE: 8, _K.WORK_AT_ONCE: 6, _K.APPROVE_AT_ONCE: 8, _K.DELIVER: 6},
    Mood.THE_BANK: {
        _K.FAIL: 5,
        _K.BOUNCE: 3,
        _K.SETTLE: 3,
        _K.REFUND_BY_HAND: 4,
        _K.DISPUTE: 4,
        _K.CLOSE_DISPUTE: 3,
        _K.DELIVER: 6,
        _K.HOLD: 24,
        _K.RELEASE: 4,
    },
    Mood.LONG_WAITS: {_K.WAIT: 8, _K.SWEEP: 5, _K.BREAK_REFUNDING: 6, _K.RETRY: 8},
    Mood.PAID_OTHERWISE: {
        _K.WORK: 14,
        _K.FAIL: 8,
        _K.PAY_OTHERWISE: 20,
        _K.RECORD: 8,
        _K.CALL_OFF: 4,
    },
    Mood.DOUBTS: {
        _K.BACK_TO_BENCH: 8,
        _K.DECIDE_AND_DOUBT: 6,
        _K.TAKE_BACK: 4,
        _K.INSPECT_AGAIN: 12,
        _K.COME_BACK: 4,
        _K.APPROVE: 6,
    },
}

_NEEDS_JOB = {_K.WORK, _K.WORK_ALL, _K.WORK_AND_DIE, _K.WORK_TWICE, _K.LOSE_JOB}
_NEEDS_EVENT = {_K.DELIVER, _K.LOSE_EVENT}


def lots(mood: Mood, view: View) -> list[Kind]:
    """Return every kind of step that can do something now, as often as it has lots."""
    weights = {**USUAL, **MOODS[mood]}
    return [kind for kind in Kind if _possible(kind, view) for _ in range(weights[kind])]


def _possible(kind: Kind, view: View) -> bool:
    if kind in _NEEDS_JOB:
        return view.jobs > 0
    if kind in _NEEDS_EVENT:
        return view.events > 0
    return {
        _K.WORK_AT_ONCE: view.jobs > 1,
        _K.APPROVE: "proposed" in view.states,
        _K.APPROVE_AT_ONCE: "proposed" in view.states,
        _K.REFUSE: "proposed" in view.states,
        _K.RETRY: "failed" in view.states,
        _K.PAY_OTHERWISE: "failed" in view.states,
        _K.RECORD: view.by_hand,
        _K.CALL_OFF: not {"approved", "failed"}.isdisjoint(view.states),
        _K.COME_BACK: view.on_the_way,
        _K.BACK_TO_BENCH: "proposed" in view.states,
        _K.DECIDE_AND_DOUBT: "proposed" in view.states,
        _K.TAKE_BACK: bool(view.states),
        _K.INSPECT_AGAIN: view.at_bench,
        _K.HOLD: view.contested,
        _K.RELEASE: view.waits,
        _K.SETTLE: view.pending > 0,
        _K.FAIL: view.alive > 0,
        _K.BOUNCE: view.alive > 0,
        _K.CLOSE_DISPUTE: view.disputed,
        _K.MEND: view.armed,
    }.get(kind, True)
