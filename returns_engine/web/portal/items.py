"""What an order's items can do: looked at twice, for a change of mind and for a fault of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.documents.request import (
    RequestDocument,
    RequestLineDocument,
)
from returns_engine.queries.order_view import read_order
from returns_engine.queries.units_of_lines import LineUnits, units_of_lines
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import (
    Cause,
    ItemKind,
    Outcome,
    Reason,
    ReturnKind,
    RuleName,
    Verdict,
)
from returns_engine.web.portal.draft import Draft, DraftLine
from returns_engine.web.portal.issues import is_looked_at_when_worn, policy_of
from returns_engine.web.services import Services
from returns_engine.workflow.judge_request import judge_request

# Photos are asked for later: they must not make an item look as if it could not come back.
_A_PHOTO = ["asked-for-later"]
_USUAL = {
    ReturnKind.CANCELLATION: Reason.CHANGED_MIND,
    ReturnKind.DELIVERY_PROBLEM: Reason.NOT_RECEIVED,
}
_NOBODYS_TO_CHANGE = frozenset({RuleName.ORDER_STATE, RuleName.QUANTITY})
# Which count of an order's line says how many units can be chosen.
_UNITS = {
    ReturnKind.CANCELLATION: "cancellable",
    ReturnKind.DELIVERY_PROBLEM: "in_parcels",
    ReturnKind.WARRANTY: "in_parcels",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An order line as the customer meets it on the page of items.

    `most` units can be chosen, `beyond` them units that the answer will be no for. `refusal` is the
    first failing rule where the item cannot come back at all; `mind_refusal` where it cannot for a
    change of mind. `alternatives` are open instead.
    """

    line: Mapping[str, Any]
    chosen: DraftLine | None
    verdict: str
    units: LineUnits
    most: int
    beyond: int
    window: Mapping[str, Any] | None
    refusal: Mapping[str, Any] | None
    mind_refusal: Mapping[str, Any] | None
    looked_at: Sequence[Mapping[str, Any]]
    alternatives: Sequence[Mapping[str, Any]]
    under_warranty: bool
    looked_at_when_worn: bool

    @property
    def may_come_back(self) -> bool:
        """Tell whether the item can be chosen."""
        return self.verdict != Verdict.INELIGIBLE

    @property
    def may_be_asked_for(self) -> bool:
        """Tell whether a person can look at the refusal: not at units that are not there."""
        return self.refusal is not None and self.refusal["rule"] not in _NOBODYS_TO_CHANGE

    @property
    def is_given(self) -> bool:
        """Tell whether returns hold all that could be chosen."""
        return bool(self.units.held) and not (self.may_come_back or self.line["in_parcels"])


async def order_of(order_number: str, services: Services) -> dict[str, Any]:
    """Return the customer's order; it exists, because a token led here."""
    order = await read_order(order_number, policy=services.policy, now=services.clock())
    if order is None:
        raise LookupError(order_number)
    return order


def within(draft: Draft, order: Mapping[str, Any]) -> Draft:
    """Return the draft without lines that are not the order's."""
    known = {line["line_id"] for line in order["lines"]}
    return draft.without(line.line_id for line in draft.lines if line.line_id not in known)


def parcels_of(draft: Draft, order: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parcels that hold something of the draft, for the carriers' own pages."""
    wanted = {line.line_id for line in draft.lines}
    return [
        shipment
        for shipment in order["shipments"]
        if wanted & {row["line_id"] for row in shipment["lines"]}
    ]


async def items_of(order: Mapping[str, Any], draft: Draft, services: Services) -> list[Item]:
    """Return the order's items with what the policy says of each, in the order's own order."""
    fault = await _probe(order, draft.kind, services, of_ours=True)
    mind = fault
    if draft.kind is ReturnKind.RETURN:
        mind = await _probe(order, draft.kind, services, of_ours=False)
    policy = policy_of(order, services.policy)
    units = await units_of_lines(
        order["order_number"], policy=services.policy, now=services.clock()
    )
    return [
        _item(line, draft, of_ours, of_theirs, policy, units=units[line["line_id"]])
        for line, of_ours, of_theirs in zip(order["lines"], fault, mind, strict=True)
    ]


async def _probe(
    order: Mapping[str, Any], kind: ReturnKind, services: Services, *, of_ours: bool
) -> list[dict[str, Any]]:
    claim = kind is ReturnKind.WARRANTY
    reason = _USUAL.get(kind, Reason.DEFECTIVE) if of_ours else Reason.CHANGED_MIND
    asked = [
        RequestLineDocument(
            line_id=line["line_id"],
            quantity=1,
            reason=None if claim else reason,
            cause=Cause.MATERIAL_FAILURE if claim else None,
            photo_ids=_A_PHOTO,
        )
        for line in order["lines"]
    ]
    decision = await judge_request(
        RequestDocument(order_number=order["order_number"], kind=kind, lines=asked),
        policy=services.policy,
        as_of=services.clock(),
    )
    lines: list[dict[str, Any]] = decision["lines"]
    return lines


def _item(
    line: Mapping[str, Any],
    draft: Draft,
    of_ours: Mapping[str, Any],
    of_theirs: Mapping[str, Any],
    policy: Policy,
    *,
    units: LineUnits,
) -> Item:
    # Too late for a return, units can still be put before a person.
    most = max(1, line[_UNITS.get(draft.kind, "returnable")] or line["in_parcels"])
    return Item(
        line=line,
        chosen=draft.line(line["line_id"]),
        verdict=of_ours["verdict"],
        units=units,
        most=most,
        beyond=max(most, line["in_parcels"]) - most if draft.kind is ReturnKind.RETURN else 0,
        window=of_ours["window"],
        refusal=_first(of_ours, Outcome.FAIL),
        mind_refusal=_first(of_theirs, Outcome.FAIL),
        looked_at=[rule for rule in of_ours["rules"] if rule["outcome"] == Outcome.REVIEW],
        alternatives=of_ours["alternatives"],
        under_warranty=policy.warranty.covers(ItemKind(line["kind"]), line["category"]),
        looked_at_when_worn=is_looked_at_when_worn(line, policy),
    )


def _first(line: Mapping[str, Any], outcome: Outcome) -> Mapping[str, Any] | None:
    return next((rule for rule in line["rules"] if rule["outcome"] == outcome), None)
