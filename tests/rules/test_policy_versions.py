"""Which version of a policy answers, and what another one would have answered."""

from dataclasses import replace

import pytest

from returns_engine.rules.eligibility.warranty_end import warranty_end
from returns_engine.rules.policy import Policy, Replaced
from returns_engine.rules.policy_flip import policy_flip
from returns_engine.rules.words import Verdict
from tests.rules.eligibility.cases import EKR, a_line, an_order, asking, at, decided

LONGER = replace(EKR, version=2, return_window_days=45)
BEFORE, AFTER = "2026-02-19T00:00:00Z", "2026-02-21T00:00:00Z"
"""The order of these tests was placed on 20 February."""


def since(moment: str, policy: Policy = LONGER, *, older: Policy = EKR) -> Policy:
    return replace(policy, replaces=Replaced(policy=older, since=at(moment)))


class TestAnOrder:
    @pytest.mark.parametrize(("begins", "version"), [(BEFORE, 2), (AFTER, 1)])
    def test_is_judged_by_the_version_it_was_placed_under(self, begins: str, version: int):
        """B-2."""
        late = decided(as_of="2026-04-10T08:00", policy=since(begins))

        assert late.policy_version == version
        assert late.verdict is (Verdict.ELIGIBLE if version == 2 else Verdict.INELIGIBLE)

    def test_of_the_very_moment_is_judged_by_the_new_one(self):
        assert decided(policy=since("2026-02-20T15:04:05Z")).policy_version == 2

    def test_finds_its_version_among_many(self):
        third = since("2026-02-20T12:00:00Z", replace(EKR, version=3), older=since(BEFORE))
        fourth = since(AFTER, replace(EKR, version=4), older=third)

        assert decided(policy=fourth).policy_version == 3
        assert [one.version for one in fourth.versions()] == [4, 3, 2, 1]

    def test_pays_the_fees_of_its_version(self):
        costly = replace(EKR, version=2, refund=replace(EKR.refund, restocking_bps=1000))

        before, after = (decided(policy=since(when, costly)) for when in (AFTER, BEFORE))
        assert before.refund_estimate.fees == 0
        assert after.refund_estimate.fees > 0

    def test_keeps_the_warranty_of_its_version(self):
        shorter = replace(EKR, version=2, warranty=replace(EKR.warranty, years=1))
        order = an_order(a_line(kind="custom"))

        ends = [
            warranty_end(order, order.lines[0], ["S1"], since(when, shorter)).year
            for when in (AFTER, BEFORE)
        ]
        assert ends == [2028, 2027]


def flip(before: Policy, after: Policy, **asked):
    return policy_flip(decided(policy=before, **asked), decided(policy=after, **asked))


class TestAFlip:
    def test_is_none_where_the_same_is_decided(self):
        assert flip(EKR, EKR) is None

    def test_is_none_where_only_the_days_of_the_window_are_others(self):
        assert flip(EKR, LONGER) is None

    @pytest.mark.parametrize("policies", [(EKR, LONGER), (LONGER, EKR)])
    def test_names_the_clause_that_makes_the_difference_both_ways(self, policies):
        turned = policies[0] is LONGER
        flipped = flip(*policies, as_of="2026-04-10T08:00")

        (line,) = flipped.lines
        assert (line.clause, line.asked) == ("return.window", "changed_mind")
        assert (line.before, line.after)[turned] is Verdict.INELIGIBLE
        told = "the last day was 31 March 2026" if turned else f"of {LONGER.return_window_days}"
        assert told in line.because
        sums = (flipped.refund_before, flipped.refund_after)
        assert sums[turned] == 0
        assert flipped.difference == (-14034 if turned else 14034)

    def test_is_one_of_money_alone_where_the_verdict_stays(self):
        costly = replace(EKR, refund=replace(EKR.refund, restocking_bps=1000))
        flipped = flip(EKR, costly)

        assert flipped.lines == ()
        assert flipped.difference < 0

    def test_tells_what_no_longer_needs_a_look(self):
        no_photos = replace(EKR, photo_reasons=frozenset())
        asked = [asking(why="defective")]
        before, after = (decided(None, *asked, policy=policy) for policy in (EKR, no_photos))

        (line,) = policy_flip(before, after).lines
        assert (line.before, line.after) == (Verdict.NEEDS_REVIEW, Verdict.ELIGIBLE)
        assert line.clause == next(
            rule.clause for rule in after.lines[0].rules if rule.rule == "photos"
        )
