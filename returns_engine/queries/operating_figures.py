"""What an operator watches: what waits in the database, since when, and whether somebody works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from returns_engine.queries.promises import count_promises
from returns_engine.queries.rows import first_row, rows
from returns_engine.queries.waiting import Waiting, what_waits
from returns_engine.queries.waiting_messages import count_waiting_messages
from returns_engine.queries.webhooks import FAILS_FOR

NAMES: Mapping[str, tuple[str, str]] = {
    "returns_waiting": ("state", "Returns that are not over, by state"),
    "refunds_waiting": ("state", "Refunds that are not settled, by state"),
    "refunds_oldest_seconds": ("state", "Age of the oldest of them, by state"),
    "jobs": ("status", "Jobs: todo, doing, or failed after their tries"),
    "jobs_oldest_seconds": ("", "How long the oldest job that could run has waited"),
    "workers": ("", "Workers heard of in the last half minute"),
    "webhooks_waiting": ("", "Events of a provider that were taken and not looked at"),
    "webhooks_oldest_seconds": ("", "Age of the oldest of them"),
    "webhooks_out": ("state", "Webhooks of ours that did not arrive: queued, held or failed"),
    "webhooks_out_oldest_seconds": ("", "Age of the oldest event that is queued for a receiver"),
    "webhook_receivers_disabled": ("why", "Receivers switched off: by hand, gone, or failing"),
    "webhook_receivers_failing": ("", "Receivers that do nothing but fail for an hour or longer"),
    "mails_waiting": ("", "Mails that no mail server has taken yet"),
    "mails_oldest_seconds": ("", "Age of the oldest of them"),
    "mails_not_arrived": ("", "Mails refused or sent back that nobody has seen to"),
    "promises_broken": ("", "Promises past their day that are not kept"),
    "reconciliation_differing": ("", "Lines of the last comparison that call for a person"),
    "reconciliation_age_seconds": ("", "Time since a comparison with the provider ended well"),
}
"""Each figure's name, the label that tells its values apart, and what it is."""

_NOT_ARRIVED = ("queued", "held", "failed")
_WHY_OFF = ("by_hand", "gone", "failing")

_JOBS = """
SELECT status::text AS status, count(*) AS count FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed') GROUP BY status
"""
# The queue counts by the clock of the database.
_QUEUE = """
SELECT (SELECT extract(epoch FROM now() - min(COALESCE(j.scheduled_at, e.at)))
        FROM procrastinate_jobs j
        JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
        WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())) AS oldest,
       (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - interval '30 seconds') AS workers
"""
_WAITING = """
SELECT (SELECT count(*) FROM webhook_inbox WHERE handled_at IS NULL) AS webhooks,
       (SELECT min(received_at) FROM webhook_inbox WHERE handled_at IS NULL) AS webhooks_since,
       (SELECT count(*) FROM messages WHERE state = 'queued') AS mails,
       (SELECT min(created_at) FROM messages WHERE state = 'queued') AS mails_since
"""
_OUT = """
SELECT state, count(*) AS count, min(happened_at) AS oldest_at FROM webhook_deliveries
WHERE state <> 'delivered' GROUP BY state
"""
_RECEIVERS = """
SELECT disabled_why AS why, count(*) AS count,
       count(*) FILTER (WHERE state = 'enabled' AND failing_since < {}) AS failing
FROM webhook_endpoints GROUP BY disabled_why
"""
_COMPARED = """
SELECT differing, finished_at FROM reconciliations WHERE state = 'done' ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One value of a figure in NAMES; `label` is empty where the figure has but one."""

    name: str
    label: str = ""
    value: float


async def operating_figures(*, now: datetime) -> list[Figure]:
    """Read every figure; ages are in seconds, and 0 where nothing waits."""
    return [
        *await _work(now),
        *await _queue(),
        *await _mails_and_webhooks(now),
        *await _webhooks_out(now),
        *await _promises(now),
        *await _compared(now),
    ]


async def _work(now: datetime) -> list[Figure]:
    waits = await what_waits()
    figures = [
        Figure(name=name, label=state, value=one.count)
        for name, by_state in (
            ("returns_waiting", waits.returns),
            ("refunds_waiting", waits.refunds),
        )
        for state, one in by_state.items()
    ]
    ages = [
        Figure(name="refunds_oldest_seconds", label=state, value=_age(one.oldest_at, now))
        for state, one in waits.refunds.items()
    ]
    return figures + ages


async def _queue() -> list[Figure]:
    counts = dict.fromkeys(("todo", "doing", "failed"), 0)
    counts |= {row["status"]: row["count"] for row in await rows(_JOBS)}
    queue = await first_row(_QUEUE) or {}
    return [
        *(Figure(name="jobs", label=status, value=count) for status, count in counts.items()),
        Figure(name="jobs_oldest_seconds", value=max(0.0, float(queue["oldest"] or 0))),
        Figure(name="workers", value=queue["workers"]),
    ]


async def _mails_and_webhooks(now: datetime) -> list[Figure]:
    row = await first_row(_WAITING) or {}
    not_arrived: Waiting = (await count_waiting_messages()).not_arrived
    return [
        Figure(name="webhooks_waiting", value=row["webhooks"]),
        Figure(name="webhooks_oldest_seconds", value=_age(row["webhooks_since"], now)),
        Figure(name="mails_waiting", value=row["mails"]),
        Figure(name="mails_oldest_seconds", value=_age(row["mails_since"], now)),
        Figure(name="mails_not_arrived", value=not_arrived.count),
    ]


async def _webhooks_out(now: datetime) -> list[Figure]:
    states = {row["state"]: row for row in await rows(_OUT)}
    receivers = {row["why"]: row for row in await rows(_RECEIVERS, now - FAILS_FOR)}
    counts = {state: states.get(state, {}).get("count", 0) for state in _NOT_ARRIVED}
    off = {why: receivers.get(why, {}).get("count", 0) for why in _WHY_OFF}
    oldest = states.get("queued", {}).get("oldest_at")
    failing = sum(row["failing"] for row in receivers.values())
    return [
        *(Figure(name="webhooks_out", label=one, value=count) for one, count in counts.items()),
        Figure(name="webhooks_out_oldest_seconds", value=_age(oldest, now)),
        *(
            Figure(name="webhook_receivers_disabled", label=why, value=count)
            for why, count in off.items()
        ),
        Figure(name="webhook_receivers_failing", value=failing),
    ]


async def _promises(now: datetime) -> list[Figure]:
    counts = await count_promises(now=now, soon=now)
    return [Figure(name="promises_broken", value=counts["broken"])]


async def _compared(now: datetime) -> list[Figure]:
    last = await first_row(_COMPARED)
    if last is None:
        return []  # nothing was compared yet, which is not the same as nothing that differs
    return [
        Figure(name="reconciliation_differing", value=last["differing"]),
        Figure(name="reconciliation_age_seconds", value=_age(last["finished_at"], now)),
    ]


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
