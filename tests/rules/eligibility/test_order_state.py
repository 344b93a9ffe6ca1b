import pytest

from returns_engine.rules.words import OrderStatus
from tests.rules.eligibility.cases import a_line, a_parcel, an_order, answers, asking, the_line


def state(**facts):
    return answers(the_line(an_order(**facts)))["order_state"]


class TestOrderState:
    def test_passes_what_was_paid_for_and_shipped(self):
        assert state() == ("pass", "order_ok")

    def test_does_not_take_completed_for_delivered(self):
        line = the_line(an_order(parcels=[a_parcel(delivered=None)]))

        assert answers(line)["order_state"] == ("pass", "order_ok")
        assert answers(line)["return_window"] == ("review", "delivery_unknown")

    def test_refuses_a_canceled_order_first(self):
        assert state(status=OrderStatus.CANCELED, paid_at=None) == ("fail", "order_canceled")

    def test_refuses_an_order_that_is_not_paid_before_it_asks_for_a_shipment(self):
        assert state(paid_at=None, parcels=[]) == ("fail", "order_unpaid")

    def test_refuses_a_line_of_which_nothing_was_shipped(self):
        order = an_order(a_line(), a_line("L2"), parcels=[a_parcel(L2=2)])

        assert answers(the_line(order))["order_state"] == ("fail", "not_shipped")
        assert answers(the_line(order, asking("L2")))["order_state"] == ("pass", "order_ok")

    def test_leaves_an_unshipped_line_without_a_window(self):
        line = the_line(an_order(parcels=[]))

        assert line.window is None
        assert answers(line)["return_window"] == ("review", "delivery_unknown")
        assert line.verdict == "ineligible"

    @pytest.mark.parametrize("status", ["pending", "processing", "completed"])
    def test_goes_by_payment_and_parcels_whatever_the_merchant_calls_it(self, status):
        assert state(status=OrderStatus(status)) == ("pass", "order_ok")
