"""Which payment a refund goes back to, and how much each can still take (R7, R8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.money.money import common_step, floor_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One payment of an order, and what it can still take back, in minor units.

    `step` is the smallest amount its provider moves; one that no provider is called for takes any.
    """

    payment_id: str
    available: int
    step: int = 1


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

    In the given order, or in proportion to what each can take; each in its own steps (R12), so
    that a rest finer than all steps finds no place.
    """
    shares = _in_proportion(amount, tenders, quantum) if pro_rata else [0] * len(tenders)
    for place, more in enumerate(_in_order(amount - sum(shares), tenders, shares)):
        shares[place] += more
    parts = {tender.payment_id: share for tender, share in zip(tenders, shares, strict=True)}
    return Split(parts=parts, unallocated=amount - sum(shares))


def _in_proportion(amount: int, tenders: Sequence[Tender], quantum: int) -> list[int]:
    room = [tender.available for tender in tenders]
    placed = min(amount, sum(room))
    shares = allocate(placed, room, common_step(quantum, placed, *room))
    return [floor_to(share, one.step) for share, one in zip(shares, tenders, strict=True)]


def _in_order(amount: int, tenders: Sequence[Tender], taken: Sequence[int]) -> list[int]:
    """Return what of `amount` each payment takes beside what it has taken."""
    shares = []
    for tender, before in zip(tenders, taken, strict=True):
        share = floor_to(min(amount, tender.available - before), tender.step)
        shares.append(share)
        amount -= share
    return shares
