import pytest

from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.request_check import RequestNotJudged, check_request
from returns_engine.rules.eligibility.resolutions import ResolutionNotOffered, chosen_resolutions
from returns_engine.rules.facts import LineRequest
from returns_engine.rules.words import Cause, Reason
from tests.rules.eligibility.cases import (
    EKR,
    a_line,
    a_request,
    an_order,
    asking,
    at,
    decided,
)


def faults(*lines, **how):
    request = a_request(*lines, **how)
    return [(error.pointer, error.code) for error in check_request(an_order(), request)]


class TestARequest:
    def test_can_be_judged_when_nothing_is_wrong(self):
        assert faults() == []

    def test_must_name_the_same_order(self):
        assert faults(order_number="EKR-1002") == [("/order_number", "order_number_differs")]

    def test_must_have_a_line(self):
        request = a_request()
        empty = type(request)(order_number="EKR-1001", kind=request.kind, lines=())

        (error,) = check_request(an_order(), empty)
        assert (error.pointer, error.code) == ("/lines", "no_lines")

    def test_must_name_lines_of_the_order(self):
        assert faults(asking(), asking("L9")) == [("/lines/1/line_id", "unknown_line")]

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_must_ask_for_one_unit_at_least(self, quantity):
        assert faults(asking(quantity=quantity)) == [("/lines/0/quantity", "quantity_below_1")]

    def test_must_give_a_reason(self):
        assert faults(asking(why=None)) == [("/lines/0/reason", "reason_missing")]

    def test_gives_a_cause_in_a_warranty_claim_alone(self):
        assert faults(asking(why="fading")) == [
            ("/lines/0/cause", "cause_not_allowed"),
            ("/lines/0/reason", "reason_missing"),
        ]
        assert faults(asking(why="fading"), kind="warranty") == []

    def test_gives_no_reason_in_a_warranty_claim(self):
        both = LineRequest(line_id="L1", quantity=1, reason=Reason.OTHER, cause=Cause.FADING)

        assert faults(both, kind="warranty") == [("/lines/0/reason", "reason_not_allowed")]
        assert faults(asking(), kind="warranty") == [
            ("/lines/0/cause", "cause_missing"),
            ("/lines/0/reason", "reason_not_allowed"),
        ]

    @pytest.mark.parametrize("reason", ["not_received", "undeliverable"])
    def test_speaks_of_what_never_came_in_delivery_problems_alone(self, reason):
        for kind in ("return", "cancellation"):
            assert faults(asking(why=reason), kind=kind) == [
                ("/lines/0/reason", "reason_not_allowed")
            ]
        assert faults(asking(why=reason), kind="delivery_problem") == []

    def test_may_be_late_in_a_return_and_in_a_delivery_problem(self):
        assert faults(asking(why="late")) == []
        assert faults(asking(why="late"), kind="delivery_problem") == []
        assert faults(asking(why="other"), kind="delivery_problem") == [
            ("/lines/0/reason", "reason_not_allowed")
        ]

    def test_tells_everything_that_is_wrong_at_once(self):
        codes = [code for _, code in faults(asking("L9", 0, None), order_number="X")]

        assert codes == [
            "order_number_differs",
            "unknown_line",
            "quantity_below_1",
            "reason_missing",
        ]

    def test_is_not_judged_while_it_is_wrong(self):
        with pytest.raises(RequestNotJudged, match="/lines/0/line_id"):
            decide(an_order(), a_request(asking("L9")), EKR, at("2026-03-30T12:00"))

    def test_is_not_judged_at_a_moment_without_a_zone(self):
        moment = at("2026-03-30T12:00").replace(tzinfo=None)

        with pytest.raises(ValueError, match="time zone"):
            decide(an_order(), a_request(), EKR, moment)


class TestTheChoice:
    def chosen(self, resolution, *lines, kind="return"):
        request = a_request(*lines, kind=kind, resolution=resolution)
        decision = decided(an_order(a_line(), a_line("L2")), *request.lines, kind=kind)
        return chosen_resolutions(decision, request)

    def test_is_offered_by_what_happened(self):
        ours = decided(None, asking(why="defective")).lines[0]

        assert ours.resolutions == ("refund", "replacement", "exchange")
        assert decided().lines[0].resolutions == ("refund", "exchange")

    def test_goes_to_the_lines_that_offer_it_and_the_others_get_refund(self):
        lines = asking("L1", why="changed_mind"), asking("L2", why="defective")

        assert self.chosen("replacement", *lines) == ("refund", "replacement")
        assert self.chosen("exchange", *lines) == ("exchange", "exchange")

    def test_is_what_a_line_offers_first_where_nobody_chose(self):
        assert self.chosen(None) == ("refund",)
        assert self.chosen(None, asking(why="fading"), kind="warranty") == ("replacement",)

    def test_is_refused_where_no_line_offers_it(self):
        with pytest.raises(ResolutionNotOffered):
            self.chosen("replacement")
        with pytest.raises(ResolutionNotOffered):
            self.chosen("refund", asking(why="fading"), kind="warranty")
