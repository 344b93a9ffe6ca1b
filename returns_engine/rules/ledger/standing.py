"""Where the value of one subject stands in the books, given the state it is in.

A standing maps accounts to balances, debits positive; it always sums to zero. A movement is the
difference of two standings, so whatever way a refund went, its entries add up to where it stands,
and going back nets to zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from returns_engine.rules.ledger.accounts import Account
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.words import CompensationKind

Standing = Mapping[Account, int]

NOWHERE: Standing = {}
"""Nothing is owed and nothing moved."""

_OWED = frozenset(
    {
        RefundState.APPROVED,
        RefundState.SUBMITTING,
        RefundState.UNKNOWN,
        # What failed is still owed, until it is paid in another way or canceled.
        RefundState.FAILED,
    }
)
_ON_ITS_WAY = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRefund:
    """What the books need of a refund; minor units. `amount` is None until it was approved."""

    state: RefundState
    amount: int | None
    items: int
    tax: int
    shipping: int
    fees: int
    paid_elsewhere: bool


def refund_standing(refund: BookedRefund) -> Standing:
    """Return where an approved refund stands; one that was not approved stands nowhere."""
    against = _against(refund)
    if against is None or not refund.amount:
        return NOWHERE
    return _without_zeros({**_granted(refund, refund.amount), against: -refund.amount})


def _against(refund: BookedRefund) -> Account | None:
    """Return the account that carries the refund's amount, or None where nothing is granted."""
    if refund.state in _OWED:
        return Account.OWED_TO_CUSTOMERS
    if refund.state in _ON_ITS_WAY:
        return Account.ON_ITS_WAY
    if refund.state is RefundState.SUCCEEDED:
        return Account.PAID_ELSEWHERE if refund.paid_elsewhere else Account.PROVIDER_BALANCE
    return None


def _granted(refund: BookedRefund, amount: int) -> Standing:
    """Split what was approved as it was proposed: less than proposed takes from every part."""
    parts = [refund.items, refund.tax, refund.shipping]
    gross = min(amount + refund.fees, sum(parts))
    items, tax, shipping = allocate(gross, parts)
    # Where parts and fees cannot make up the amount, the goods' part takes the rest, either way.
    items += amount + refund.fees - gross
    return {
        Account.RETURNED_GOODS: items,
        Account.RETURNED_TAX: tax,
        Account.RETURNED_SHIPPING: shipping,
        Account.RETURN_FEES: -refund.fees,
    }


def outside_standing(amount: int, *, taken: bool) -> Standing:
    """Return where a refund stands that was made in the provider's dashboard.

    `taken` is whether the provider's balance gave the money: not once it failed or was canceled.
    """
    if not taken:
        return NOWHERE
    return _without_zeros({Account.REFUNDED_OUTSIDE: amount, Account.PROVIDER_BALANCE: -amount})


def dispute_standing(*, contested: int, lost: int) -> Standing:
    """Return where disputes of a payment stand: what the bank took and holds, and what is lost.

    What was won or only asked about (`warning_…`) stands nowhere: the provider gave it back.
    """
    return _without_zeros(
        {
            Account.DISPUTED: contested,
            Account.CHARGED_BACK: lost,
            Account.PROVIDER_BALANCE: -contested - lost,
        }
    )


def compensation_standing(state: CompensationState, kind: CompensationKind, value: int) -> Standing:
    """Return where a compensation stands: nowhere before it was given."""
    if state is not CompensationState.GIVEN:
        return NOWHERE
    owed = Account.COUPONS_OWED if kind is CompensationKind.COUPON else Account.GIFTS_OWED
    return _without_zeros({Account.COMPENSATION: value, owed: -value})


def _without_zeros(standing: Standing) -> Standing:
    return {account: balance for account, balance in standing.items() if balance}
