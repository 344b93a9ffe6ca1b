"""A return in hand: loaded under its lock, changed, and saved with its events, mails and jobs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import RETURN_OPENED, order_chain
from returns_engine.rules.lifecycle.actions import Action, require
from returns_engine.rules.lifecycle.headline import CaseFacts, Headline, headline
from returns_engine.rules.lifecycle.permission import (
    PermissionEvent,
    PermissionState,
    next_permission,
)
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.promises import Owed, PromiseKind, PromiseTerms, owed, was_kept
from returns_engine.rules.webhooks.news import news_of
from returns_engine.tables.engine import connection
from returns_engine.tables.messages import Message
from returns_engine.tables.one_statement import OneStatement, stored
from returns_engine.workflow.case_appeal import CaseAppeal
from returns_engine.workflow.case_line import CaseLine, write_lines
from returns_engine.workflow.keep_promises import PromiseChange, keep_promises, kept_terms
from returns_engine.workflow.note_answers import note_answers
from returns_engine.workflow.record_events import (
    ChainEnd,
    NewEvent,
    append_events,
    append_to_chain,
    with_headline,
    write_events,
)
from returns_engine.workflow.refusals import NotFound, StaleVersion
from returns_engine.workflow.webhook_events import run_and_tell, webhook_events


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """What there is of a return that has no row yet: its columns, and what goes with them."""

    columns: Mapping[str, object]
    statement: OneStatement


@dataclass(slots=True, kw_only=True)
class ReturnCase:
    """One return, locked, with all that its headline is made from."""

    id: int
    number: str
    kind: str
    order: int
    order_number: str
    resolution: str | None
    permission: PermissionState
    headline: Headline
    goods_expected: bool
    restocking_bps: int
    label_fee: int
    version: int
    end: ChainEnd
    label_issued: bool
    in_transit: bool
    lines: list[CaseLine]
    refunds: dict[Any, RefundState]
    replacements: dict[Any, ReplacementState]
    lowered: bool = False
    appeal: CaseAppeal = field(default_factory=CaseAppeal)
    customer_chooses: bool = False
    terms: PromiseTerms | None = None
    promises: dict[Owed, int] = field(default_factory=dict)
    values: dict[Any, Any] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)
    mails: list[tuple[UUID, str, str, datetime]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    unwritten: "Unwritten | None" = None

    def facts(self) -> CaseFacts:
        """Return the case as the rules see it."""
        return CaseFacts(
            permission=self.permission,
            label_issued=self.label_issued,
            in_transit=self.in_transit,
            goods_expected=self.goods_expected,
            lines=tuple(line.counts() for line in self.lines),
            refunds=tuple(self.refunds.values()),
            replacements=tuple(self.replacements.values()),
            appealed=self.appeal.used,
            upheld=self.appeal.upheld,
            lowered=self.lowered,
            customer_chooses=self.customer_chooses,
        )

    def require(self, action: Action) -> None:
        """Raise TransitionNotAllowed unless the case allows `action` now."""
        require(action, headline(self.facts()), self.facts())

    def require_version(self, expected: int | None) -> None:
        """Raise StaleVersion where the caller has seen another version; None is any."""
        if expected is not None and expected != self.version:
            raise StaleVersion(self.version)

    def permit(self, move: PermissionEvent, event: NewEvent) -> None:
        """Move the permission, or raise TransitionNotAllowed; `event` is recorded with it."""
        before = self.permission
        self.permission = next_permission(before, move)
        self.values["permission"] = str(self.permission)
        self.record(replace(event, from_state=str(before), to_state=str(self.permission)))

    def record(self, event: NewEvent) -> None:
        """Keep an event for `save_case`."""
        self.events.append(event)

    def tell(self, template: str, context: Mapping[str, object], now: datetime) -> None:
        """Write a mail to the customer; it is sent once this transaction is committed."""
        known = {"return_number": self.number, **context}
        mail = (uuid4(), template, json.dumps(known), now)
        self.mails.append(mail)
        self.jobs.append(Job(task="send_message", args={"message_id": str(mail[0])}))

    def promise_change(self) -> PromiseChange:
        """Return what becomes of the promises, now that the case stands as it does."""
        facts, refunds = self.facts(), {str(one): self.refunds[one] for one in self.refunds}
        wanted = owed(facts, refunds)
        held = frozenset(self.promises)
        kept = frozenset(one for one in held - wanted if was_kept(one, facts, refunds))
        return PromiseChange(made=wanted - held, kept=kept, released=held - wanted - kept)

    def lines_of(self, line_id: str) -> list[CaseLine]:
        """Return the entries of one order line, in the order of the request."""
        return [line for line in self.lines if line.line_id == line_id]


async def load_case(number: str, *, expected_version: int | None = None) -> ReturnCase:
    """Lock a return and load it; raises NotFound, or StaleVersion against `expected_version`."""
    return await _load(_LOCKED_BY_NUMBER, number, expected_version)


async def load_case_by_id(return_id: int) -> ReturnCase:
    """Lock a return by its row id and load it."""
    return await _load(_LOCKED_BY_ID, return_id, None)


# Columns by name: a migration may add one while this runs.
_LOCKED = """
SELECT r.id, r.number, r.kind, r."order", r.resolution, r.permission, r.state, r.goods_expected,
       r.restocking_bps, r.label_fee, r.promise_terms, r.version, r.event_count, r.head_hash,
       r.label_issued_at, r.in_transit_at, r.appealed, r.appeal_outcome, r.appealed_against,
       r.refusers, o.number AS order_number
