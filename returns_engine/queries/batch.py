"""Proposals with all that could want a look, for who approves several together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import loaded, rows
from returns_engine.queries.value_given import VALUE_COLUMNS, value_of
from returns_engine.rules.batch import LookAt, Proposal
from returns_engine.rules.compensation import cause_of
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import EXTERNAL
from returns_engine.rules.words import MERCHANT_FAULTS, FoundCause, Reason, ReturnKind

_SELECT = f"""
SELECT f.id, f.proposed, f.currency, f.state, f.version, f.needs_second, f.manual_reason,
       f.held_at IS NOT NULL AS held, p.provider, p.mismatch, p.disputed AS payment_disputed,
       p.refundable_until,
       b.balance + CASE WHEN refund_reserves(f.state) THEN f.amount ELSE 0 END AS room,
       r.number, r.kind, r.late, r.on_hold, r.overridden, r.appealed, r.goods_expected,
       o.number AS order_number, c.name AS customer, f.proposed_at,
       f.proposed + (SELECT COALESCE(sum(COALESCE(n.amount, n.proposed)), 0)::bigint FROM refunds n
                     WHERE n.proposal = f.proposal AND n.id <> f.id
                     AND n.state NOT IN ('refused', 'canceled')) AS together,
       (SELECT json_agg(json_build_object('reason', l.reason, 'kept', NOT l.goods_expected,
                                          'rejected', l.rejected))
        FROM return_lines l WHERE l.return_id = r.id) AS lines,
       (SELECT json_agg(json_build_array(l.reason, i.found_cause))
        FROM inspections n JOIN inspection_lines i ON i.inspection = n.id
        JOIN return_lines l ON l.id = i.return_line
        WHERE n.return_id = r.id AND i.verdict = 'accepted' AND i.superseded < i.quantity) AS found,
       COALESCE((SELECT bool_or(i.inspected_by = {{}}) FROM inspections i
                 WHERE i.return_id = r.id), false)
           OR COALESCE(f.inspectors @> to_jsonb({{}}::int), false) AS not_theirs,
       {VALUE_COLUMNS}
FROM refunds f
JOIN payments p ON p.id = f.payment
JOIN payment_balances b ON b.payment = f.payment
JOIN orders o ON o.id = f."order"
JOIN returns r ON r.id = f.return_id
LEFT JOIN order_contacts c ON c."order" = o.id
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One refund that may go with others, as its row stands; `not_theirs` for an inspector."""

    row: Mapping[str, Any]
    proposal: Proposal

    @property
    def not_theirs(self) -> bool:
        """Say whether the person who asks may not decide it."""
        return bool(self.row["not_theirs"])


async def waiting_candidates(
    *, person: int | None, policy: Policy, limit: int
) -> Sequence[Candidate]:
    """Return the proposals that wait, the longest waiting first, by one statement."""
    after = "WHERE f.state = 'proposed' ORDER BY f.proposed_at, f.id LIMIT {}"
    found = await rows(_SELECT + after, person, person, limit)
    return [_candidate(row, policy) for row in found]


async def candidates_of(
    refund_ids: Sequence[UUID], *, person: int | None, policy: Policy
) -> Mapping[UUID, Candidate]:
    """Return refunds by id, whatever their state; one that is not there is left out."""
    after = "WHERE f.id = ANY({}::uuid[])"
    found = await rows(_SELECT + after, person, person, list(refund_ids))
    return {row["id"]: _candidate(row, policy) for row in found}


def _candidate(row: Mapping[str, Any], policy: Policy) -> Candidate:
    proposal = Proposal(
        kind=ReturnKind(row["kind"]),
        currency=row["currency"],
        proposed=row["proposed"],
        maximum=min(row["proposed"], max(row["room"], 0)),
        together=row["together"],
        flags=frozenset(_flags(row, policy)),
    )
    return Candidate(row=row, proposal=proposal)


def _flags(row: Mapping[str, Any], policy: Policy) -> set[LookAt]:
    lines, found = loaded(row["lines"]) or [], loaded(row["found"]) or []
    value = value_of(row, on_top_free=policy.compensation.cap_per_order)
    by_hand = row["provider"] == EXTERNAL or row["manual_reason"] is not None
    cancellation = row["kind"] == ReturnKind.CANCELLATION
    known = {
        LookAt.TWO_PEOPLE: row["needs_second"],
        # A day after which the provider takes nothing back is somebody's to watch.
        LookAt.PAID_BY_HAND: by_hand or row["refundable_until"] is not None,
        LookAt.DISPUTE: row["payment_disputed"] > 0,
        LookAt.MISMATCH: row["mismatch"] is not None,
        LookAt.HOLD: row["held"] or row["on_hold"],
        LookAt.LATE: row["late"],
        LookAt.OVERRIDE: row["overridden"],
        LookAt.APPEAL: row["appealed"],
        LookAt.REJECTED: any(line["rejected"] for line in lines),
        LookAt.KEPT: not cancellation and any(line["kept"] for line in lines),
        LookAt.FAULT_TURNS: any(_turns(reason, cause) for reason, cause in found),
        LookAt.VALUE: value.goes_above(refunded=row["proposed"]),
    }
    return {flag for flag, holds in known.items() if holds}


def _turns(reason: str | None, cause: str | None) -> bool:
    """Say whether the bench puts the fault elsewhere than the customer did."""
    if reason is None:
        return False
    declared, found = Reason(reason), FoundCause(cause) if cause else None
    return (cause_of(declared, found) in MERCHANT_FAULTS) is not (declared in MERCHANT_FAULTS)
