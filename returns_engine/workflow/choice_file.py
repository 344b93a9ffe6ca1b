"""A choice in hand: loaded under its lock, moved once, saved with its events, mails and jobs.

Lock order: return, order, choice, payment, refund.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import ChoiceKind, ChoiceOption, StockNews, still_waiting
from returns_engine.rules.event_body import order_chain
from returns_engine.rules.lifecycle.choice_states import ChoiceEvent, ChoiceState, next_choice
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.tables.choices import Choice, ChoiceLine
from returns_engine.tables.engine import connection
from returns_engine.tables.messages import Message
from returns_engine.workflow.order_file import OrderFile, load_order, load_order_by_id
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import NotFound, StaleVersion
from returns_engine.workflow.return_case import ReturnCase, load_case_by_id, save_case

_UNDECIDED = frozenset({PermissionState.IN_REVIEW, PermissionState.NEEDS_INFO})
_CHOICE = """
SELECT c.*, o.number AS order_number, r.number AS return_number, r.permission,
       (SELECT json_agg(json_build_object('line_id', ol.line_id, 'title', ol.title,
                                          'quantity', l.quantity) ORDER BY l.position, l.id)
        FROM choice_lines l JOIN order_lines ol ON ol.id = l.order_line
        WHERE l.choice = c.id) AS lines
FROM choices c JOIN orders o ON o.id = c."order" LEFT JOIN returns r ON r.id = c.return_id
WHERE c.id = $1
"""
_HEAD = 'SELECT "order", return_id, kind FROM choices WHERE id = $1'


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceUnits:
    """Units of one order line."""

    line_id: str
    title: str
    quantity: int


@dataclass(slots=True, kw_only=True)
class ChoiceFile:
    """One choice with its order, and with the case of its return where it is about one.

    `case` is there where the choice was loaded under its lock; `permission` and `return_number`
    tell of the return in any case.
    """

    id: UUID
    kind: ChoiceKind
    state: ChoiceState
    order: OrderFile
    return_number: str | None
    permission: PermissionState | None
    lines: tuple[ChoiceUnits, ...]
    default: ChoiceOption
    news: StockNews
    swap_skus: tuple[str, ...]
    deadline: datetime
    chosen_option: ChoiceOption | None
    chosen_sku: str | None
    return_id: int | None
    reminded: bool
    done: bool
    version: int
    case: ReturnCase | None = None
    values: dict[Any, Any] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def left(self) -> tuple[ChoiceUnits, ...]:
        """Return the units that can still be chosen about: what was shipped or cancelled is not."""
        if self.kind is ChoiceKind.UNDELIVERABLE:
            return self.lines if self.permission in _UNDECIDED else ()
        wanted = {line.line_id: line.quantity for line in self.lines}
        left = still_waiting(self.order.facts, self.order.history, wanted)
        return tuple(
            ChoiceUnits(line_id=line.line_id, title=line.title, quantity=left[line.line_id])
            for line in self.lines
            if line.line_id in left
        )

    def move(self, move: ChoiceEvent, event: NewEvent, *, now: datetime) -> None:
        """Move the choice, or raise TransitionNotAllowed; `event` is recorded with it."""
        before = self.state
        self.state = next_choice(before, move)
        if self.case is not None:
            self.case.customer_chooses = False
        self.values |= {Choice.state: str(self.state), Choice.closed_at: now}
        self.record(replace(event, from_state=str(before), to_state=str(self.state)))

    def record(self, event: NewEvent) -> None:
        """Record an event: with the return the choice is about, else with its order."""
        known = replace(event, data={"choice_id": str(self.id), **event.data})
        if self.case is not None:
            self.case.record(known)
        else:
            self.events.append(known)

    def tell(self, template: str, now: datetime, **context: object) -> None:
        """Write a mail about the choice; it is sent once this transaction is committed."""
        about = {"choice_id": str(self.id), **context}
        if self.case is not None:
            self.case.tell(template, about, now)
        else:
            self.messages.append(
                Message(
                    id=uuid4(),
                    order=self.order.id,
                    template=template,
                    context=about,
                    created_at=now,
                )
            )


async def load_choice(choice_id: UUID, *, expected_version: int | None = None) -> ChoiceFile:
    """Lock a choice with its order, and with its return where it is about one.

    Raises NotFound, or StaleVersion against `expected_version`.
    """
    head = await connection().fetchrow(_HEAD, choice_id)
    if head is None:
        raise NotFound("choice")
    about_return = head["kind"] == ChoiceKind.UNDELIVERABLE
    case = await load_case_by_id(head["return_id"]) if about_return else None
    order = await load_order_by_id(head["order"])
    row = await connection().fetchrow(_CHOICE + " FOR NO KEY UPDATE OF c", choice_id)
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    return _file(row, order, case)


async def read_choice_file(choice_id: UUID) -> ChoiceFile:
    """Load a choice to be looked at, without any lock; raises NotFound."""
    row = await connection().fetchrow(_CHOICE, choice_id)
    if row is None:
        raise NotFound("choice")
    return _file(row, await load_order(row["order_number"]), None)


def _file(row: Mapping[str, Any], order: OrderFile, case: ReturnCase | None) -> ChoiceFile:
    chosen = row["chosen_option"]
    return ChoiceFile(
        id=row["id"],
        kind=ChoiceKind(row["kind"]),
        state=ChoiceState(row["state"]),
        order=order,
        return_number=row["return_number"],
        permission=PermissionState(row["permission"]) if row["permission"] else None,
        lines=tuple(ChoiceUnits(**line) for line in loaded(row["lines"])),
        default=ChoiceOption(row["default_option"]),
        news=StockNews(restock_on=row["restock_on"], restock_until=row["restock_until"]),
        swap_skus=tuple(loaded(row["swap_skus"])),
        deadline=row["deadline"],
        chosen_option=ChoiceOption(chosen) if chosen else None,
        chosen_sku=row["chosen_sku"],
        return_id=row["return_id"],
        reminded=row["reminded_at"] is not None,
        done=row["done_at"] is not None,
        version=row["version"],
        case=case,
    )


async def save_choice(choice: ChoiceFile, *, actor: Actor, now: datetime) -> None:
    """Write what changed of a choice and of its return, in this one transaction."""
    if choice.values:
        choice.version += 1
        values = {Choice.version: choice.version, **choice.values}
        await Choice.update(values).where(Choice.id == choice.id)
    if choice.state is not ChoiceState.OPEN:
        await ChoiceLine.update({ChoiceLine.is_open: False}).where(ChoiceLine.choice == choice.id)
    await save_with_order(choice.order, choice.events, choice.messages, actor=actor, now=now)
    if choice.case is not None:
        await save_case(choice.case, actor=actor, now=now)


async def save_with_order(
    order: OrderFile,
    events: Sequence[NewEvent],
    messages: Sequence[Message],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Append events to the order's chain, and send the mails that belong to no return."""
    for event in events:
        await record_in_chain(order_chain(order.number), event, actor=actor, now=now)
    if messages:
        await Message.insert(*messages)
        jobs = [Job(task="send_message", args={"message_id": str(one.id)}) for one in messages]
        await defer_jobs(connection(), jobs)
