"""What the provider remembers: every object as it goes over the wire, and the events about them.

All is kept in memory and changed on one event loop, so each change is whole before the next.
"""

import copy
import secrets
import string
from collections.abc import Callable
from typing import Any

from returns_engine.sandbox.provider.refusals import missing

Resource = dict[str, Any]
API_VERSION = "2026-10-28.endive"
BY_ITSELF: Resource = {"id": None, "idempotency_key": None}
LETTERS = string.ascii_letters + string.digits
# Whose sum leaves the charge, or has left it: only these two give the money free again.
UNDONE = frozenset({"failed", "canceled"})
KINDS = {
    "pi": "payment_intent",
    "ch": "charge",
    "re": "refund",
    "du": "dispute",
    "evt": "event",
}


def new_id(prefix: str) -> str:
    """Return an id in the provider's shape; random, for a database outlives the sandbox."""
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"


class Books:
    """The provider's account: payments, charges, refunds, disputes, events, in order of making."""

    def __init__(self, unix: Callable[[], int]) -> None:
        self.unix = unix
        # The request whose work makes the events; none while the provider acts by itself.
        self.cause = BY_ITSELF
        # What the account holds, by currency in small letters; where it is not said, enough.
        self.balances: dict[str, int] = {}
        self._shelves: dict[str, dict[str, Resource]] = {kind: {} for kind in KINDS.values()}
        self._refunds: dict[str, list[Resource]] = {}
        self._listeners: list[Callable[[Resource], None]] = []

    def listen(self, listener: Callable[[Resource], None]) -> None:
        """Call `listener` with every event from now on."""
        self._listeners.append(listener)

    def add(self, resource: Resource) -> Resource:
        """Keep a new object."""
        self._shelves[resource["object"]][resource["id"]] = resource
        if resource["object"] == "refund":
            self._refunds.setdefault(resource["charge"], []).append(resource)
        return resource

    def clear(self) -> None:
        """Forget everything but who listens."""
        for shelf in self._shelves.values():
            shelf.clear()
        self._refunds.clear()
        self.balances.clear()

    def has(self, kind: str, resource_id: str) -> bool:
        """Say whether there is such an object."""
        return resource_id in self._shelves[kind]

    def get(self, kind: str, resource_id: str, param: str = "id") -> Resource:
        """Return an object to read or change; Refusal 404 when there is none."""
        try:
            return self._shelves[kind][resource_id]
        except KeyError:
            raise missing(kind, resource_id, param) from None

    def newest_first(self, kind: str) -> list[Resource]:
        """Return all of a kind, the way lists are answered."""
        return list(reversed(self._shelves[kind].values()))

    def refunds_of(self, charge_id: str) -> list[Resource]:
        """Return the refunds of a charge, newest first."""
        return self._refunds.get(charge_id, [])[::-1]

    def unrefunded(self, charge: Resource) -> int:
        """Return what may still be refunded: open refunds count as spent."""
        spent = [r["amount"] for r in self.refunds_of(charge["id"]) if r["status"] not in UNDONE]
        left: int = charge["amount_captured"] - sum(spent)
        return left

    def recount(self, charge_id: str) -> Resource:
        """Bring a charge's `amount_refunded` up to date; only what succeeded is in it."""
        charge = self.get("charge", charge_id)
        done = [r["amount"] for r in self.refunds_of(charge_id) if r["status"] == "succeeded"]
        charge["amount_refunded"] = sum(done)
        charge["refunded"] = charge["captured"] and sum(done) == charge["amount_captured"]
        return charge

    def record(self, kind: str, subject: Resource) -> Resource:
        """Make an event that shows the object as it is now, and tell all listeners."""
        event = self.add(
            {
                "id": new_id("evt"),
                "object": "event",
                "api_version": API_VERSION,
                "created": self.unix(),
                "data": {"object": copy.deepcopy(subject)},
                "livemode": False,
                "pending_webhooks": 0,
                "request": self.cause,
                "type": kind,
            }
        )
        for listener in self._listeners:
            listener(event)
        return event
