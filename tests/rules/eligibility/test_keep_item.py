"""What is not worth sending back stays with the customer (B-12)."""

from dataclasses import replace

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.facts import GivenBefore
from returns_engine.rules.words import CHANGES_OF_MIND, MERCHANT_FAULTS, Reason, ReturnKind
from tests.rules.eligibility.cases import (
    EKR,
    a_line,
    a_request,
    an_order,
    asking,
    decided,
    the_line,
)

CHEAP = a_line(quantity=3, unit_price=300, tax=96)


def kept(*lines, order=None, **more):
    answer = decided(order or an_order(CHEAP), *(lines or (asking(why="wrong_item"),)), **more)
    return [line.keep_item for line in answer.lines]


class TestKeeping:
    def test_is_for_a_wrong_item_that_is_worth_little(self):
        assert kept() == [True]

    def test_is_judged_by_what_the_line_asked_for_is_worth_with_its_tax(self):
        limit = an_order(a_line(quantity=2, unit_price=384, tax=32))
        above = an_order(a_line(quantity=2, unit_price=384, tax=34))

        assert kept(asking("L1", 2, "wrong_item"), order=limit) == [True]
        assert kept(asking("L1", 2, "wrong_item"), order=above) == [False]

    def test_is_judged_after_the_orders_discount(self):
        order = an_order(a_line(quantity=1, unit_price=1300, tax=0), discount=500)

        assert kept(order=order) == [True]

    def test_is_not_had_by_asking_in_small_parts(self):
        dear = an_order(a_line(quantity=4, unit_price=600, tax=0))
        twice = (asking(why="wrong_item"), asking(why="wrong_item"))
        before = {"L1": GivenBefore(by_shipment={"S1": 1}, kept=1)}

        assert kept(order=dear) == [True]
        assert kept(*twice, order=dear) == [False, False]
        assert kept(order=dear, history=before) == [False]

    @pytest.mark.parametrize("reason", sorted(CHANGES_OF_MIND | MERCHANT_FAULTS | {Reason.OTHER}))
    def test_is_for_no_other_reason(self, reason):
        assert kept(asking(why=reason)) == [reason in EKR.keep_item.reasons]

    @pytest.mark.parametrize("kind", [ReturnKind.CANCELLATION, ReturnKind.DELIVERY_PROBLEM])
    def test_is_for_returns_alone(self, kind):
        order = an_order(CHEAP, parcels=[] if kind is ReturnKind.CANCELLATION else None)
        why = "changed_mind" if kind is ReturnKind.CANCELLATION else "late"

        assert kept(asking(why=why), kind=kind, order=order) == [False]

    def test_is_nothing_that_a_refusal_speaks_of(self):
        assert kept(asking("L1", 1, "wrong_item"), as_of="2026-05-30T08:00") == [False]
        assert kept(asking("L1", 4, "wrong_item")) == [False]

    def test_is_said_while_a_person_still_has_to_look(self):
        line = the_line(an_order(CHEAP), asking(why="wrong_item"))

        assert (line.verdict, line.keep_item) == ("needs_review", True)

    def test_is_named_in_the_answer_only_where_it_is_so(self):
        cheap = decision_json(decided(an_order(CHEAP), asking(why="wrong_item", photos=1)))
        plain = decision_json(decided(an_order(CHEAP)))

        assert cheap["lines"][0]["keep_item"] is True
        assert "keep_item" not in plain["lines"][0]

    @every(st.integers(0, 5000), st.integers(1, 3), st.integers(0, 4000))
    def test_follows_the_policys_own_amount(self, up_to, quantity, price):
        policy = replace(EKR, keep_item=replace(EKR.keep_item, up_to=up_to))
        order = an_order(a_line(quantity=3, unit_price=price, tax=0))
        answer = kept(asking("L1", quantity, "wrong_item"), order=order, policy=policy)

        assert answer == [price * quantity <= up_to]


def test_the_request_of_the_contract_is_not_touched_by_it():
    assert decided(an_order(), *a_request().lines).lines[0].keep_item is False
