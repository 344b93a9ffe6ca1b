"""A return as it is drawn: the engine's own case, with its rows kept instead of saved.

What may follow what, the headline, promises, hashes and decisions come from the rules themselves;
only how rows are written differs from a use case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.event_body import RETURN_OPENED, order_chain
from returns_engine.rules.event_chain import GENESIS
from returns_engine.rules.lifecycle.headline import Headline, headline
from returns_engine.rules.policy import Policy
from returns_engine.rules.promises import Owed
from returns_engine.rules.words import ActorKind
from returns_engine.sandbox.sample_data.copied_rows import CopiedRows
from returns_engine.sandbox.sample_data.drawn_order import DrawnOrder
from returns_engine.workflow.business_days import end_of_business_day
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.keep_promises import promise_event
from returns_engine.workflow.record_events import (
    ChainEnd,
    NewEvent,
    chained_row,
    with_headline,
)
from returns_engine.workflow.return_case import ReturnCase

_NO_END = ChainEnd(count=0, head=GENESIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Row ids of the persons who act in the sample."""

    support: int
    bench: int
    finance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What all of a sample is drawn with."""

    draw: Random
    rows: CopiedRows
    policy: Policy
    staff: Staff
    warehouse: int
    until: datetime

    def uuid(self) -> UUID:
        """Return a new id."""
        return UUID(int=self.draw.getrandbits(128), version=4)


@dataclass(slots=True, kw_only=True)
class Promised:
    """A promise of the case, and what became of it."""

    made_at: datetime
    due: datetime
    kept_at: datetime | None = None
    released_at: datetime | None = None


class Part(Protocol):
    """Something of a return with a row of its own, kept at the end."""

    def finish(self) -> None:
        """Keep its rows."""


@dataclass(slots=True, kw_only=True)
class DrawnCase:
    """One return in the making: its case, its order, and where its story has come to."""

    case: ReturnCase
    order: DrawnOrder
    drawing: Drawing
    at: datetime
    decision: UUID
    taken: list[dict[str, object]]
    promised: dict[Owed, list[Promised]] = field(default_factory=dict)
    refund: Part | None = None
    replacement: Part | None = None

    @property
    def line(self) -> CaseLine:
        """Return the one line of the return."""
        return self.case.lines[0]

    @property
    def customer(self) -> Actor:
        """Return whose return it is."""
        return Actor(kind=ActorKind.CUSTOMER, order=self.order.number)

    def keep(self, table: str, *values: object) -> None:
        """Keep one row."""
        self.drawing.rows.add(table, *values)

    def tell(self, template: str, **context: object) -> None:
        """Keep a mail to the customer, as it was sent."""
        self.keep(
            "messages",
            self.drawing.uuid(),
            self.case.order,
            self.case.id,
            template,
            {"return_number": self.case.number, **context},
            self.order.person.email,
            None,
            "sent",
            1,
            self.at,
            self.at,
        )

    def save(self, actor: Actor = SYSTEM) -> None:
        """Keep what happened in this step: its events, with promises and the headline's move."""
        case = self.case
        state = headline(case.facts())
        events = with_headline(case.events, case.headline, state)
        events = [*events, *self._keep_promises()]
        case.end = keep_events(
            case.number,
            case.end,
            events,
            return_id=case.id,
            actor=actor,
            at=self.at,
            drawing=self.drawing,
        )
        if state is Headline.CLOSED and case.headline is not Headline.CLOSED:
            case.values["closed_at"] = self.at
        case.headline, case.version, case.events = state, case.version + 1, []

    def _keep_promises(self) -> list[NewEvent]:
        change, terms = self.case.promise_change(), self.case.terms
        if terms is None or not change.any:
            return []
        events = []
        for one in sorted(change.made):
            zone, days = self.drawing.policy.zone, terms.days[one.what]
            due = end_of_business_day(self.at, days, terms.country, zone)
            self.promised.setdefault(one, []).append(Promised(made_at=self.at, due=due))
            self.case.promises[one] = 0
            events.append(promise_event("promise.made", one.what, one.subject, due))
        for one in sorted(change.kept):
            del self.case.promises[one]
            self.promised[one][-1].kept_at = self.at
            events.append(promise_event("promise.kept", one.what, one.subject))
        for one in sorted(change.released):
            del self.case.promises[one]
            self.promised[one][-1].released_at = self.at
            events.append(promise_event("promise.released", one.what, one.subject))
        return events

    def finish(self) -> None:
        """Keep the rows of the return and all that belongs to it as they stand."""
        case, line = self.case, self.line
        values = case.values
        self.keep(
            "returns",
            case.id,
            case.number,
            case.order,
            self.decision,
            case.kind,
            str(case.permission),
            str(case.headline),
            case.resolution,
            None,
            case.restocking_bps,
            case.label_fee,
            values["promise_terms"],
            values.get("refused_by"),
            values["requested_at"],
            values.get("approved_at"),
            values.get("label_issued_at"),
            values.get("in_transit_at"),
            values.get("last_received_at"),
            values.get("closed_at"),
            values.get("own_carrier"),
            values.get("own_tracking_number"),
            case.end.count,
            case.end.head,
            case.version,
        )
        self.keep(
            "return_lines",
            line.id,
            case.id,
            line.order_line,
            0,
            line.reason,
            line.resolution,
            None,
            self.taken,
            line.shipping_back,
            line.requested,
            line.received,
            line.accepted,
            line.rejected,
            line.sent_back,
            line.proposed,
            line.refunded,
            line.replaced,
        )
        for owed, times in self.promised.items():
            for one in times:
                self.keep(
                    "promises",
                    case.id,
                    str(owed.what),
                    owed.subject,
                    one.made_at,
                    one.due,
                    one.kept_at,
                    one.released_at,
                )
        for part in (self.refund, self.replacement):
            if part is not None:
                part.finish()
        opened = NewEvent(type=RETURN_OPENED, data={"return_number": case.number})
        keep_order_events(
            self.order,
            [opened],
            at=values["requested_at"],
            actor=self.customer,
            drawing=self.drawing,
        )


