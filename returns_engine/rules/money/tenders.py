"""Which payment a refund goes back to, and how much each can still take (R7, R8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.money.money import common_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One payment of an order, and what it can still take back, in minor units."""

    payment_id: str
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An amount by payment id (0 where a payment gets nothing), and what found no place."""

    parts: Mapping[str, int]
    unallocated: int


def available(captured: int, reserved: int, disputed: int) -> int:
    """Return what can still be refunded of a payment, in minor units, never below 0 (R8).

    `reserved` is the sum of its refunds in the states of `refund_states.RESERVING`: a refund whose
    answer was lost counts as spent until the provider says otherwise.
    """
    return max(captured - reserved - disputed, 0)


def split_over(
    amount: int, tenders: Sequence[Tender], *, pro_rata: bool = False, quantum: int = 1
) -> Split:
    """Split `amount` over payments, each up to what it can take (R7).

    In the given order, or in proportion to what each can take.
    """
    placed = min(amount, sum(tender.available for tender in tenders))
    shares = _in_proportion(placed, tenders, quantum) if pro_rata else _in_order(placed, tenders)
    parts = {tender.payment_id: share for tender, share in zip(tenders, shares, strict=True)}
    return Split(parts=parts, unallocated=amount - placed)


def _in_proportion(amount: int, tenders: Sequence[Tender], quantum: int) -> list[int]:
    room = [tender.available for tender in tenders]
    return allocate(amount, room, common_step(quantum, amount, *room))


def _in_order(amount: int, tenders: Sequence[Tender]) -> list[int]:
    shares = []
    for tender in tenders:
        share = min(amount, tender.available)
        shares.append(share)
        amount -= share
    return shares
