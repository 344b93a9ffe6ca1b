"""Write down, outside of the database, where every chain of the record stands today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from returns_engine.gateways.anchor_store.folder import AnchorFile, AnchorFolder
from returns_engine.queries.anchors import AnchorTold, digest_of, last_anchor_told
from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.anchor import (
    ANCHOR_CHAIN,
    ANCHORED,
    AnchoredHead,
    AnchorTitle,
    RunningDigest,
    head_line,
    seal_line,
    sealed,
    title_line,
)
from returns_engine.rules.event_chain import GENESIS
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent, record_in_chain

_BATCH = 1000
_HEADS = """
SELECT chain, event_count, head_hash FROM (
    SELECT number AS chain, event_count::bigint, head_hash FROM returns
    UNION ALL SELECT chain, event_count, head_hash FROM chain_heads) heads
WHERE event_count > 0 ORDER BY chain COLLATE "C"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """The anchor of today; `made` is False where it was there already."""

    number: int
    path: Path
    chains: int | None
    made: bool


async def anchor_record(
    *, folder: AnchorFolder, key: str | Callable[[], str], now: datetime
) -> Anchored:
    """Keep an anchor of today (UTC) as a file, or do nothing where there is one.

    Memory does not grow with the record. The record itself tells of the anchor, so that one that
    is gone is missed. A `key` that is to be called is called where an anchor is written.
    """
    day = now.astimezone(UTC).date().isoformat()
    async with transaction():
        # Two workers may be asked at once; the second finds the work done.
        await connection().execute("SELECT pg_advisory_xact_lock(hashtext('audit anchor'))")
        kept, told = folder.kept(), await last_anchor_told()
        here = {one.day: one.number for one in kept}
        if told is not None:
            here.setdefault(told.day, told.number)
        if day in here:
            path = folder.path(here[day], day)
            return Anchored(number=here[day], path=path, chains=None, made=False)
        last = kept[-1] if kept else None
        number = max(last.number if last else 0, told.number if told else 0) + 1
        title = AnchorTitle(
            number=number, day=day, made_at=utc_text(now), previous=_digest_before(last, told)
        )
        chains, digest = await _write(folder, title, key if isinstance(key, str) else key())
        event = NewEvent(type=ANCHORED, data={"number": number, "day": day, "digest": digest})
        await record_in_chain(ANCHOR_CHAIN, event, actor=SYSTEM, now=now)
    return Anchored(number=number, path=folder.path(number, day), chains=chains, made=True)


def _digest_before(last: AnchorFile | None, told: AnchorTold | None) -> str:
    """Return the digest of the anchor before: from its file, or as the record tells of it."""
    if last is not None and (told is None or last.number >= told.number):
        return digest_of(last)
    return told.digest if told is not None else GENESIS


async def _write(folder: AnchorFolder, title: AnchorTitle, key: str) -> tuple[int, str]:
    """Write an anchor and return how many chains it holds, and its digest."""
    digest = RunningDigest()
    with folder.new(title.number, title.day) as file:
        _add(title_line(title), file, digest)
        async for row in connection().cursor(_HEADS, prefetch=_BATCH):
            head = AnchoredHead(chain=row["chain"], count=row["event_count"], head=row["head_hash"])
            _add(head_line(head), file, digest)
        seal = sealed(digest, key)
        file.write(f"{seal_line(seal)}\n")
    return seal.chains, seal.digest


def _add(line: str, file: IO[str], digest: RunningDigest) -> None:
    digest.add(line)
    file.write(f"{line}\n")
