"""The provider of one history: its books, what it makes go wrong, its webhooks under way.

The books are the oracle: whatever our database says, this is the money that moved.
"""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random
from typing import Any

from returns_engine.gateways.payments.webhook_events import StripeWebhooks, WebhookEvent
from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.connections import Connections
from returns_engine.sandbox.fault_modes import HANGS, OWN_MODES, REFUND_MODES, Mode
from returns_engine.sandbox.faults import Fault, Faults
from returns_engine.sandbox.provider.books import UNDONE, Books
from returns_engine.sandbox.provider.calls import CALL_NAMES
from returns_engine.sandbox.provider.disputes import CLOSING, open_dispute, update_dispute
from returns_engine.sandbox.provider.payments import seed_payment
from returns_engine.sandbox.provider.refund_moves import (
    ask_customer,
    fail_refund,
    succeed_refund,
)
from returns_engine.sandbox.provider.refunds import create_refund
from returns_engine.sandbox.provider.refusals import Refusal
from returns_engine.sandbox.provider.webhooks import signature_of
from returns_engine.sandbox.provider.wire import ProviderWire

LONGEST_HANG = 1.0
SECRET = "whsec_histories"
WAITING = ("pending", "requires_action")

# Real seconds pass while it works, so it would make histories depend on the machine.
_NOT_HERE = {Mode.SLOW, *(mode for modes in OWN_MODES.values() for mode in modes)}
_HERE = [mode for mode in Mode if mode not in _NOT_HERE]
# What fails for certain is what finance tries again or pays otherwise.
MODES = [*_HERE, Mode.DECLINED, Mode.DECLINED]
READING_MODES = [mode for mode in _HERE if mode not in REFUND_MODES]
READS = ["refunds.list", "refunds.retrieve", "payment_intents.retrieve"]
ASKED_AS = {
    "create_refund": "refunds.create",
    "find_refunds": "refunds.list",
    "read_refund": "refunds.retrieve",
    "read_payment": "payment_intents.retrieve",
}
"""What the gateway's calls are named at the provider."""
UNANSWERED = HANGS | {Mode.SLOW_HEADERS}

Resource = dict[str, Any]


