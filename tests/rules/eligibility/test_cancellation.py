import pytest

from returns_engine.rules.words import OrderStatus
from tests.rules.eligibility.cases import (
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    at,
    decided,
    given,
    taken,
    the_line,
    the_rule,
)

STARTED = at("2026-02-25T09:00")


def cancelled(order, *lines, **how):
    return the_line(order, *lines, kind="cancellation", **how)


class TestCancellation:
    def test_accepts_what_was_not_shipped(self):
        line = cancelled(an_order(parcels=[]), asking(quantity=2))

        assert line.verdict == "eligible"
        assert answers(line)["order_state"] == ("pass", "order_ok")
        assert the_rule(line, "order_state").clause == "cancellation.before_shipping"
        assert line.window is None
        assert line.resolutions == ("refund",)
        assert taken(line) == [(None, 2)]

    def test_hears_order_state_and_quantity_alone(self):
        line = cancelled(an_order(a_line(kind="gift_card"), parcels=[], country="CA"))

        others = {name: said for name, said in answers(line).items() if said[1] != "not_applicable"}
        assert others == {"order_state": ("pass", "order_ok"), "quantity": ("pass", "quantity_ok")}

    def test_counts_units_not_shipped(self):
        order = an_order(a_line(quantity=3), parcels=[a_parcel(L1=1)])

        assert answers(cancelled(order, asking(quantity=2)))["quantity"][0] == "pass"
        assert answers(cancelled(order, asking(quantity=3)))["quantity"] == (
            "fail",
            "exceeds_returnable",
        )

    def test_counts_off_what_was_cancelled_before(self):
        line = cancelled(an_order(parcels=[]), asking(quantity=2), history={"L1": given(1)})

        assert answers(line)["quantity"] == ("fail", "exceeds_returnable")
        assert taken(line) == [(None, 1)]

    def test_refuses_what_was_shipped(self):
        line = cancelled(an_order())

        assert answers(line)["order_state"] == ("pass", "order_ok")
        assert answers(line)["quantity"] == ("fail", "exceeds_returnable")
        assert line.verdict == "ineligible"

    def test_leaves_a_cover_in_production_to_a_person(self):
        order = an_order(a_line(kind="custom"), parcels=[], production_started_at=STARTED)
        line = cancelled(order)

        assert answers(line)["order_state"] == ("review", "in_production")
        assert the_rule(line, "order_state").clause == "cancellation.production"
        assert line.verdict == "needs_review"

    @pytest.mark.parametrize("kind", ["stock", "personalized", "special_order", "gift_card"])
    def test_is_not_held_up_by_production_of_anything_else(self, kind):
        order = an_order(a_line(kind=kind), parcels=[], production_started_at=STARTED)

        assert cancelled(order).verdict == "eligible"

    def test_accepts_a_custom_cover_before_production(self):
        assert cancelled(an_order(a_line(kind="custom"), parcels=[])).verdict == "eligible"

    def test_refuses_where_there_is_nothing_to_cancel(self):
        unpaid = cancelled(an_order(parcels=[], paid_at=None))
        canceled = cancelled(an_order(parcels=[], status=OrderStatus.CANCELED))

        assert answers(unpaid)["order_state"] == ("fail", "order_unpaid")
        assert answers(canceled)["order_state"] == ("fail", "order_canceled")

    def test_gives_the_shipping_back_pro_rata(self):
        order = an_order(parcels=[], shipping=900, shipping_tax=100)
        estimate = decided(order, kind="cancellation").refund_estimate

        assert (estimate.items, estimate.tax, estimate.shipping) == (12995, 1039, 500)
        assert estimate.total == 14534


class TestDeliveryProblem:
    def asked(self, order=None, *, why="not_received", **how):
        return the_line(order, asking(why=why), kind="delivery_problem", **how)

    @pytest.mark.parametrize(
        ("reason", "clause"),
        [
            ("not_received", "delivery.missing"),
            ("undeliverable", "delivery.choice"),
            ("late", "delivery.missing"),
        ],
    )
    def test_is_always_looked_at_by_a_person(self, reason, clause):
        line = self.asked(why=reason)

        assert line.verdict == "needs_review"
        assert the_rule(line, "order_state").clause == clause
        assert line.resolutions == ("refund", "replacement")
        assert line.window is None

    def test_hears_order_state_quantity_and_destination_alone(self):
        silent = [name for name, said in answers(self.asked()).items() if said[1].startswith("not")]

        assert silent == ["return_window", "condition", "exclusions", "warranty", "photos"]

    def test_is_refused_where_nothing_was_shipped(self):
        line = self.asked(an_order(parcels=[]))

        assert answers(line)["order_state"] == ("fail", "not_shipped")

    def test_counts_units_shipped(self):
        order = an_order(a_line(quantity=3), parcels=[a_parcel(L1=1)])
        line = the_line(order, asking(quantity=2, why="late"), kind="delivery_problem")

        assert answers(line)["quantity"] == ("fail", "exceeds_returnable")

    def test_asks_for_the_parcel_that_nobody_saw_arrive(self):
        parcels = [a_parcel("S1", L1=1), a_parcel("S2", delivered=None, L1=1)]

        assert taken(self.asked(an_order(parcels=parcels))) == [("S2", 1)]

    def test_looks_abroad_too(self):
        assert answers(self.asked(an_order(country="CA")))["destination"] == ("review", "abroad")

    def test_gives_all_the_money_back(self):
        order = an_order(a_line(quantity=1), shipping=1000)
        decision = decided(order, asking(why="undeliverable"), kind="delivery_problem")

        assert decision.refund_estimate.shipping == 1000
