"""What must hold after every step, and at rest; the peer's books are the oracle."""

from typing import Any

from returns_engine.queries.audit import verify_chains
from returns_engine.tables.engine import the_engine
from tests.faults.drawn.peer import Peer

AT_REST = frozenset({"proposed", "refused", "succeeded", "failed", "canceled"})
UNDECIDED = frozenset({"proposed", "refused"})
FOR_TWO = 1500
"""In cents: more than this no person approves alone."""
HOLDING = frozenset(
    {"approved", "submitting", "unknown", "pending", "requires_action", "succeeded"}
)

_ROWS = """
SELECT r.id::text AS id, r.state, r.amount, r.provider_refund_id, r.provider_status, r.last_error,
       r.manual_reason, r.external_reference, r.first_by, r.first_amount, r.decided_by,
       r.taken_back, r.held_at, r.held_for_dispute,
       p.reference, p.captured, p.disputed
FROM refunds r JOIN payments p ON p.id = r.payment
"""

# What was called off to be looked at again counts for nothing.
_UNITS = """
SELECT v.number, l.accepted, l.proposed, sum(f.quantity)::int AS refunded
FROM refund_lines f JOIN refunds r ON r.id = f.refund
JOIN return_lines l ON l.id = f.return_line JOIN returns v ON v.id = l.return_id
WHERE NOT r.taken_back
GROUP BY v.number, l.id
"""

_OUTSIDE = """
SELECT p.reference, b.outside FROM payments p JOIN payment_balances b ON b.payment = p.id
"""

Row = dict[str, Any]


class Broken(AssertionError):  # noqa: N818 - named for what happened
    """An invariant does not hold."""


async def books() -> list[Row]:
    """Return our own word on every refund."""
    return [dict(row) for row in await the_engine().fetch_rows(_ROWS)]


def check_step(rows: list[Row], peer: Peer) -> None:
    """Check what holds at every moment, whatever was lost or died; raises Broken."""
    alive = peer.alive()
    for row in rows:
        there = alive.pop(row["id"], [])
        _require(len(there) <= 1, f"refund {row['id']} was paid {len(there)} times")
        for refund in there:
            _require(
                refund["amount"] == row["amount"],
                f"{row['amount']} were approved, {refund['amount']} went back",
            )
            _require(
                refund["payment_intent"] == row["reference"],
                f"the money of {row['reference']} went back to {refund['payment_intent']}",
            )
            _require(
                row["state"] not in UNDECIDED, f"paid while {row['state']}: nobody approved it"
            )
            _require(
                row["state"] not in {"failed", "canceled"},
                f"finance is told {row['state']}, and the money is under way",
            )
        _require(
            not there or not _differs(row, peer), "paid though the provider has another payment"
        )
        _require(not there or not _is_paid_by_hand(row), "paid by hand, and by the provider too")
        _require(
            not row["taken_back"] or (not there and row["state"] == "canceled"),
            "paid though its units were to be looked at again",
        )
        _require(
            row["state"] != "succeeded"
            or _is_paid_by_hand(row)
            or row["provider_refund_id"] in peer.arrived,
            "the customer is told that the money was sent, and it never arrived",
        )
        _check_approval(row)
        _require(
            not row["held_at"] or row["state"] in UNDECIDED | {"canceled"},
            "approved while it was on hold",
        )
    _require(not alive, f"paid for refunds that we do not have: {sorted(alive)}")
    _check_capacity(rows)


def _check_approval(row: Row) -> None:
    if row["state"] in UNDECIDED or row["taken_back"] or row["amount"] <= FOR_TWO:
        return
    _require(
        row["first_by"] not in {None, row["decided_by"]} and row["first_amount"] == row["amount"],
        f"one person alone approved {row['amount']}",
    )


def _check_capacity(rows: list[Row]) -> None:
    for reference in {row["reference"] for row in rows}:
        held = [row for row in rows if row["reference"] == reference and row["state"] in HOLDING]
        spent = sum(row["amount"] for row in held)
        captured = held[0]["captured"] if held else 0
        _require(spent <= captured, f"{reference}: {spent} held of {captured} captured")