class Peer:
    """A provider that knows nothing yet but the payments it is told of."""

    def __init__(self, clock: Callable[[], datetime], connections: Connections) -> None:
        self._clock = clock
        self.books = Books(self._unix)
        self.faults = Faults(CALL_NAMES, Random(0))  # noqa: S311 - a seed, no secret
        self.agenda = Agenda(self._unix)
        self.overtaken: Callable[[], Awaitable[None]] | None = None
        self.wire = ProviderWire(
            self.books,
            self.faults,
            agenda=self.agenda,
            connections=connections,
            before_answers=self._overtake,
            longest_hang=LONGEST_HANG,
        )
        self.under_way: list[Resource] = []
        self.arrived: set[str] = set()
        self.captured: dict[str, int] = {}

    def know(self, payments: list[tuple[str, int, str]]) -> None:
        """Put captured payments on the books; their events were heard long ago."""
        for reference, amount, currency in payments:
            seed_payment(self.books, reference, amount, currency)
            self.captured[reference] = amount
        self.books.listen(self._hear)

    # -- faults -------------------------------------------------------------------------------

    def arm(self, on: str, mode: Mode, times: int, seconds: float | None = None) -> None:
        self.faults.arm(Fault(on=on, mode=mode, times=times, seconds=seconds))

    def leaves_unanswered(self, call: str) -> bool:
        """Say whether a call of the gateway may be left without a whole answer for long.

        Not while webhooks are to overtake it: handling them takes time of its own.
        """
        if self.overtaken is not None:
            return False
        on = ASKED_AS[call]
        return any(fault.on == on and fault.mode in UNANSWERED for fault in self.faults.armed)

    async def _overtake(self) -> None:
        """Let our side hear of what was just done before the answer to it is in."""
        hear, self.overtaken = self.overtaken, None
        if hear is not None:
            await hear()

    # -- webhooks -----------------------------------------------------------------------------

    def read(self, event: Resource) -> WebhookEvent:
        """Sign an event, as the provider does, and read it, as our endpoint does."""
        raw = json.dumps(event).encode()
        signature = signature_of(raw, SECRET, self._unix())
        return StripeWebhooks([SECRET]).read_event(raw, signature, self._clock())

    def _hear(self, event: Resource) -> None:
        self.under_way.append(event)
        subject = event["data"]["object"]
        if subject["object"] == "refund" and subject["status"] == "succeeded":
            self.arrived.add(subject["id"])

    # -- the bank, the customer, and the dashboard ----------------------------------------------

    def refund_by_hand(self, reference: str, amount: int) -> str:
        """Refund in the provider's own dashboard: no word of ours is on it."""
        params = {"payment_intent": reference, "amount": str(amount)}
        try:
            return str(create_refund(self.books, params)["status"])
        except Refusal as refusal:
            return f"refused, {refusal.code or refusal.param}"

    def settle(self) -> int:
        """Let everything arrive that waits for its bank or its customer."""
        waiting = [one for one in self.refunds() if one["status"] in WAITING]
        for refund in waiting:
            succeed_refund(self.books, refund["id"])
        return len(waiting)

    def fail(self, which: int) -> str:
        """Let the bank say no to one of the refunds, though it had succeeded; return its amount."""
        refund = self._one_alive(which)
        fail_refund(self.books, refund["id"], "lost_or_stolen_card")
        return str(refund["amount"])

    def bounce(self, which: int) -> str:
        """Let one of the refunds wait for its customer again; return its amount."""
        refund = self._one_alive(which)
        if refund["status"] != "requires_action":
            ask_customer(self.books, refund["id"])
        return str(refund["amount"])

    def dispute(self, reference: str, amount: int, status: str) -> None:
        open_dispute(self.books, reference, amount, status)

    def is_disputed(self) -> bool:
        """Say whether a dispute waits for its end."""
        return bool(self._open_disputes())

    def close_dispute(self, status: str) -> None:
        """Close the oldest dispute that is open; an inquiry ends without either side winning."""
        dispute = self._open_disputes()[0]
        inquiry = dispute["status"].startswith("warning_")
        update_dispute(self.books, dispute["id"], "warning_closed" if inquiry else status)

    def _open_disputes(self) -> list[Resource]:
        disputes = reversed(self.books.newest_first("dispute"))
        return [one for one in disputes if one["status"] not in CLOSING]

    # -- the oracle ---------------------------------------------------------------------------

    def refunds(self) -> list[Resource]:
        """Return all refunds there are, oldest first."""
        return list(reversed(self.books.newest_first("refund")))

    def alive(self) -> dict[str, list[Resource]]:
        """Return the refunds that move money, by our mark on them."""
        found = defaultdict(list)
        for refund in self.refunds():
            marked = refund["metadata"].get("refund_id")
            if marked is not None and refund["status"] not in UNDONE:
                found[marked].append(refund)
        return found

    def gone_of(self, reference: str) -> int:
        """Return what went back of a payment, or is on its way, by us or by anybody."""
        return sum(one["amount"] for one in self._alive_of(reference))

    def outside_of(self, reference: str) -> int:
        """Return what went back of a payment, or is on its way, without a mark of ours."""
        alive = self._alive_of(reference)
        return sum(one["amount"] for one in alive if "refund_id" not in one["metadata"])

    def _alive_of(self, reference: str) -> list[Resource]:
        return [
            one
            for one in self.refunds()
            if one["payment_intent"] == reference and one["status"] not in UNDONE
        ]

    def _one_alive(self, which: int) -> Resource:
        able = [one for one in self.refunds() if one["status"] not in UNDONE]
        return able[which % len(able)]

    def _unix(self) -> int:
        return int(self._clock().timestamp())
