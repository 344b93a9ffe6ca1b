"""A return in hand: loaded under its lock, changed, and saved with its events, mails and jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
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
from returns_engine.tables.engine import connection
from returns_engine.tables.messages import Message
from returns_engine.tables.returns import Return, ReturnLine
from returns_engine.workflow.case_appeal import CaseAppeal
from returns_engine.workflow.case_line import CaseLine, save_lines
from returns_engine.workflow.keep_promises import PromiseChange, keep_promises, kept_terms
from returns_engine.workflow.note_answers import note_answers
from returns_engine.workflow.record_events import (
    ChainEnd,
    NewEvent,
    append_events,
    record_in_chain,
    with_headline,
)
from returns_engine.workflow.refusals import NotFound, StaleVersion


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
    messages: list[Message] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    @classmethod
    def opened(
        cls, *, row_id: int, row: Return, order_number: str, lines: list[CaseLine]
    ) -> "ReturnCase":
        """Return a case that was just opened: nothing has happened yet."""
        return cls(
            id=row_id,
            number=row.number,
            kind=row.kind,
            order=row.order,
            order_number=order_number,
            resolution=row.resolution,
            permission=PermissionState.REQUESTED,
            headline=Headline.REQUESTED,
            goods_expected=row.goods_expected,
            restocking_bps=row.restocking_bps,
            label_fee=row.label_fee,
            version=0,
            end=ChainEnd(count=0, head=""),
            label_issued=False,
            in_transit=False,
            lines=lines,
            refunds={},
            replacements={},
            terms=kept_terms(loaded(row.promise_terms)),
        )

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
        message = Message(
            id=uuid4(),
            order=self.order,
            return_=self.id,
            template=template,
            context={"return_number": self.number, **context},
            created_at=now,
        )
        self.messages.append(message)
        self.jobs.append(Job(task="send_message", args={"message_id": str(message.id)}))

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
    return await _load(Return.number == number, expected_version)


async def load_case_by_id(return_id: int) -> ReturnCase:
    """Lock a return by its row id and load it."""
    return await _load(Return.id == return_id, None)


async def _load(which: Any, expected_version: int | None) -> ReturnCase:  # noqa: ANN401 - Piccolo's condition
    row = (
        await Return.select(*Return.all_columns(), Return.order.number.as_alias("order_number"))
        .where(which)
        .first()
        .lock_rows("NO KEY UPDATE", of=(Return,))
    )
    if row is None:
        raise NotFound("return")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    lines = (
        await ReturnLine.select(
            *ReturnLine.all_columns(),
            ReturnLine.order_line.line_id.as_alias("line_id"),
            ReturnLine.order_line.kind.as_alias("kind"),
        )
        .where(ReturnLine.return_ == row["id"])
        .order_by(ReturnLine.position)
    )
    hangs = await connection().fetch(_HANGS_ON_IT, row["id"])
    return _case(row, lines, hangs)


_HANGS_ON_IT = """
SELECT 'refund' AS what, id, NULL::int AS row, state, '' AS subject,
       amount < proposed OR state = 'refused' AS lowered
FROM refunds WHERE return_id = $1
UNION ALL SELECT 'replacement', id, NULL, state, '', false FROM replacements WHERE return_id = $1
UNION ALL SELECT 'promise', NULL, id, what, subject, false
FROM promises WHERE return_id = $1 AND kept_at IS NULL AND released_at IS NULL
UNION ALL SELECT 'choice', NULL, NULL, state, '', false
FROM choices WHERE return_id = $1 AND state = 'open'
"""


def _case(
    row: dict[str, Any],
    lines: list[dict[str, Any]],
    hangs: list[asyncpg.Record],
) -> ReturnCase:
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
        refunds={one["id"]: RefundState(one["state"]) for one in hangs if one["what"] == "refund"},
        replacements={
            one["id"]: ReplacementState(one["state"])
            for one in hangs
            if one["what"] == "replacement"
        },
        lowered=any(one["lowered"] for one in hangs),
        customer_chooses=any(one["what"] == "choice" for one in hangs),
        terms=kept_terms(loaded(row["promise_terms"])),
        promises={
            Owed(PromiseKind(one["state"]), one["subject"]): one["row"]
            for one in hangs
            if one["what"] == "promise"
        },
    )


async def save_case(case: ReturnCase, *, actor: Actor, now: datetime) -> None:
    """Write what changed: counters, headline, events, mails and jobs, in this one transaction."""
    state = headline(case.facts())
    events = with_headline(case.events, case.headline, state)
    events = [*events, *await _keep_promises(case, now)]
    end = await append_events(
        case.number, case.end, events, return_id=case.id, actor=actor, now=now
    )
    if case.version == 0:
        # The order's own chain tells of it too: a return deleted with all its events is missed.
        opened = NewEvent(type=RETURN_OPENED, data={"return_number": case.number})
        await record_in_chain(order_chain(case.order_number), opened, actor=actor, now=now)
    await save_lines(case.lines)
    if state is Headline.CLOSED and case.headline is not Headline.CLOSED:
        case.values["closed_at"] = now
    await Return.update(
        {
            "state": str(state),
            "event_count": end.count,
            "head_hash": end.head,
            "version": case.version + 1,
            **case.values,
        }
    ).where(Return.id == case.id)
    await note_answers(case.id, events, actor=actor, now=now)
    if case.messages:
        await Message.insert(*case.messages)
    await defer_jobs(connection(), case.jobs)
    case.end, case.version, case.headline = end, case.version + 1, state


async def _keep_promises(case: ReturnCase, now: datetime) -> list[NewEvent]:
    change = case.promise_change()
    if case.terms is None or not change.any:
        return []
    return await keep_promises(case.id, change, case.promises, case.terms, now=now)
