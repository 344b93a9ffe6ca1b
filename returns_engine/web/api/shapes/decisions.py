"""What a decision says, line by line and rule by rule."""

from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from returns_engine.rules.words import (
    Cause,
    Evidence,
    Outcome,
    Reason,
    Resolution,
    ReturnKind,
    RuleName,
    Verdict,
)
from returns_engine.web.api.shapes.words import (
    Amount,
    ClauseId,
    Code,
    Count,
    Currency,
    LineId,
    Moment,
    PaidBy,
)


class PolicyVersion(Struct, kw_only=True):
    """Under which policy it was decided."""

    id: str
    version: int


class Window(Struct, kw_only=True):
    """The time limit of the unit that closes first; `day` 0 is the local day of delivery."""

    starts_on: date
    last_day: date
    day: Annotated[int, Meta(description="Which day it is; above `of` it is over.")]
    of: Annotated[int, Meta(description="How many days there are.")] | None
    evidence: Evidence


class Finding(Struct, kw_only=True):
    """What one rule found."""

    rule: RuleName
    outcome: Outcome
    code: Code
    clause: ClauseId
    says: Annotated[str, Meta(description="The clause, as the policy words it.")]
    because: Annotated[str, Meta(description="The facts that it was judged by.")]


class Alternative(Struct, kw_only=True):
    """What is open instead, until when."""

    kind: ReturnKind
    last_day: date


class LineDecision(Struct, kw_only=True):
    """What may happen to one requested line; `rules` are all eight, in their order."""

    line_id: LineId
    quantity: Count
    reason: Reason | UnsetType | None = UNSET
    cause: Cause | UnsetType = UNSET
    verdict: Verdict
    resolutions: list[Resolution]
    window: Window | None
    photos_required: bool
    postage: PaidBy
    keep_item: (
        Annotated[bool, Meta(description="Said only where it is so: no parcel is expected.")]
        | UnsetType
    ) = UNSET
    rules: list[Finding]
    alternatives: list[Alternative]


class Estimate(Struct, kw_only=True):
    """What would be refunded: total = items + tax + shipping - fees."""

    items: Amount
    tax: Amount
    shipping: Amount
    fees: Amount
    total: Amount
    currency: Currency


class Decision(Struct, kw_only=True):
    """The engine's answer to a request, as of a moment, under one version of the policy."""

    as_of: Moment
    policy: PolicyVersion
    verdict: Verdict
    lines: list[LineDecision]
    refund_estimate: Annotated[
        Estimate | None, Meta(description="Of all lines that are not ineligible; null without any.")
    ]
