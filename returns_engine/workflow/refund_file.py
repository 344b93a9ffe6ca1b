"""A refund in hand: its row, its payment and its return, locked in that order's reverse.

Every step that touches money takes its locks in the same order: return, order, payment, refund. Two
steps can then wait for one another, but never both. The locks leave keys alone (NO KEY UPDATE), so
that a new row that only points at a locked one, a mail for instance, does not wait.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.refund_states import RESERVING, RefundState
from returns_engine.tables.engine import connection, the_engine
from returns_engine.tables.orders import Payment
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.post_ledger import post_refund
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict, NotFound, SamePerson, StaleVersion
from returns_engine.workflow.return_case import ReturnCase, load_case_by_id


@dataclass(slots=True, kw_only=True)
class RefundFile:
    """One refund with what it hangs on.

    `room` is what its payment has left for it, in minor units: below zero where more is spoken for,
    gone or disputed than was captured.
    """

    row: dict[str, Any]
    payment: dict[str, Any]
    case: ReturnCase
    room: int

    @property
    def id(self) -> UUID:
        """Return the refund's id."""
        found: UUID = self.row["id"]
        return found

    @property
    def state(self) -> RefundState:
        """Return where the refund stands."""
        return RefundState(self.row["state"])

    @property
    def left(self) -> int:
        """Return what the payment can still take, this refund aside, in minor units."""
        return max(self.room, 0)

    @property
    def maximum(self) -> int:
        """Return the most that can be approved: the units' worth, or what is left."""
        proposed: int = self.row["proposed"]
        return min(proposed, self.left)

    @property
    def contested(self) -> int:
        """Return what open disputes are about, in minor units; a won or lost one is over."""
        open_ones: int = self.payment["disputed"] - self.payment["disputed_lost"]
        return max(open_ones, 0)

    @property
    def lost_unseen(self) -> bool:
        """Say whether a dispute was lost since a person last let this refund go."""
        lost: int = self.payment["disputed_lost"]
        return lost > int(self.row["lost_seen"])

    @property
    def lock(self) -> str:
        """Return the lock of jobs: refunds of one payment run one after the other."""
        return f"payment:{self.payment['id']}"

    def move(
        self,
        state: RefundState,
        *,
        kind: str,
        reason: str | None = None,
        data: dict[str, object] | None = None,
        text: str | None = None,
    ) -> None:
        """Put the refund into `state`, which the caller got from the table, and record it."""
        said = {"refund_id": str(self.id), "currency": self.row["currency"], **(data or {})}
        self.case.record(
            NewEvent(
                type=kind,
                from_state=str(self.state),
                to_state=str(state),
                reason=reason,
                data=said,
                text=text,
            )
        )
        self.row["state"] = str(state)
        self.case.refunds[self.id] = state


async def load_refund(
    refund_id: UUID,
    *,
    actor: Actor = SYSTEM,
    expected_version: int | None = None,
    with_order: bool = False,
) -> RefundFile:
    """Lock return, payment and refund, and load them; `with_order` locks the order too.

    Raises NotFound, SamePerson where `actor` inspected the return, or StaleVersion.
    """
    return_id, payment_id = await require_other_person(refund_id, actor=actor)
    case = await load_case_by_id(return_id)
    payment = await (_with_order(payment_id) if with_order else _payment(payment_id))
    # Only after the payment's lock is ours do we see all that was decided under it.
    found = await the_engine().fetch_row(_WITH_BALANCE, refund_id)
    if payment is None or found is None:
        raise NotFound("refund")
    row = dict(found)
    balance = row.pop("balance")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    own = row["amount"] if row["state"] in RESERVING else 0
    return RefundFile(row=row, payment=payment, case=case, room=balance + own)


_WITH_BALANCE = """
SELECT r.*, b.balance FROM refunds r JOIN payment_balances b ON b.payment = r.payment
WHERE r.id = $1 FOR NO KEY UPDATE OF r
"""


def refuse_overdrawn(refund: RefundFile) -> None:
    """Refuse to give more of a payment that is below zero; raises Conflict `payment_overdrawn`."""
    if refund.room < 0:
        detail = (
            "More of this payment was given back, disputed or refunded in the provider's dashboard"
            " than it captured. Nothing can go back until that is cleared up."
        )
        raise Conflict("payment_overdrawn", detail)


def refuse_disputed(refund: RefundFile) -> None:
    """Refuse to pay while a dispute of the payment is open; raises Conflict `payment_disputed`.

    Also where what is left would do: nobody but the customer's bank knows which of the items the
    dispute is about, so this refund may be what it gives back (payments.md 2.8, step 8).
    """
    if refund.contested:
        detail = (
            "The customer's bank disputes this payment, so the money may go back that way. Pay"
            " nothing of it while the dispute is open; answer it at the provider."
        )
        raise Conflict("payment_disputed", detail)


async def _payment(payment_id: int) -> dict[str, Any] | None:
    query = Payment.select().where(Payment.id == payment_id).first()
    found: dict[str, Any] | None = await query.lock_rows("NO KEY UPDATE")
    return found


# The order first: whoever waits for both waits for it.
_ORDER_AND_PAYMENT = """
SELECT p.* FROM orders o JOIN payments p ON p."order" = o.id WHERE p.id = $1
FOR NO KEY UPDATE OF o, p
"""


async def _with_order(payment_id: int) -> dict[str, Any] | None:
    row = await connection().fetchrow(_ORDER_AND_PAYMENT, payment_id)
    return None if row is None else dict(row)


async def require_other_person(refund_id: UUID, *, actor: Actor) -> tuple[int, int]:
    """Return the row ids of the refund's return and payment.

    Raises NotFound where there is no such refund, SamePerson where the actor inspected the return
    or decided the amount that this refund makes up for.
    """
    row = await the_engine().fetch_row(_WHOSE, refund_id, actor.person)
    if row is None:
        raise NotFound("refund")
    if row["inspected"]:
        raise SamePerson("You inspected this return; another person must decide its refund.")
    if row["barred"]:
        raise SamePerson("You decided the amount that was appealed; another person decides this.")
    return row["return_id"], row["payment"]


_WHOSE = """
SELECT r.return_id, r.payment, EXISTS (
    SELECT FROM inspections i WHERE i.return_id = r.return_id AND i.inspected_by = $2)
    OR EXISTS (SELECT FROM opinions p WHERE p.return_id = r.return_id AND p.second_by = $2)
    AS inspected,
    COALESCE(r.inspectors @> to_jsonb($2::int), false) AS barred
FROM refunds r WHERE r.id = $1
"""


async def save_refund(refund: RefundFile, values: dict[Any, Any], *, now: datetime) -> None:
    """Write the refund's state and `values`, and the books; the case is saved by the caller."""
    await Refund.update(
        {
            "state": refund.row["state"],
            "version": refund.row["version"] + 1,
            "checked_at": now,
            **values,
        }
    ).where(Refund.id == refund.id)
    refund.row |= values
    refund.row["version"] += 1
    await post_refund(refund.row, return_number=refund.case.number, now=now)
