"""Until when what was withdrawn can be asked for again: the time limit went on running (40)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from returns_engine.rules.eligibility.calendar_days import local_day
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """The last day to ask again, or None where no time limit is known; `over` once it passed."""

    until: date | None
    over: bool


def ask_again(case: Mapping[str, Any], now: datetime, policy: Policy) -> AskAgain | None:
    """Say until when a withdrawn return can be asked for again; None for any other case.

    Of several items the first to be too late counts, as the decision took them.
    """
    if case["permission"] != PermissionState.WITHDRAWN or not case["goods_expected"]:
        return None
    windows = [line["window"] for line in case["decision"]["lines"]]
    if None in windows:
        return AskAgain(until=None, over=False)
    until = min(date.fromisoformat(window["last_day"]) for window in windows)
    return AskAgain(until=until, over=local_day(now, policy.zone) > until)
