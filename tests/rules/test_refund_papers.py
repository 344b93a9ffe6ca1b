"""Numbers and stages of the papers that a refund has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.certificate_code import (
    RANDOM_BITS,
    certificate_code,
    grouped_code,
    normalize_certificate_code,
)
from returns_engine.rules.credit_note_number import Counted, next_number, standing_number
from returns_engine.rules.lifecycle.refund_stages import STAGE_OF, Standing, stages
from returns_engine.rules.lifecycle.refund_states import RefundState

LATER, DAY = date(2026, 4, 30), date(2026, 4, 29)
S = RefundState


class TestANumberOfACreditNote:
    @given(st.lists(st.integers(2025, 2028), min_size=1, max_size=60))
    def test_leaves_no_gap_in_any_year_whatever_the_clock_does(self, years):
        last, given_out = Counted(year=0, place=0), []
        for year in years:
            last = next_number(last, year)
            given_out.append((last.year, last.place))

        assert given_out == sorted(given_out)
        for year in {year for year, _ in given_out}:
            places = [place for of, place in given_out if of == year]
            assert places == list(range(1, len(places) + 1))

    def test_is_written_with_six_digits_and_more_where_they_do_not_suffice(self):
        assert Counted(year=2026, place=123).number == "CN-2026-000123"
        assert Counted(year=2026, place=1234567).number == "CN-2026-1234567"

    def test_of_a_refund_is_the_last_that_was_issued_though_it_was_reversed(self):
        first = {"number": "CN-2026-000001", "reverses": None}
        taken_back = {"number": "CN-2026-000002", "reverses": "CN-2026-000001"}

        assert standing_number([]) is None
        assert standing_number([first, taken_back]) == "CN-2026-000001"


class TestACodeOfACertificate:
    @given(st.integers(0, 2**RANDOM_BITS - 1))
    def test_is_read_however_it_is_typed(self, bits):
        code = certificate_code(bits)

        for typed in (code, grouped_code(code), grouped_code(code).lower().replace("-", " ")):
            assert normalize_certificate_code(typed) == code

    def test_cannot_be_guessed(self):
        assert RANDOM_BITS >= 75

    @pytest.mark.parametrize("typed", ["", "RC", "RMA-7K3M9QXC", "RC-000000000000000U", "РC-1"])
    def test_is_not_made_of_just_anything(self, typed):
        assert normalize_certificate_code(typed) is None


class TestTheStagesOfARefund:
    def test_are_told_of_every_state(self):
        assert set(STAGE_OF) == set(RefundState)

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            (S.APPROVED, "done now later later"),
            (S.SUBMITTING, "done now later later"),
            (S.UNKNOWN, "done now later later"),
            (S.PENDING, "done done now later"),
            (S.SUCCEEDED, "done done done now"),
            (S.REQUIRES_ACTION, "done done stopped later"),
            (S.FAILED, "done stopped later later"),
            (S.PROPOSED, ""),
            (S.REFUSED, ""),
            (S.CANCELED, ""),
        ],
    )
    def test_are_done_one_after_the_other_or_stopped(self, state, told):
        assert " ".join(one.standing for one in stages(state, bank_by=DAY, today=DAY)) == told

    def test_never_claim_that_money_arrived(self):
        *_, last = stages(S.SUCCEEDED, bank_by=DAY, today=LATER)

        assert last.standing is Standing.EXPECTED