FROM returns r JOIN orders o ON o.id = r."order"
WHERE r.{} = $1 FOR NO KEY UPDATE OF r
"""
_LOCKED_BY_NUMBER, _LOCKED_BY_ID = _LOCKED.format("number"), _LOCKED.format("id")
_HANGS_ON_IT = """
SELECT (SELECT json_agg(to_jsonb(l) || jsonb_build_object('line_id', o.line_id, 'kind', o.kind)
                        ORDER BY l.position)
        FROM return_lines l JOIN order_lines o ON o.id = l.order_line
        WHERE l.return_id = $1) AS lines,
       (SELECT json_agg(json_build_object(
            'id', id, 'state', state, 'lowered', amount < proposed OR state = 'refused'
                OR state = 'canceled' AND amount IS NOT NULL))
        FROM refunds WHERE return_id = $1) AS refunds,
       (SELECT json_agg(json_build_object('id', id, 'state', state))
        FROM replacements WHERE return_id = $1) AS replacements,
       (SELECT json_agg(json_build_object('id', id, 'what', what, 'subject', subject))
        FROM promises WHERE return_id = $1 AND kept_at IS NULL AND released_at IS NULL) AS promises,
       EXISTS (SELECT FROM choices WHERE return_id = $1 AND state = 'open') AS customer_chooses
"""


async def _load(locked: str, which: str | int, expected_version: int | None) -> ReturnCase:
    row = await connection().fetchrow(locked, which)
    if row is None:
        raise NotFound("return")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    # Only a statement of its own sees what was committed before the lock became ours.
    return _case(dict(row), await connection().fetchrow(_HANGS_ON_IT, row["id"]))


def _case(row: dict[str, Any], hangs: asyncpg.Record) -> ReturnCase:
    lines, refunds, replacements, promises = (
        loaded(hangs[name]) or [] for name in ("lines", "refunds", "replacements", "promises")
    )
    return ReturnCase(
        id=row["id"],
        number=row["number"],
        kind=row["kind"],
        order=row["order"],
        order_number=row["order_number"],
        resolution=row["resolution"],
        permission=PermissionState(row["permission"]),
        headline=Headline(row["state"]),
        goods_expected=row["goods_expected"],
        restocking_bps=row["restocking_bps"],
        label_fee=row["label_fee"],
        version=row["version"],
        end=ChainEnd(count=row["event_count"], head=row["head_hash"]),
        label_issued=row["label_issued_at"] is not None,
        in_transit=row["in_transit_at"] is not None,
        appeal=CaseAppeal.held(row),
        lines=[CaseLine.held(line) for line in lines],
        refunds={UUID(one["id"]): RefundState(one["state"]) for one in refunds},
        replacements={UUID(one["id"]): ReplacementState(one["state"]) for one in replacements},
        lowered=any(one["lowered"] for one in refunds),
        customer_chooses=hangs["customer_chooses"],
        terms=kept_terms(loaded(row["promise_terms"])),
        promises={Owed(PromiseKind(one["what"]), one["subject"]): one["id"] for one in promises},
    )


async def save_case(case: ReturnCase, *, actor: Actor, now: datetime) -> None:
    """Write what changed: counters, headline, events, mails and jobs, in this one transaction."""
    state = headline(case.facts())
    events = with_headline(case.events, case.headline, state)
    statement = case.unwritten.statement if case.unwritten else OneStatement()
    events = [*events, *_keep_promises(statement, case, now)]
    appended = append_events(case.number, case.end, events, return_id=case.id, actor=actor, now=now)
    if case.version == 0:
        # The order's own chain tells of it too: a return deleted with all its events is missed.
        opened = NewEvent(type=RETURN_OPENED, data={"return_number": case.number})
        chain = order_chain(case.order_number)
        told_there = await append_to_chain(chain, opened, actor=actor, now=now)
        write_events(statement, appended, told_there)
    else:
        write_events(statement, appended)
    if state is Headline.CLOSED and case.headline is not Headline.CLOSED:
        case.values["closed_at"] = now
    await note_answers(case.id, events, actor=actor, now=now)
    if case.messages:
        await Message.insert(*case.messages)
    _write(statement, case, appended.end, state)
    news = news_of(case.events, after=case.end.count, before=case.headline, now=state)
    about = {
        "return_number": case.number,
        "order_number": case.order_number,
        "kind": case.kind,
    }
    await run_and_tell(
        statement,
        webhook_events(news, about, version=case.version + 1),
        return_id=case.id,
        jobs=case.jobs,
        now=now,
    )
    case.end, case.version, case.headline = appended.end, case.version + 1, state
    case.unwritten = None


def _write(statement: OneStatement, case: ReturnCase, end: ChainEnd, state: Headline) -> None:
    """Add the case itself and its mails to a statement."""
    write_lines(statement, case.lines)
    values = {
        "state": str(state),
        "event_count": end.count,
        "head_hash": end.head,
        "version": case.version + 1,
        **{name: stored(value) for name, value in case.values.items()},
    }
    if case.unwritten:
        statement.insert("returns", [{"id": case.id, **case.unwritten.columns, **values}])
    else:
        statement.update("returns", case.id, values)
    if case.mails:
        columns = [[mail[place] for mail in case.mails] for place in range(4)]
        statement.write(_MAILS, case.order, case.id, *columns)


_MAILS = """
INSERT INTO messages ("order", return_id, id, template, context, created_at)
SELECT {}::int, {}::int, * FROM unnest({}::uuid[], {}::text[], {}::jsonb[], {}::timestamptz[])
"""


def _keep_promises(statement: OneStatement, case: ReturnCase, now: datetime) -> list[NewEvent]:
    change = case.promise_change()
    if case.terms is None or not change.any:
        return []
    return keep_promises(statement, case.id, change, case.promises, case.terms, now=now)
