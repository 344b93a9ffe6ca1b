from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.choice import (
    BY_HAND,
    CLAUSES,
    NOTHING_KNOWN,
    OPTIONS,
    ChoiceKind,
    ChoiceOption,
    StockNews,
    deadline,
    safe_default,
    still_waiting,
)
from returns_engine.rules.facts import GivenBefore
from returns_engine.rules.lifecycle.choice_states import (
    TABLE,
    ChoiceEvent,
    ChoiceState,
    next_choice,
)
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.policy import CLAUSES as POLICY_CLAUSES
from returns_engine.rules.words import OrderStatus
from tests.rules.eligibility.cases import EKR
from tests.rules.eligibility.test_decide_properties import orders_with_history

TODAY = date(2026, 6, 1)
TERMS = EKR.choices
OUT_OF_STOCK = ChoiceKind.OUT_OF_STOCK


def silence(news: StockNews, *, repeated: bool = False) -> str:
    return safe_default(OUT_OF_STOCK, news, repeated=repeated, today=TODAY, terms=TERMS)


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


class TestSilence:
    @pytest.mark.parametrize("days", [0, 1, 29, 30])
    def test_means_waiting_where_a_first_notice_names_a_day_within_thirty(self, days):
        assert silence(StockNews(restock_on=in_days(days))) == "wait"
        assert silence(StockNews(restock_until=in_days(days))) == "wait"

    @pytest.mark.parametrize("days", [31, 60])
    def test_means_the_money_back_where_it_takes_longer(self, days):
        assert silence(StockNews(restock_on=in_days(days))) == "cancel"

    def test_goes_by_the_last_day_of_a_span(self):
        span = StockNews(restock_on=in_days(20), restock_until=in_days(31))

        assert silence(span) == "cancel"

    def test_means_the_money_back_where_nobody_knows_when(self):
        assert silence(NOTHING_KNOWN) == "cancel"

    def test_means_the_money_back_where_the_customer_was_told_before(self):
        assert silence(StockNews(restock_on=in_days(3)), repeated=True) == "cancel"

    def test_means_the_money_back_for_what_cannot_be_delivered(self):
        found = safe_default(
            ChoiceKind.UNDELIVERABLE, NOTHING_KNOWN, repeated=False, today=TODAY, terms=TERMS
        )

        assert found == "refund"

    @given(st.sampled_from(ChoiceKind), st.none() | st.dates(), st.booleans(), st.dates())
    def test_is_always_one_of_the_options(self, kind, day, repeated, today):
        news = StockNews(restock_on=day)
        found = safe_default(kind, news, repeated=repeated, today=today, terms=TERMS)

        assert found in OPTIONS[kind]


class TestOptions:
    def test_rest_on_clauses_of_the_policy(self):
        assert set(CLAUSES.values()) <= POLICY_CLAUSES
        assert OPTIONS.keys() == CLAUSES.keys() == set(ChoiceKind)

    def test_that_the_staff_carries_out_move_no_money(self):
        assert {ChoiceOption.WAIT, ChoiceOption.SWAP} == BY_HAND


class TestTheDeadline:
    def test_is_the_end_of_a_day_where_the_merchant_is(self):
        zone = ZoneInfo("America/New_York")
        late_in_the_evening = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)

        found = deadline(OUT_OF_STOCK, now=late_in_the_evening, terms=TERMS, zone=zone)

        # The clocks go forward on 8 March; 1 March and seven days are 8 March all the same.
        assert found == datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC)

    def test_is_of_its_kind(self):
        terms = replace(TERMS, out_of_stock_days=3, undeliverable_days=9)
        now = datetime(2026, 6, 1, 12, tzinfo=UTC)
        days = [
            deadline(kind, now=now, terms=terms, zone=ZoneInfo("UTC")).day for kind in ChoiceKind
        ]

        assert days == [4, 10]


class TestUnitsThatStillWait:
    @given(orders_with_history(), st.dictionaries(st.sampled_from(["L1", "L2"]), st.integers(0, 9)))
    def test_are_never_more_than_was_meant_or_than_is_free(self, case, wanted):
        order, history = case
        left = still_waiting(order, history, wanted)

        for line in order.lines:
            units = left.get(line.line_id, 0)
            shipped = sum(
                inside.quantity
                for parcel in order.shipments
                for inside in parcel.lines
                if inside.line_id == line.line_id
            )
            given_before = history.get(line.line_id, GivenBefore()).units
            assert 0 <= units <= wanted.get(line.line_id, 0)
            assert units <= max(0, line.quantity - max(shipped, given_before))
        assert 0 not in left.values()

    @given(orders_with_history())
    def test_are_none_once_the_order_is_canceled_or_unpaid(self, case):
        order, history = case
        wanted = {line.line_id: line.quantity for line in order.lines}

        assert still_waiting(replace(order, paid_at=None), history, wanted) == {}
        canceled = replace(order, status=OrderStatus.CANCELED)
        assert still_waiting(canceled, history, wanted) == {}


class TestAChoice:
    @pytest.mark.parametrize("event", ChoiceEvent)
    def test_moves_once(self, event):
        settled = next_choice(ChoiceState.OPEN, event)

        assert settled is not ChoiceState.OPEN
        for again in ChoiceEvent:
            with pytest.raises(TransitionNotAllowed):
                next_choice(settled, again)

    def test_has_no_move_but_from_open(self):
        assert {state for state, _ in TABLE} == {ChoiceState.OPEN}
