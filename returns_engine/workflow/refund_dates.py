"""The two dates of a refund, as its customer is told them (56, 62, B-9)."""

from dataclasses import dataclass
from datetime import date, datetime

from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.policy import Policy
from returns_engine.workflow.business_days import business_days_after


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDates:
    """When we sent it, and between which days it shows in the account; in the policy's zone."""

    sent_on: date
    bank_from: date
    bank_by: date


def refund_dates(sent_at: datetime, policy: Policy) -> RefundDates:
    """Return the dates of a refund that was sent at `sent_at`."""
    sent_on = sent_at.astimezone(policy.zone).date()
    first, last = policy.refund.bank_business_days
    return RefundDates(
        sent_on=sent_on,
        bank_from=business_days_after(sent_on, first, policy.home_country),
        bank_by=business_days_after(sent_on, last, policy.home_country),
    )


def success_values(state: RefundState, policy: Policy, now: datetime) -> dict[str, object]:
    """Return the columns that change where a refund becomes `succeeded`, or stops being so."""
    if state is not RefundState.SUCCEEDED:
        return dict.fromkeys(("succeeded_at", "sent_on", "bank_from", "bank_by"))
    dates = refund_dates(now, policy)
    return {
        "succeeded_at": now,
        "sent_on": dates.sent_on,
        "bank_from": dates.bank_from,
        "bank_by": dates.bank_by,
    }
