"""The readings of what the published texts leave open, a golden test a row (B-1 to B-33)."""

from datetime import timedelta

from returns_engine.rules.delivery_evidence import KnownDelivery, replaces
from returns_engine.rules.words import Evidence
from tests.rules.eligibility.cases import (
    EKR,
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    at,
    decided,
    the_line,
    the_rule,
)

CUSTOM = a_line(kind="custom")


class TestReadings:
    def test_b1_no_evidence_no_lateness(self):
        line = the_line(an_order(parcels=[a_parcel(delivered=None)]), as_of="2030-01-01T12:00")

        assert answers(line)["return_window"] == ("review", "delivery_unknown")

    def test_b2_the_request_decides_and_not_the_confirmation(self):
        assert the_line(as_of="2026-03-31T23:59").verdict == "eligible"
        assert EKR.says("settlement").startswith("A settlement is final")

    def test_b3_gift_cards_stay_and_nothing_else_is_kept_by_that_sentence(self):
        assert the_line(an_order(a_line(kind="gift_card"))).verdict == "ineligible"
        assert the_line().verdict == "eligible"

    def test_b4_custom_is_kept_from_a_change_of_mind_alone(self):
        mind = the_line(an_order(CUSTOM))
        fault = the_line(an_order(CUSTOM), asking(why="wrong_item", photos=1))
        late = the_line(an_order(CUSTOM), asking(why="defective"), as_of="2026-06-01T12:00")

        assert answers(mind)["exclusions"] == ("fail", "custom_item")
        assert fault.verdict == "eligible"
        assert fault.resolutions == ("refund", "replacement", "exchange")
        assert [other.kind for other in late.alternatives] == ["warranty"]

    def test_b5_custom_can_be_cancelled_until_production_starts(self):
        before = an_order(CUSTOM, parcels=[])
        after = an_order(CUSTOM, parcels=[], production_started_at=at("2026-02-25T12:00"))

        assert the_line(before, kind="cancellation").verdict == "eligible"
        assert the_line(after, kind="cancellation").verdict == "needs_review"

    def test_b6_stock_is_looked_at_custom_is_replaced(self):
        asked = asking(why="seam_failure", photos=1)

        assert the_line(an_order(), asked, kind="warranty").verdict == "needs_review"
        assert the_line(an_order(CUSTOM), asked, kind="warranty").verdict == "eligible"

    def test_b7_people_s_damage_is_excluded_and_doubt_goes_to_a_person(self):
        spilled = the_line(an_order(CUSTOM), asking(why="spill", photos=1), kind="warranty")
        unclear = the_line(an_order(CUSTOM), asking(why="unclear", photos=1), kind="warranty")

        assert spilled.verdict == "ineligible"
        assert unclear.verdict == "needs_review"

    def test_b9_two_dates_are_promised_and_never_one_alone(self):
        assert EKR.refund.promise_business_days == (3, 5)
        assert EKR.refund.bank_business_days == (5, 10)
        assert "5 to 10 more" in EKR.says("refund.time")

    def test_b11_the_gift_is_the_merchants_own_word(self):
        assert EKR.compensation.gift == "phone case"

    def test_b13_the_label_is_ours_and_nothing_is_deducted(self):
        assert the_line().postage == "merchant"
        assert decided().refund_estimate.fees == 0
        assert (EKR.label.fee, EKR.refund.restocking_bps) == (0, 0)

    def test_b16_telling_late_is_a_hint_and_never_a_refusal(self):
        line = the_line(None, asking(why="defective", photos=1), as_of="2026-03-31T23:00")

        assert line.window.day > EKR.prompt_report_days
        assert line.verdict == "eligible"

    def test_b18_trying_the_fit_is_fine(self):
        line = the_line(None, asking(unused=False))

        assert the_rule(line, "condition").says == (
            "It must not have been used; trying the fit is fine."
        )

    def test_b19_and_b33_an_unused_label_is_a_reminder(self):
        assert EKR.label.expires_days == 14
        assert "not refused" in EKR.says("return.label.reminder")

    def test_b20_shipping_goes_back_for_our_fault_alone(self):
        order = an_order(shipping=1000)

        assert decided(order).refund_estimate.shipping == 0
        assert decided(order, asking(why="wrong_item")).refund_estimate.shipping == 500

    def test_b26_abroad_is_looked_at(self):
        assert the_line(an_order(country="DE")).verdict == "needs_review"

    def test_b32_every_clause_says_where_it_is_from(self):
        assert {clause.source for clause in EKR.clauses.values()} == {"published", "reading"}
        assert all(
            clause.source == "reading" or clause.statements for clause in EKR.clauses.values()
        )


class TestTheEvidenceClock:
    SCAN, SAID, GUESS = Evidence.CARRIER_SCAN, Evidence.CUSTOMER_STATEMENT, Evidence.ESTIMATE

    def known(self, evidence, day=0):
        return KnownDelivery(at=at("2026-03-01T12:00") + timedelta(days=day), evidence=evidence)

    def test_takes_a_stronger_word(self):
        assert replaces(self.known(self.SCAN, 1), self.known(self.GUESS))
        assert replaces(self.known(self.SCAN), self.known(None))

    def test_takes_no_weaker_word_but_the_customers_later_one(self):
        assert not replaces(self.known(self.GUESS, 5), self.known(self.SCAN))
        assert replaces(self.known(self.SAID, 1), self.known(self.SCAN))
        assert not replaces(self.known(self.SAID, -1), self.known(self.SCAN))

    def test_never_moves_to_the_customers_loss(self):
        assert not replaces(self.known(self.SCAN, -1), self.known(self.GUESS))

    def test_begins_with_the_first_word_and_forgets_nothing(self):
        assert replaces(self.known(self.GUESS), None)
        assert not replaces(None, self.known(self.GUESS))

    def test_leaves_the_same_word_alone(self):
        assert not replaces(self.known(self.SCAN), self.known(self.SCAN))
