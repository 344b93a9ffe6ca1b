"""The accounts that refunds are booked to, and what kind each is for the merchant's accounting."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """What a balance of an account is; debits add to assets and expenses, credits to the others."""

    ASSET = "asset"
    LIABILITY = "liability"
    REVENUE = "revenue"
    EXPENSE = "expense"


class Account(StrEnum):
    """Where value stands. Stored: a name never changes its meaning."""

    RETURNED_GOODS = "returned_goods"
    RETURNED_TAX = "returned_tax"
    RETURNED_SHIPPING = "returned_shipping"
    RETURN_FEES = "return_fees"
    OWED_TO_CUSTOMERS = "owed_to_customers"
    ON_ITS_WAY = "on_its_way"
    PROVIDER_BALANCE = "provider_balance"
    PAID_ELSEWHERE = "paid_elsewhere"
    REFUNDED_OUTSIDE = "refunded_outside"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"
    COMPENSATION = "compensation"
    COUPONS_OWED = "coupons_owed"
    GIFTS_OWED = "gifts_owed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """The kind of an account, and what a balance on it says."""

    kind: AccountKind
    says: str


_ASSET, _LIABILITY = AccountKind.ASSET, AccountKind.LIABILITY
_REVENUE, _EXPENSE = AccountKind.REVENUE, AccountKind.EXPENSE

ACCOUNTS: Mapping[Account, AccountFacts] = {
    Account.RETURNED_GOODS: AccountFacts(
        kind=_REVENUE, says="sales taken back: the goods' part of approved refunds"
    ),
    Account.RETURNED_TAX: AccountFacts(
        kind=_LIABILITY, says="sales tax that went back with them, as it was charged"
    ),
    Account.RETURNED_SHIPPING: AccountFacts(
        kind=_REVENUE, says="shipping that went back with them"
    ),
    Account.RETURN_FEES: AccountFacts(kind=_REVENUE, says="fees kept from refunds"),
    Account.OWED_TO_CUSTOMERS: AccountFacts(
        kind=_LIABILITY, says="approved and not accepted by the provider yet, or failed there"
    ),
    Account.ON_ITS_WAY: AccountFacts(
        kind=_LIABILITY, says="accepted by the provider, not confirmed as sent"
    ),
    Account.PROVIDER_BALANCE: AccountFacts(
        kind=_ASSET, says="taken from (credit) the balance at the payment provider"
    ),
    Account.PAID_ELSEWHERE: AccountFacts(
        kind=_ASSET, says="paid by hand or at a marketplace, with a reference"
    ),
    Account.REFUNDED_OUTSIDE: AccountFacts(
        kind=_REVENUE, says="refunded in the provider's dashboard, without a return of ours"
    ),
    Account.DISPUTED: AccountFacts(
        kind=_ASSET, says="taken by a customer's bank, and contested or not decided yet"
    ),
    Account.CHARGED_BACK: AccountFacts(kind=_EXPENSE, says="disputes that were lost"),
    Account.COMPENSATION: AccountFacts(kind=_EXPENSE, says="given on top for our fault (63)"),
    Account.COUPONS_OWED: AccountFacts(kind=_LIABILITY, says="coupons that were handed out"),
    Account.GIFTS_OWED: AccountFacts(
        kind=_LIABILITY, says="gifts that were sent, until their cost is booked"
    ),
}
"""Every account; docs/finance.md lists the same."""