def keep_order_events(
    order: DrawnOrder,
    more: list[NewEvent],
    *,
    at: datetime,
    actor: Actor,
    drawing: Drawing,
) -> None:
    """Keep the chain of an order: that it was taken in, and what came after."""
    chain = order_chain(order.number)
    taken_in = NewEvent(type="order.imported", data={"order_number": order.number, "version": 1})
    end = keep_events(
        chain,
        _NO_END,
        [taken_in],
        return_id=None,
        actor=SYSTEM,
        at=order.imported_at,
        drawing=drawing,
    )
    end = keep_events(chain, end, more, return_id=None, actor=actor, at=at, drawing=drawing)
    drawing.rows.add("chain_heads", chain, end.count, end.head)


def keep_events(
    chain: str,
    end: ChainEnd,
    events: list[NewEvent],
    *,
    return_id: int | None,
    actor: Actor,
    at: datetime,
    drawing: Drawing,
) -> ChainEnd:
    """Keep events after `end` and return the new end: hashed as the engine hashes them."""
    count, head = end.count, end.head or GENESIS
    for event in events:
        count += 1
        salt = f"{drawing.draw.getrandbits(128):032x}" if event.text is not None else ""
        row = chained_row(event, (chain, count, head), salt, actor, at)
        head = row["hash"]
        event_id = drawing.rows.new_id("events")
        drawing.rows.add(
            "events",
            event_id,
            chain,
            return_id,
            count,
            row["type"],
            at,
            row["actor_kind"],
            row["actor_id"],
            row["from_state"],
            row["to_state"],
            row["reason"],
            row["data"],
            row["previous_hash"],
            head,
        )
        if event.text is not None:
            drawing.rows.add("event_texts", event_id, salt, event.text)
    return ChainEnd(count=count, head=head)
