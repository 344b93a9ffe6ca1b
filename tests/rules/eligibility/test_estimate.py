from dataclasses import replace

from returns_engine.rules.eligibility.estimate import estimate_by_wish
from returns_engine.rules.words import Resolution, ReturnKind
from tests.rules.eligibility.cases import (
    EKR,
    a_line,
    a_parcel,
    an_order,
    asking,
    decided,
    given,
)

AGAIN, MONEY = Resolution.REPLACEMENT, Resolution.REFUND


def parts(decision):
    estimate = decision.refund_estimate
    return estimate.items, estimate.tax, estimate.shipping, estimate.fees, estimate.total


def with_fees(*, restocking_bps=0, label_fee=0, paid_by="merchant"):
    return replace(
        EKR,
        refund=replace(EKR.refund, restocking_bps=restocking_bps),
        label=replace(EKR.label, fee=label_fee, paid_by=paid_by),
    )


class TestRefundEstimate:
    def test_sums_the_lines_that_are_not_ineligible(self):
        order = an_order(
            a_line("L1", quantity=1, unit_price=1000, tax=80),
            a_line("L2", quantity=1, unit_price=500, tax=40, kind="custom"),
            a_line("L3", quantity=1, unit_price=300, tax=24),
        )
        decision = decided(order, asking("L1"), asking("L2"), asking("L3", why="defective"))

        assert [line.verdict for line in decision.lines] == [
            "eligible",
            "ineligible",
            "needs_review",
        ]
        assert decision.verdict == "ineligible"
        assert parts(decision) == (1300, 104, 0, 0, 1404)

    def test_is_none_where_every_line_is_refused(self):
        assert decided(as_of="2026-05-01T12:00").refund_estimate is None

    def test_keeps_tax_that_is_inside_the_price_apart(self):
        order = an_order(a_line(quantity=1, unit_price=11900, tax=1900, tax_included=True))

        assert parts(decided(order)) == (10000, 1900, 0, 0, 11900)

    def test_tells_the_price_from_the_discount_whether_tax_is_inside_or_not(self):
        for inside, net in ((False, 11400), (True, 9500)):
            line = a_line(quantity=2, unit_price=11900, tax=3800, tax_included=inside)
            estimate = decided(an_order(line, discount=1000)).refund_estimate

            assert (estimate.price, estimate.discount) == (11900, 500)
            assert estimate.items == net
            assert estimate.price - estimate.discount == net + (1900 if inside else 0)

    def test_gives_the_last_unit_the_remainder(self):
        order = an_order(a_line(quantity=3, unit_price=1000, tax=100), discount=100)

        assert parts(decided(order))[:2] == (966, 33)
        assert parts(decided(order, history={"L1": given(S1=2)}))[:2] == (967, 34)

    def test_lets_entries_of_one_line_follow_each_other(self):
        order = an_order(a_line(quantity=3, unit_price=1000, tax=100), discount=100)
        decision = decided(order, asking(quantity=2), asking(why="other"))

        assert parts(decision) == (2900, 100, 0, 0, 3000)

    def test_keeps_the_shipping_at_a_change_of_mind(self):
        assert parts(decided(an_order(shipping=900, shipping_tax=72)))[2] == 0

    def test_gives_the_shipping_back_for_our_fault_by_value_its_tax_inside(self):
        order = an_order(
            a_line("L1", quantity=1, unit_price=3000, tax=0),
            a_line("L2", quantity=1, unit_price=1000, tax=500),
            shipping=900,
            shipping_tax=100,
        )

        assert parts(decided(order, asking("L1", why="defective")))[2] == 750
        assert parts(decided(order, asking("L2", why="defective")))[2] == 250

    def test_makes_the_shipping_whole_when_all_came_back_for_our_fault(self):
        order = an_order(a_line(quantity=3, unit_price=1000, tax=0), shipping=1000)
        first = decided(order, asking(why="defective"))
        rest = decided(
            order,
            asking(quantity=2, why="wrong_item"),
            history={"L1": given(S1=1, with_shipping=1)},
        )

        assert parts(first)[2] + parts(rest)[2] == 1000

    def test_shares_the_shipping_by_units_where_the_goods_cost_nothing(self):
        order = an_order(a_line(quantity=4, unit_price=0, tax=0), shipping=1000)

        assert parts(decided(order, asking(why="defective")))[2] == 250


class TestFees:
    def test_are_taken_off_where_the_policy_has_some(self):
        policy = with_fees(restocking_bps=1000, label_fee=500)
        order = an_order(a_line(quantity=1, unit_price=10000, tax=0))

        assert parts(decided(order, policy=policy)) == (10000, 0, 0, 1500, 8500)

    def test_are_never_taken_for_our_fault(self):
        policy = with_fees(restocking_bps=1000, label_fee=500)

        assert parts(decided(None, asking(why="defective"), policy=policy))[3] == 0

    def test_are_never_taken_for_a_cancellation(self):
        policy = with_fees(restocking_bps=1000, label_fee=500)
        decision = decided(an_order(parcels=[]), kind="cancellation", policy=policy)

        assert parts(decision)[3] == 0

    def test_never_make_a_refund_negative(self):
        order = an_order(a_line(quantity=1, unit_price=100, tax=0))

        assert parts(decided(order, policy=with_fees(label_fee=500))) == (100, 0, 0, 100, 0)

    def test_charge_only_the_lines_that_are_not_our_fault(self):
        policy = with_fees(restocking_bps=1000)
        order = an_order(
            a_line("L1", quantity=1, unit_price=10000, tax=0),
            a_line("L2", quantity=1, unit_price=10000, tax=0),
            parcels=[a_parcel(L1=1, L2=1)],
        )
        decision = decided(order, asking("L1"), asking("L2", why="defective"), policy=policy)

        assert parts(decision)[3] == 1000


class TestPostage:
    def test_is_the_merchants_under_this_policy(self):
        assert decided().lines[0].postage == "merchant"

    def test_is_the_customers_where_the_policy_says_so(self):
        assert decided(policy=with_fees(paid_by="customer")).lines[0].postage == "customer"


class TestEstimateByWish:
    def test_leaves_out_what_is_replaced_which_keeps_its_place(self):
        order = an_order(a_line(quantity=3, unit_price=1000, tax=100), discount=100)
        asked = [asking(why="wrong_item"), asking()]
        decision = decided(order, *asked)
        wishes = list(zip(decision.lines, (AGAIN, MONEY), strict=True))

        estimate = estimate_by_wish(order, ReturnKind.RETURN, wishes, EKR, {})

        after = decided(order, asking(), history={"L1": given(S1=1)}).refund_estimate
        assert estimate == after
        assert estimate.total < decision.refund_estimate.total

    def test_is_none_where_all_is_replaced(self):
        order = an_order()
        wishes = [(line, AGAIN) for line in decided(order).lines]

        assert estimate_by_wish(order, ReturnKind.RETURN, wishes, EKR, {}) is None
