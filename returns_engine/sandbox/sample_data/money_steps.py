"""The steps in which accepted units become money."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from returns_engine.rules.ledger.movement import movement
from returns_engine.rules.ledger.standing import NOWHERE, BookedRefund, Standing, refund_standing
from returns_engine.rules.lifecycle.refund_states import (
    INITIAL,
    RefundEvent,
    RefundState,
    next_refund,
)
from returns_engine.sandbox.sample_data.drawn_case import DrawnCase
from returns_engine.sandbox.sample_data.steps import inspect, staff
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_dates import success_values
from returns_engine.workflow.valued_units import value_units

_LIMIT = 200_000
_ANSWERS: Mapping[RefundState, RefundEvent] = {
    RefundState.SUCCEEDED: RefundEvent.SUCCEED,
    RefundState.PENDING: RefundEvent.PEND,
    RefundState.REQUIRES_ACTION: RefundEvent.REQUIRE_ACTION,
    RefundState.FAILED: RefundEvent.FAIL,
    RefundState.UNKNOWN: RefundEvent.LOSE_ANSWER,
}


class DrawnRefund:
    """The one refund of a return: its row in the making, and where it stands in the books."""

    def __init__(self, drawn: DrawnCase, values: dict[str, Any]) -> None:
        self.id: UUID = drawn.drawing.uuid()
        self.state = INITIAL
        self.values = values
        self._drawn = drawn
        self._standing: Standing = NOWHERE
        self._movements = 0
        self._version = 1

    def move(self, event: RefundEvent, data: dict[str, object], text: str | None = None) -> None:
        """Move it by its lifecycle, record it, and post what moved."""
        before, self.state = self.state, next_refund(self.state, event)
        self._version += 1
        said = {"refund_id": str(self.id), "currency": self.values["currency"], **data}
        self._drawn.case.record(
            NewEvent(
                type=f"refund.{self.state}",
                from_state=str(before),
                to_state=str(self.state),
                data=said,
                text=text,
            )
        )
        self._drawn.case.refunds[self.id] = self.state
        self.values["checked_at"] = self._drawn.at
        self._post()

    def _post(self) -> None:
        drawn, values = self._drawn, self.values
        standing = refund_standing(
            BookedRefund(
                state=self.state,
                amount=values.get("amount"),
                items=values["items"],
                tax=values["tax"],
                shipping=values["shipping"],
                fees=0,
                paid_elsewhere=False,
            )
        )
        entries = movement(self._standing, standing)
        self._standing = standing
        if not entries:
            return
        self._movements += 1
        for entry in entries:
            drawn.keep(
                "ledger_entries",
                f"refund:{self.id}",
                self._movements,
                f"refund.{self.state}",
                str(entry.account),
                entry.debit,
                entry.credit,
                values["currency"],
                drawn.case.order,
                drawn.order.payment,
                self.id,
                drawn.case.number,
                values.get("provider_refund_id"),
                drawn.at,
            )

    def finish(self) -> None:
        """Keep its rows as it stands."""
        drawn, values = self._drawn, self.values
        drawn.keep(
            "refunds",
            self.id,
            drawn.case.order,
            drawn.case.id,
            drawn.order.payment,
            str(self.state),
            values["proposal"],
            values["proposed"],
            values.get("amount"),
            values["currency"],
            values["items"],
            values["tax"],
            values["shipping"],
            0,
            self.key,
            values.get("parameters"),
            values.get("first_sent_at"),
            values.get("provider_refund_id"),
            values.get("provider_status"),
            values.get("last_error"),
            values["inspectors"],
            values["proposed_at"],
            values.get("decided_at"),
            values.get("decided_by"),
            values.get("approval_limit"),
            values.get("succeeded_at"),
            values.get("checked_at"),
            values.get("note"),
            values.get("sent_on"),
            values.get("bank_from"),
            values.get("bank_by"),
            self._version,
        )

    @property
    def key(self) -> str:
        """Return the key under which it is sent."""
        return f"refund:{self.id}:1"


def accept(drawn: DrawnCase) -> None:
    """Find everything as it should be, and propose what it is worth."""
    inspect(drawn, accepted=True)
    line = drawn.line
    units = line.to_settle
    worth = value_units(drawn.order.facts, [(line, units)], {})[0]
    line.add("proposed", units)
    amount, bench = worth.amount, drawn.drawing.staff.bench
    refund = DrawnRefund(
        drawn,
        {
            "proposal": drawn.drawing.uuid(),
            "proposed": worth.worth,
            "currency": drawn.order.facts.currency,
            "items": amount.items,
            "tax": amount.tax,
            "shipping": amount.shipping,
            "inspectors": [bench],
            "proposed_at": drawn.at,
        },
    )
    drawn.refund = refund
    drawn.case.refunds[refund.id] = refund.state
    data = {
        "refund_id": str(refund.id),
        "amount": worth.worth,
        "currency": refund.values["currency"],
        "clause": "refund.original_payment",
    }
    event = NewEvent(type="refund.proposed", to_state=str(refund.state), data=data)
    drawn.case.record(event)
    drawn.keep("refund_lines", refund.id, line.id, units, amount.items, amount.tax, amount.shipping)
    drawn.save(staff(bench))


def approve_refund(drawn: DrawnCase) -> None:
    """Let finance approve what was proposed."""
    refund, finance = _refund(drawn), drawn.drawing.staff.finance
    proposed = refund.values["proposed"]
    refund.values |= {
        "amount": proposed,
        "decided_at": drawn.at,
        "decided_by": finance,
        "approval_limit": _LIMIT,
    }
    refund.move(RefundEvent.APPROVE, {"amount": proposed, "proposed": proposed})
    drawn.save(staff(finance))


def refuse_refund(drawn: DrawnCase) -> None:
    """Let finance refuse it."""
    refund, finance = _refund(drawn), drawn.drawing.staff.finance
    refund.values |= {"decided_at": drawn.at, "decided_by": finance}
    refund.move(RefundEvent.REFUSE, {}, text="Not what was sold under this order.")
    drawn.case.lowered = True
    drawn.save(staff(finance))


def submit(drawn: DrawnCase) -> None:
    """Send it to the provider, whose answer is not in yet."""
    refund = _refund(drawn)
    amount = refund.values["amount"]
    refund.values |= {
        "first_sent_at": drawn.at,
        "parameters": {
            "payment_reference": drawn.order.reference,
            "amount": amount,
            "metadata": {
                "refund_id": str(refund.id),
                "rma": drawn.case.number,
                "generation": "1",
            },
        },
    }
    refund.move(RefundEvent.SUBMIT, {"amount": amount})
    drawn.save()


def pay(drawn: DrawnCase) -> None:
    """Send it, and hear that the money is on its way to the customer."""
    _answer(drawn, RefundState.SUCCEEDED, "accepted")
    drawn.line.put("refunded", drawn.line.proposed)
    refund = _refund(drawn)
    refund.values |= success_values(RefundState.SUCCEEDED, drawn.drawing.policy, drawn.at)
    dates = {name: refund.values[name].isoformat() for name in ("sent_on", "bank_from", "bank_by")}
    drawn.tell(
        "refund_sent",
        amount=refund.values["amount"],
        currency=refund.values["currency"],
        method=drawn.order.method,
        **dates,
    )
    drawn.save()


def pend(drawn: DrawnCase) -> None:
    """Send it, and hear that it takes its time."""
    _answer(drawn, RefundState.PENDING, "accepted")
    drawn.save()


def need_action(drawn: DrawnCase) -> None:
    """Send it, and hear that the customer must do something."""
    _answer(drawn, RefundState.REQUIRES_ACTION, "accepted")
    drawn.save()


def fail(drawn: DrawnCase) -> None:
    """Send it, and hear that it was refused."""
    _answer(drawn, RefundState.FAILED, "refused")
    drawn.save()


def lose_answer(drawn: DrawnCase) -> None:
    """Send it, and hear nothing."""
    _answer(drawn, RefundState.UNKNOWN, "unanswered")
    drawn.save()


def _answer(drawn: DrawnCase, state: RefundState, outcome: str) -> None:
    """Send it and take in the answer to the one try."""
    submit(drawn)
    refund = _refund(drawn)
    values: dict[str, object] = {}
    if outcome == "accepted":
        values = {"provider_refund_id": f"re_{refund.id.hex}", "provider_status": str(state)}
    elif outcome == "refused":
        values = {"last_error": "expired_or_canceled_card"}
    refund.values |= values
    data = {"amount": refund.values["amount"]}
    if "provider_refund_id" in values:
        data["provider_refund_id"] = values["provider_refund_id"]
    refund.move(_ANSWERS[state], data)
    drawn.keep(
        "refund_attempts",
        refund.id,
        1,
        refund.key,
        refund.values["parameters"],
        drawn.at,
        drawn.at,
        outcome,
    )


def _refund(drawn: DrawnCase) -> DrawnRefund:
    if not isinstance(drawn.refund, DrawnRefund):
        raise TypeError("Nothing was proposed for this return.")
    return drawn.refund
