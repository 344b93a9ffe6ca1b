"""Append to the record: every event in the transaction of its change, chained to the one before."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import event_body
from returns_engine.rules.event_chain import GENESIS, event_hash, salted_digest
from returns_engine.tables.engine import connection
from returns_engine.workflow.webhook_events import TOLD, WebhookEvent, lane_of, sending_job, telling

STAFF_CHAIN = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What happened. `data` holds ids, amounts, dates and clauses; free text goes into `text`."""

    type: str
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    text: str | None = None

    @property
    def refund(self) -> str | None:
        """Return the id of the refund that the event is about, where it is about one."""
        about = self.data.get("refund_id") if self.type.startswith("refund.") else None
        return None if about is None else str(about)


def with_headline(events: list[NewEvent], before: str, after: str) -> list[NewEvent]:
    """Give the first event that names no states the move of the headline, where it moved."""
    if before == after:
        return events
    for place, event in enumerate(events):
        if event.from_state is None and event.to_state is None:
            moved = replace(event, from_state=str(before), to_state=str(after))
            return [*events[:place], moved, *events[place + 1 :]]
    return events


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEnd:
    """Where a chain stands: how many events, and the hash of the last."""

    count: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """The new end of a chain, and the jobs that tell webhooks of what was appended."""

    end: ChainEnd
    jobs: Sequence[Job] = ()


async def append_events(
    chain: str,
    end: ChainEnd,
    events: Sequence[NewEvent],
    *,
    return_id: int | None,
    actor: Actor,
    now: datetime,
    told: Sequence[WebhookEvent] = (),
) -> Appended:
    """Append `events` after `end`; the caller holds the chain's lock, and defers the jobs.

    Webhooks are told of what stands in `told`, which is written down by the same statement.
    """
    rows: list[dict[str, Any]] = []
    words: list[tuple[int, str, str]] = []
    count, head = end.count, end.head or GENESIS
    for event in events:
        count += 1
        salt = secrets.token_hex(16)
        row = chained_row(event, (chain, count, head), salt, actor, now)
        head = row["hash"]
        rows.append({**row, "return_id": return_id})
        if event.text is not None:
            words.append((count, salt, event.text))
    end = ChainEnd(count=count, head=head)
    if not rows:
        return Appended(end=end)
    return Appended(end=end, jobs=await _insert(rows, words, end, told))


# One statement for events and their words: the words follow their event by its sequence. A chain
# that is no return's has its new end written down by the same statement.
_INSERT = """
WITH ended AS (
    UPDATE chain_heads SET event_count = $17, head_hash = $18 WHERE chain = $1
), added AS (
    INSERT INTO events (chain, return_id, sequence, type, at, actor_kind, actor_id, from_state,
                        to_state, reason, data, previous_hash, hash)
    SELECT $1, $2, sequence, type, $3, $4, $5, from_state, to_state, reason, data, previous, hash
    FROM unnest($6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb[],
                $12::text[], $13::text[])
        AS event (sequence, type, from_state, to_state, reason, data, previous, hash)
    RETURNING id, sequence
), said AS (
    INSERT INTO event_texts (event, salt, value)
    SELECT added.id, words.salt, words.value
    FROM unnest($14::int[], $15::text[], $16::text[]) AS words (sequence, salt, value)
    JOIN added USING (sequence))
"""
_ADD = f"{_INSERT} SELECT WHERE false"
_ADD_AND_TELL = f"{_INSERT}, {TOLD} SELECT id, endpoint, lane FROM told WHERE state = 'queued'"  # noqa: S608 - pieces of our own


async def _insert(
    rows: Sequence[dict[str, Any]],
    words: Sequence[tuple[int, str, str]],
    end: ChainEnd,
    told: Sequence[WebhookEvent],
) -> list[Job]:
    first = rows[0]
    values = telling(told, lane_of(first["return_id"])) if told else ()
    queued = await connection().fetch(
        _ADD_AND_TELL if told else _ADD,
        *(first[name] for name in ("chain", "return_id", "at", "actor_kind", "actor_id")),
        *([row[name] for row in rows] for name in ("sequence", "type", "from_state", "to_state")),
        [row["reason"] for row in rows],
        [json.dumps(row["data"]) for row in rows],
        [row["previous_hash"] for row in rows],
        [row["hash"] for row in rows],
        *([word[place] for word in words] for place in range(3)),
        end.count,
        end.head,
        *values,
    )
    return [sending_job(row["id"], endpoint=row["endpoint"], lane=row["lane"]) for row in queued]


def chained_row(
    event: NewEvent, place: tuple[str, int, str], salt: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return the row of an event; `place` is its chain, its number, and the hash before it."""
    chain, sequence, previous = place
    data = dict(event.data)
    if event.text is not None:
        data["text_digest"] = salted_digest(salt, event.text)
    row = {
        "chain": chain,
        "sequence": sequence,
        "type": event.type,
        "at": now,
        "actor_kind": str(actor.kind),
        "actor_id": actor.id,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": event.reason,
        "data": data,
    }
    return {**row, "previous_hash": previous, "hash": event_hash(previous, event_body(row))}


async def record_staff_event(event: NewEvent, *, actor: Actor, now: datetime) -> None:
    """Append to the chain of staff and settings: sign-ins, roles, keys, orders taken in.

    Must run inside a transaction; the chain's head is locked until it ends.
    """
    await record_in_chain(STAFF_CHAIN, event, actor=actor, now=now)


async def record_in_chain(chain: str, event: NewEvent, *, actor: Actor, now: datetime) -> None:
    """Append one event to a chain that is no return's; must run inside a transaction."""
    head = await connection().fetchrow(
        "INSERT INTO chain_heads (chain, event_count, head_hash) VALUES ($1, 0, '')"
        " ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain"
        " RETURNING event_count, head_hash",
        chain,
    )
    await append_events(
        chain,
        ChainEnd(count=head["event_count"], head=head["head_hash"]),
        [event],
        return_id=None,
        actor=actor,
        now=now,
    )


# The first event of many chains that are no return's, their heads written down with them.
_BEGIN = """
WITH begun AS (
    INSERT INTO chain_heads (chain, event_count, head_hash)
    SELECT chain, 1, hash FROM unnest($1::text[], $5::text[]) AS given (chain, hash))
INSERT INTO events (chain, return_id, sequence, type, at, actor_kind, actor_id, data,
                    previous_hash, hash)
SELECT chain, NULL, 1, type, $6, $7, $8, data, previous, hash
FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[])
    AS event (chain, type, data, previous, hash)
"""


async def begin_chains(events: Mapping[str, NewEvent], *, actor: Actor, now: datetime) -> None:
    """Begin chains that are no return's with one event each, which names no states and no words.

    Must run inside a transaction; raises asyncpg's UniqueViolationError where a chain is there.
    """
    rows = [
        chained_row(event, (chain, 1, GENESIS), "", actor, now) for chain, event in events.items()
    ]
    await connection().execute(
        _BEGIN,
        *([row[name] for row in rows] for name in ("chain", "type")),
        [json.dumps(row["data"]) for row in rows],
        *([row[name] for row in rows] for name in ("previous_hash", "hash")),
        now,
        str(actor.kind),
        actor.id,
    )