async def check_end(rows: list[Row], peer: Peer) -> None:
    """Check what holds once the faults are over and nothing waits any more; raises Broken."""
    check_step(rows, peer)
    alive = peer.alive()
    for row in rows:
        _require(
            row["state"] in AT_REST or _must_wait(row, rows, peer),
            f"a refund is left {row['state']} ({row['last_error']})",
        )
        waits = row["state"] == "proposed" and row["held_for_dispute"]
        _require(
            not waits or _disputed_at(peer, row["reference"], still=True) > 0,
            "held for a dispute that is over",
        )
        there = alive.get(row["id"], [])
        _require(
            bool(there) == (row["state"] == "succeeded" and not _is_paid_by_hand(row)),
            f"our books say {row['state']}, the provider has {len(there)}",
        )
        for refund in there:
            _require(refund["id"] == row["provider_refund_id"], "our books name another refund")
            _require(
                refund["status"] == row["state"] == row["provider_status"],
                f"our books say {row['state']} ({row['provider_status']}),"
                f" the provider {refund['status']}",
            )
    _check_disputes(rows, peer)
    found = await the_engine().fetch_rows(_OUTSIDE)
    _check_outside(rows, peer, {row["reference"]: row["outside"] for row in found})
    await _check_units()
    report = await verify_chains()
    _require(not report.problems, f"the record is broken: {report.problems}")


def _must_wait(row: Row, rows: list[Row], peer: Peer) -> bool:
    """Say whether an approved refund rightly waits: for its payment, or for a dispute's end."""
    if row["state"] != "approved":
        return False
    if _differs(row, peer):
        return True
    by_hand = row["manual_reason"] is not None
    waits_for_bank = by_hand or row["last_error"] == "disputed"
    if waits_for_bank and _disputed_at(peer, row["reference"], still=True):
        return True
    # Approved before a dispute was lost: a person decides.
    if row["last_error"] == "dispute_lost" and _disputed_at(peer, row["reference"]):
        return True
    blocked = by_hand or row["last_error"] == "payment_overdrawn"
    return blocked and _left_for(row, rows, peer) < row["amount"]


def _left_for(row: Row, rows: list[Row], peer: Peer) -> int:
    """Return what is left of a payment when all others that were approved have taken theirs."""
    reference = row["reference"]
    others = [one for one in rows if one["reference"] == reference and one is not row]
    gone = peer.gone_of(reference) + _disputed_at(peer, reference)
    waiting = sum(one["amount"] for one in others if one["state"] == "approved")
    by_hand = sum(one["amount"] for one in others if _is_paid_by_hand(one))
    return int(row["captured"] - gone - waiting - by_hand)


def _is_paid_by_hand(row: Row) -> bool:
    return row["external_reference"] is not None


def _differs(row: Row, peer: Peer) -> bool:
    there = peer.captured.get(row["reference"])
    return there is not None and there != row["captured"]


def _check_disputes(rows: list[Row], peer: Peer) -> None:
    for reference, disputed in {(row["reference"], row["disputed"]) for row in rows}:
        there = _disputed_at(peer, reference)
        _require(
            there == disputed,
            f"{reference}: {there} disputed at the provider, {disputed} in our books",
        )


def _disputed_at(peer: Peer, reference: str, *, still: bool = False) -> int:
    """Return what disputes took of a payment; `still` leaves out those that were lost."""
    return sum(
        one["amount"]
        for one in peer.books.newest_first("dispute")
        if one["payment_intent"] == reference
        and _takes_money(one["status"])
        and not (still and one["status"] == "lost")
    )


def _check_outside(rows: list[Row], peer: Peer, outside: dict[str, int]) -> None:
    """Check that money which went back without us is counted, and nothing else is."""
    for reference in {row["reference"] for row in rows}:
        there = peer.outside_of(reference)
        booked = outside.get(reference, 0)
        _require(
            there == booked,
            f"{reference}: {there} went back without us, {booked} in our books",
        )


async def _check_units() -> None:
    """Check that no unit is refunded that the bench did not accept, nor any unit twice."""
    for row in await the_engine().fetch_rows(_UNITS):
        _require(
            row["refunded"] <= row["proposed"] <= row["accepted"],
            f"{row['number']}: {row['refunded']} units in refunds, {row['proposed']} counted,"
            f" {row['accepted']} accepted",
        )


def _takes_money(status: str) -> bool:
    return status not in {"won", "prevented"} and not status.startswith("warning_")


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Broken(otherwise)
