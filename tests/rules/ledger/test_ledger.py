"""The books of refunds: whatever happens, debits equal credits, and going back nets to zero."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.ledger.accounts import ACCOUNTS, Account
from returns_engine.rules.ledger.movement import Entry, balances, movement
from returns_engine.rules.ledger.standing import (
    NOWHERE,
    BookedRefund,
    Standing,
    compensation_standing,
    dispute_standing,
    outside_standing,
    refund_standing,
)
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.lifecycle.refund_states import (
    INITIAL,
    TABLE,
    RefundEvent,
    RefundState,
    reserved,
)
from returns_engine.rules.words import CompensationKind

MONEY = st.integers(0, 10**9)


def a_refund(state: str, amount: int | None = 11000, **changes: int) -> BookedRefund:
    values = {"items": 10000, "tax": 900, "shipping": 600, "fees": 500, "paid_elsewhere": False}
    return BookedRefund(state=RefundState(state), amount=amount, **(values | changes))


@st.composite
def refunds(draw: st.DrawFn, state: RefundState = RefundState.APPROVED) -> BookedRefund:
    items, tax, shipping = draw(MONEY), draw(MONEY), draw(MONEY)
    fees = draw(st.integers(0, items))
    return BookedRefund(
        state=state,
        amount=draw(st.integers(1, max(1, items + tax + shipping - fees))),
        items=items,
        tax=tax,
        shipping=shipping,
        fees=fees,
        paid_elsewhere=draw(st.booleans()),
    )


@st.composite
def lives(draw: st.DrawFn) -> list[RefundState]:
    """A way a refund can go by its lifecycle's own table, from its beginning."""
    way = [INITIAL]
    for _ in range(draw(st.integers(0, 12))):
        moves: Sequence[RefundEvent] = [event for state, event in TABLE if state is way[-1]]
        if not moves:
            break
        way.append(TABLE[way[-1], draw(st.sampled_from(moves))])
    return way


def booked(refund: BookedRefund, way: Sequence[RefundState]) -> list[Entry]:
    entries: list[Entry] = []
    standing: Standing = NOWHERE
    for state in way:
        after = refund_standing(
            BookedRefund(
                state=state,
                amount=refund.amount,
                items=refund.items,
                tax=refund.tax,
                shipping=refund.shipping,
                fees=refund.fees,
                paid_elsewhere=refund.paid_elsewhere,
            )
        )
        entries.extend(movement(standing, after))
        standing = after
    return entries


class TestARefundInTheBooks:
    def test_is_owed_once_it_is_approved_split_as_it_was_proposed(self):
        assert refund_standing(a_refund("approved")) == {
            Account.RETURNED_GOODS: 10000,
            Account.RETURNED_TAX: 900,
            Account.RETURNED_SHIPPING: 600,
            Account.RETURN_FEES: -500,
            Account.OWED_TO_CUSTOMERS: -11000,
        }

    def test_takes_from_every_part_where_less_is_approved(self):
        standing = refund_standing(a_refund("approved", 5250))

        assert standing[Account.RETURNED_GOODS] == 5000
        assert standing[Account.RETURNED_TAX] == 450
        assert standing[Account.RETURNED_SHIPPING] == 300
        assert standing[Account.OWED_TO_CUSTOMERS] == -5250

    def test_stands_nowhere_before_it_is_approved_and_once_it_is_called_off(self):
        assert refund_standing(a_refund("proposed", None)) == NOWHERE
        assert refund_standing(a_refund("refused", None)) == NOWHERE
        assert refund_standing(a_refund("canceled")) == NOWHERE

    def test_leaves_the_provider_or_the_till_it_was_paid_from(self):
        by_card = refund_standing(a_refund("succeeded"))
        by_hand = refund_standing(a_refund("succeeded", paid_elsewhere=True))

        assert by_card[Account.PROVIDER_BALANCE] == -11000
        assert by_hand[Account.PAID_ELSEWHERE] == -11000
        assert Account.PROVIDER_BALANCE not in by_hand

    def test_is_owed_again_when_it_fails_late(self):
        succeeded, failed = a_refund("succeeded"), a_refund("failed")
        entries = movement(refund_standing(succeeded), refund_standing(failed))

        assert entries == (
            Entry(account=Account.PROVIDER_BALANCE, debit=11000, credit=0),
            Entry(account=Account.OWED_TO_CUSTOMERS, debit=0, credit=11000),
        )

    @given(refunds(), lives())
    def test_is_balanced_whatever_way_it_went(self, refund: BookedRefund, way: list[RefundState]):
        entries = booked(refund, way)

        assert sum(one.debit for one in entries) == sum(one.credit for one in entries)
        assert all(min(one.debit, one.credit) == 0 for one in entries)
        assert all(max(one.debit, one.credit) > 0 for one in entries)

    @given(refunds(), lives())
    def test_adds_up_to_where_it_stands_whatever_way_it_went(
        self, refund: BookedRefund, way: list[RefundState]
    ):
        assert balances(booked(refund, way)) == balances(booked(refund, way[-1:]))

    @given(refunds(), lives())
    def test_nets_to_nothing_when_all_of_it_is_taken_back(
        self, refund: BookedRefund, way: list[RefundState]
    ):
        assert balances(booked(refund, [*way, *reversed(way)])) == NOWHERE

    @given(refunds(), st.sampled_from(RefundState))
    def test_carries_what_the_payment_has_reserved_or_still_owes(
        self, refund: BookedRefund, state: RefundState
    ):
        standing = balances(booked(refund, [state]))
        carried = -sum(
            standing.get(account, 0)
            for account in (
                Account.OWED_TO_CUSTOMERS,
                Account.ON_ITS_WAY,
                Account.PROVIDER_BALANCE,
                Account.PAID_ELSEWHERE,
            )
        )
        held = refund.amount if state is RefundState.FAILED else None

        assert carried == (held or reserved([(state, refund.amount or 0)]))


class TestOtherValue:
    @given(MONEY, MONEY, MONEY)
    def test_is_balanced_too(self, one: int, two: int, three: int):
        standings = (
            dispute_standing(contested=one, lost=two),
            outside_standing(three, taken=True),
            compensation_standing(CompensationState.GIVEN, CompensationKind.COUPON, one),
            compensation_standing(CompensationState.GIVEN, CompensationKind.GIFT, two),
        )

        for standing in standings:
            assert sum(standing.values()) == 0

    def test_comes_back_when_a_dispute_is_won(self):
        opened, won = dispute_standing(contested=500, lost=0), dispute_standing(contested=0, lost=0)

        assert balances([*movement(NOWHERE, opened), *movement(opened, won)]) == NOWHERE

    def test_is_an_expense_when_a_dispute_is_lost(self):
        assert dispute_standing(contested=0, lost=500) == {
            Account.CHARGED_BACK: 500,
            Account.PROVIDER_BALANCE: -500,
        }

    def test_of_a_refund_outside_comes_back_when_it_fails(self):
        assert outside_standing(500, taken=False) == NOWHERE

    def test_of_a_compensation_counts_once_it_is_given(self):
        approved = compensation_standing(CompensationState.APPROVED, CompensationKind.COUPON, 500)

        assert approved == NOWHERE


class TestTheAccounts:
    def test_each_say_what_they_are(self):
        assert set(ACCOUNTS) == set(Account)
