"""What a decision says: per line and per rule, with the sentence it rests on."""

from dataclasses import dataclass
from datetime import date, datetime

from returns_engine.rules.words import Cause, Evidence, Outcome, Reason, Resolution, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule found: a stable code, the clause it rests on, and the facts in words."""

    rule: str
    outcome: Outcome
    code: str
    clause: str
    says: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time limit of the unit that closes first; day 0 is the local day of delivery."""

    starts_on: date
    last_day: date
    day: int
    of: int | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What is open instead, until when."""

    kind: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelUnits:
    """How many units a line takes from a parcel; `shipment_id` None for units never shipped."""

    shipment_id: str | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """What may happen to one requested line. `taken` is for our books, not for the answer.

    `keep_item` says that no parcel is expected: accepted, the customer keeps the units (B-12).
    """

    line_id: str
    quantity: int
    reason: Reason | None
    cause: Cause | None
    verdict: Verdict
    resolutions: tuple[Resolution, ...]
    window: Window | None
    photos_required: bool
    postage: str
    keep_item: bool
    rules: tuple[Finding, ...]
    alternatives: tuple[Alternative, ...]
    taken: tuple[ParcelUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What would be refunded, in minor units; total = items + tax + shipping - fees.

    `price` is what the units cost before the order's discount, `discount` their share of it; a tax
    that is inside the price is in `price`, never in `items`.
    """

    price: int
    discount: int
    items: int
    tax: int
    shipping: int
    fees: int
    total: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The engine's answer to a request, as of a moment, under one version of the policy."""

    as_of: datetime
    policy_id: str
    policy_version: int
    verdict: Verdict
    lines: tuple[LineDecision, ...]
    refund_estimate: Estimate | None

    def first_refusal(self) -> Finding | None:
        """Return the first failing rule of the first ineligible line: the code of a refusal."""
        for line in self.lines:
            if line.verdict is Verdict.INELIGIBLE:
                return next(rule for rule in line.rules if rule.outcome is Outcome.FAIL)
        return None
