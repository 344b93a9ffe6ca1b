"""Check the record: every hash again, every count, every head, every headline, the books."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.queries.anchors import check_anchors
from returns_engine.queries.audit_problems import AuditReport, audit_problem
from returns_engine.queries.books_check import (
    misbooked_others,
    misbooked_refunds,
    unbalanced_movements,
)
from returns_engine.queries.return_rows import case_facts, return_rows
from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.bound_words import BoundWords, faults_of_words
from returns_engine.rules.event_body import RETURN_OPENED, event_body
from returns_engine.rules.event_chain import GENESIS, ChainedEvent, verify_chain
from returns_engine.rules.lifecycle.headline import headline
from returns_engine.tables.engine import connection, the_engine

_BATCH = 500

# Both sides are kept: a chain without its return, and a return without its chain.
_CHAINS = """
SELECT COALESCE(e.chain, c.chain) AS chain, c.chain IS NOT NULL AS owned, c.event_count,
       c.head_hash, e.sequence, e.type, e.at, e.actor_kind, e.actor_id, e.from_state, e.to_state,
       e.reason, e.data, e.previous_hash, e.hash, t.salt, t.value
FROM (SELECT number AS chain, event_count::bigint, head_hash FROM returns
      UNION ALL SELECT chain, event_count, head_hash FROM chain_heads) c
FULL OUTER JOIN (events e LEFT JOIN event_texts t ON t.event = e.id) ON e.chain = c.chain
ORDER BY 1, e.sequence
"""
# The chain of an order names each return that was opened for it.
_GONE = """
SELECT e.data->>'return_number' AS number, e.chain, e.sequence FROM events e
WHERE e.type = {} AND NOT EXISTS (
    SELECT FROM returns r WHERE r.number = e.data->>'return_number')
  AND NOT EXISTS (SELECT FROM events x WHERE x.chain = e.data->>'return_number')
ORDER BY e.id
"""


async def verify_chains(
    anchors: AnchorFolder | None = None, *, key: str | None = None
) -> AuditReport:
    """Check every chain and every headline as they stood at one moment; holds one chain at a time.

    Finds an event that was edited, deleted, put in or moved, a cut tail, a return that is gone with
    or without its events, a text that is not the one that was written, or is gone though nobody was
    erased, a headline that does not follow from its case, and books that do not add up to where the
    refunds stand; against the kept `anchors`, a chain that was written anew since.
    """
    report = AuditReport()
    async with the_engine().transaction():
        await connection().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        async for chain in _chains():
            _check_chain(chain, report)
        await _check_headlines(report)
        await _check_opened(report)
        await _check_books(report)
        if anchors is not None:
            await check_anchors(anchors.kept(), key=key, report=report)
    return report


async def _chains() -> AsyncIterator[list[Mapping[str, Any]]]:
    """Give the rows of one chain after the other."""
    current: list[Mapping[str, Any]] = []
    async for row in connection().cursor(_CHAINS, prefetch=_BATCH):
        if current and current[0]["chain"] != row["chain"]:
            yield current
            current = []
        current.append(row)
    if current:
        yield current


def _check_chain(chain: list[Mapping[str, Any]], report: AuditReport) -> None:
    owner = chain[0]
    events = [row for row in chain if row["sequence"] is not None]
    report.chains += 1
    report.events += len(events)
    if not owner["owned"]:
        report.problems.append(audit_problem("no_owner", owner["chain"]))
        return
    found = verify_chain(
        (_chained(row) for row in events),
        count=owner["event_count"],
        head=owner["head_hash"] or GENESIS,
    )
    if found is not None:
        report.problems.append(audit_problem(str(found.fault), owner["chain"], found.sequence))
    for fault, sequence in faults_of_words([_bound(row) for row in events]):
        report.problems.append(audit_problem(str(fault), owner["chain"], sequence))


def _chained(row: Mapping[str, Any]) -> ChainedEvent:
    return ChainedEvent(
        sequence=row["sequence"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
        body=event_body({**row, "data": loaded(row["data"])}),
    )


def _bound(row: Mapping[str, Any]) -> BoundWords:
    return BoundWords(
        sequence=row["sequence"],
        type=row["type"],
        digest=loaded(row["data"]).get("text_digest"),
        salt=row["salt"],
        words=row["value"],
    )


async def _check_headlines(report: AuditReport) -> None:
    last = 0
    while batch := await return_rows("WHERE r.id > {} ORDER BY r.id LIMIT {}", last, _BATCH):
        report.returns += len(batch)
        report.problems.extend(
            audit_problem("headline", row["number"])
            for row in batch
            if headline(case_facts(row)) != row["state"]
        )
        last = batch[-1]["id"]


async def _check_opened(report: AuditReport) -> None:
    for row in await rows(_GONE, RETURN_OPENED):
        witness = f"event {row['sequence']} of {row['chain']}"
        report.problems.append(audit_problem("missing_return", row["number"], witness=witness))


async def _check_books(report: AuditReport) -> None:
    async for one in misbooked_refunds():
        report.problems.append(audit_problem("misbooked", one.subject))
    for subject in await misbooked_others():
        report.problems.append(audit_problem("misbooked", subject))
    for subject, movement in await unbalanced_movements():
        report.problems.append(audit_problem("unbalanced", subject, movement))
