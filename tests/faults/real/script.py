"""What happens in one history, and what hits all that run beside it, drawn from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

CHAOS_SECONDS = 7.0
"""How long people click while everything goes wrong."""

LOSES_ANSWERS = (
    "timeout_before",
    "timeout_after",
    "drop_before",
    "drop_after",
    "reset_before",
    "reset_after",
    "http_502_before",
    "http_502_after",
    "http_503_before",
    "http_503_after",
    "http_504_before",
    "http_504_after",
    "rate_limited",
    "rate_limited_retry",
    "lock_timeout",
    "conflict",
    "truncated",
    "slow",
    "slow_headers",
    "http_500",
    "http_500_done",
    "http_500_late",
    "declined",
    "pending",
    "requires_action",
)
LIVES = ("as it comes", "as it comes", "fails late", "bounces")
HAPPENS_BESIDE = ("nothing", "nothing", "dashboard", "dispute won", "dispute lost", "inquiry")
READS = ("refunds.list", "refunds.retrieve", "payment_intents.retrieve")
FOREVER = 1_000_000


@dataclass(frozen=True, kw_only=True)
class RefundScript:
    """One refund: when it is approved, by how many clicks at once, and what is done to its calls.

    `faults` are (mode, requests that pass first, seconds).
    """

    approved_at: float
    clicks: int
    faults: tuple[tuple[str, int, float | None], ...]
    life: str


@dataclass(frozen=True, kw_only=True)
class HistoryScript:
    """One order with a payment, a unit for each refund and one that stays with the customer."""

    refunds: tuple[RefundScript, ...]
    beside: str
    beside_at: float


@dataclass(frozen=True, kw_only=True)
class Disaster:
    """What hits everybody: a process killed, the database crashed, the clock moved."""

    at: float
    what: str
    seconds: float = 0.0


def history_script(seed: int, number: int) -> HistoryScript:
    """Return the script of one history; the same for the same seed and number."""
    draw = Random(f"{seed}/history/{number}")  # noqa: S311 - a history that can be repeated
    return HistoryScript(
        refunds=tuple(_refund(draw) for _ in range(draw.randint(2, 4))),
        beside=draw.choice(HAPPENS_BESIDE),
        beside_at=draw.uniform(0.0, CHAOS_SECONDS),
    )


def disasters(seed: int, batch: int, processes: Sequence[str]) -> list[Disaster]:
    """Return what hits a batch of histories, in the order of time."""
    draw = Random(f"{seed}/batch/{batch}")  # noqa: S311 - a history that can be repeated
    hits = [
        Disaster(at=draw.uniform(0.5, CHAOS_SECONDS), what=f"kill {draw.choice(processes)}")
        for _ in range(draw.randint(3, 5))
    ]
    down = draw.uniform(0.0, 0.5)
    hits.append(
        Disaster(at=draw.uniform(1.0, CHAOS_SECONDS), what="crash the database", seconds=down)
    )
    hits += [
        Disaster(
            at=draw.uniform(1.0, CHAOS_SECONDS),
            what="move the clock",
            seconds=draw.choice((30, 600, 3 * 3600, 21 * 3600, 26 * 3600)),
        )
        for _ in range(draw.randint(1, 3))
    ]
    return sorted(hits, key=lambda hit: hit.at)


def weather(seed: int, batch: int) -> list[dict[str, Any]]:
    """Return the faults that may hit anybody: questions without answer, webhooks in disorder."""
    draw = Random(f"{seed}/weather/{batch}")  # noqa: S311 - a history that can be repeated
    reads = [
        {"on": on, "mode": mode, "chance": round(draw.uniform(0.01, 0.06), 3), "times": FOREVER}
        for on in READS
        for mode in ("http_503_before", "drop_after", "truncated", "rate_limited")
    ]
    events = [
        {"on": "webhooks.event", "mode": mode, "chance": chance, "times": FOREVER, **more}
        for mode, chance, more in (
            ("webhook_dropped", 0.2, {}),
            ("webhook_twice", 0.2, {}),
            ("webhook_twin", 0.15, {}),
            ("webhook_early", 0.25, {}),
            ("webhook_shuffled", 0.4, {"seconds": 2.0}),
            ("webhook_delayed", 0.1, {"seconds": 900.0}),
            ("webhook_old_version", 0.1, {}),
        )
    ]
    tries = [
        {"on": "webhooks.try", "mode": mode, "chance": 0.1, "times": FOREVER}
        for mode in ("webhook_wrong_secret", "webhook_stale")
    ]
    return [*reads, *events, *tries]


def _refund(draw: Random) -> RefundScript:
    return RefundScript(
        approved_at=draw.uniform(0.0, CHAOS_SECONDS * 0.8),
        clicks=draw.choice((1, 1, 2, 3)),
        faults=tuple(_fault(draw) for _ in range(draw.choice((0, 1, 1, 2, 3)))),
        life=draw.choice(LIVES),
    )


def _fault(draw: Random) -> tuple[str, int, float | None]:
    mode = draw.choice(LOSES_ANSWERS)
    seconds = draw.uniform(1.0, 19 * 3600.0) if mode == "http_500_late" else None
    if mode.startswith("slow"):
        seconds = draw.uniform(0.5, 2.0)
    return mode, draw.choice((0, 0, 0, 1, 2)), seconds
