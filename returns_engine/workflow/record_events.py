"""Append to the record: every event in the transaction of its change, chained to the one before."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import event_body
from returns_engine.rules.event_chain import GENESIS, event_hash, salted_digest
from returns_engine.tables.engine import connection
from returns_engine.tables.one_statement import OneStatement

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
    """Events that follow the end of a chain, not yet written; `end` is the new one."""

    chain: str
    end: ChainEnd
    return_id: int | None
    rows: Sequence[dict[str, Any]]
    words: Sequence[tuple[str, int, str, str]]


def append_events(
    chain: str,
    end: ChainEnd,
    events: Sequence[NewEvent],
    *,
    return_id: int | None,
    actor: Actor,
    now: datetime,
) -> Appended:
    """Chain `events` to `end`, for `write_events`; the caller holds the chain's lock."""
    rows: list[dict[str, Any]] = []
    words: list[tuple[str, int, str, str]] = []
    count, head = end.count, end.head or GENESIS
    for event in events:
        count += 1
        salt = secrets.token_hex(16)
        row = chained_row(event, (chain, count, head), salt, actor, now)
        head = row["hash"]
        rows.append({**row, "return_id": return_id})
        if event.text is not None:
            words.append((chain, count, salt, event.text))
    return Appended(
        chain=chain,
        end=ChainEnd(count=count, head=head),
        return_id=return_id,
        rows=rows,
        words=words,
    )


_ADD = """
INSERT INTO events (chain, return_id, sequence, type, at, actor_kind, actor_id, from_state,
                    to_state, reason, data, previous_hash, hash)
SELECT chain, return_id, sequence, type, {}, {}, {}, from_state, to_state, reason, data, previous,
       hash
FROM unnest({}::text[], {}::int[], {}::int[], {}::text[], {}::text[], {}::text[], {}::text[],
            {}::jsonb[], {}::text[], {}::text[])
    AS event (chain, return_id, sequence, type, from_state, to_state, reason, data, previous, hash)
RETURNING id, chain, sequence
"""
_SAY = """
INSERT INTO event_texts (event, salt, value)
SELECT added.id, words.salt, words.value
FROM unnest({}::text[], {}::int[], {}::text[], {}::text[]) AS words (chain, sequence, salt, value)
JOIN added USING (chain, sequence)
"""
_END = "UPDATE chain_heads SET event_count = {}, head_hash = {} WHERE chain = {}"


def write_events(statement: OneStatement, *appended: Appended) -> None:
    """Add events of one actor and moment, and their words, to a statement.

    The new end of a chain goes with them, but for a return's own, which its row holds.
    """
    rows = [row for one in appended for row in one.rows]
    if not rows:
        return
    statement.write(
        _ADD,
        *(rows[0][name] for name in ("at", "actor_kind", "actor_id")),
        *([row[name] for row in rows] for name in ("chain", "return_id", "sequence", "type")),
        *([row[name] for row in rows] for name in ("from_state", "to_state", "reason")),
        [json.dumps(row["data"]) for row in rows],
        *([row[name] for row in rows] for name in ("previous_hash", "hash")),
        name="added",
    )
    if words := [word for one in appended for word in one.words]:
        statement.write(_SAY, *([word[place] for word in words] for place in range(4)))
    for one in appended:
        if one.return_id is None:
            statement.write(_END, one.end.count, one.end.head, one.chain)


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
    statement = OneStatement()
    write_events(statement, await append_to_chain(chain, event, actor=actor, now=now))
    await statement.run()


# A chain that is there is locked without writing its head, which a step writes once, at its end.
_LOCK = "SELECT event_count, head_hash FROM chain_heads WHERE chain = $1 FOR NO KEY UPDATE"
# Waits for whoever else makes the same chain just now, and then locks what they made.
_MAKE = (
    "INSERT INTO chain_heads (chain, event_count, head_hash) VALUES ($1, 0, '')"
    " ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain RETURNING event_count, head_hash"
)


async def append_to_chain(chain: str, event: NewEvent, *, actor: Actor, now: datetime) -> Appended:
    """Lock a chain that is no return's and chain one event to its end, for `write_events`."""
    head = await connection().fetchrow(_LOCK, chain) or await connection().fetchrow(_MAKE, chain)
    end = ChainEnd(count=head["event_count"], head=head["head_hash"])
    return append_events(chain, end, [event], return_id=None, actor=actor, now=now)


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
