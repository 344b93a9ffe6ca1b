"""The refunds of a return as its customer reads them: stages, both dates, and what comes next."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from returns_engine.rules.lifecycle.refund_stages import (
    RefundStage,
    StagePlace,
    Standing,
    Step,
    stages,
)
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import WayBack
from returns_engine.texts.refund_words import (
    BY_ANOTHER_WAY,
    PAID_WITH,
    STEPS,
    STEPS_BY_HAND,
    WHAT_NEXT,
)
from returns_engine.workflow.business_days import business_days_after

_NOT_GIVEN = frozenset({RefundState.PROPOSED, RefundState.REFUSED, RefundState.CANCELED})


def money_of(case: Mapping[str, Any], policy: Policy, now: datetime) -> list[dict[str, Any]]:
    """Return the refunds of a return, each with its stages and dates in the policy's zone.

    A proposal that was called off undecided was never more than ours to think about.
    """
    today = now.astimezone(policy.zone).date()
    known = [one for one in case["refunds"] if not _called_off_undecided(one)]
    return [_told(refund, case, policy, today) for refund in known]


def _called_off_undecided(refund: Mapping[str, Any]) -> bool:
    return refund["state"] == RefundState.CANCELED and refund["amount"] is None


def _told(
    refund: Mapping[str, Any], case: Mapping[str, Any], policy: Policy, today: date
) -> dict[str, Any]:
    # The latest that is about this refund: one that failed was promised anew.
    due = next(
        (one["due"] for one in case["promises"][::-1] if one["refund_id"] == str(refund["id"])),
        None,
    )
    sent_on = _day(refund["sent_on"]) or _day_of(refund["succeeded_at"], policy)
    leaves = sent_on or _day_of(due, policy)
    first, last = policy.refund.bank_business_days
    bank_by = _day(refund["bank_by"]) or _after(leaves, last, policy)
    way = WayBack(refund["way"])
    places = stages(RefundState(refund["state"]), bank_by=bank_by, today=today)
    expected = any(one.standing is Standing.EXPECTED for one in places)
    return dict(refund) | {
        "sent_on": sent_on,
        "due": _day_of(due, policy),
        "bank_from": _day(refund["bank_from"]) or _after(leaves, first, policy),
        "bank_by": bank_by,
        "decided": refund["state"] not in _NOT_GIVEN,
        "lowered": refund["amount"] is not None and refund["amount"] < refund["proposed"],
        "steps": _steps(places, way),
        "next": WHAT_NEXT.get(RefundStage(refund["stage"])),
        "expected": expected and way is not WayBack.GIFT_CARD,
        "paid_with": _paid_with(refund, way),
        "traceable": refund["stage"] == RefundStage.ACCEPTED and way is WayBack.PROVIDER,
    }


def _steps(places: tuple[StagePlace, ...], way: WayBack) -> list[dict[str, str]]:
    """Return the steps in words; what a person pays by hand is not accepted by a provider first."""
    by_hand = way is not WayBack.PROVIDER
    names = STEPS_BY_HAND if by_hand else STEPS
    return [
        {"says": names[one.step], "stands": str(one.standing)}
        for one in places
        if not (by_hand and one.step is Step.ACCEPTED)
        and not (way is WayBack.GIFT_CARD and one.step is Step.IN_ACCOUNT)
    ]


def _paid_with(refund: Mapping[str, Any], way: WayBack) -> str:
    return (
        BY_ANOTHER_WAY
        if way is WayBack.ANOTHER_WAY
        else PAID_WITH.get(refund["method"], refund["method"])
    )


def _after(day: date | None, days: int, policy: Policy) -> date | None:
    return business_days_after(day, days, policy.home_country) if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day_of(moment: str | None, policy: Policy) -> date | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(policy.zone).date()
