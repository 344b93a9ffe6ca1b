import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.quarantine_number import (
    RANDOM_BITS,
    new_quarantine_number,
    normalize_quarantine_number,
)
from returns_engine.rules.rma_number import RANDOM_BITS as RMA_BITS
from returns_engine.rules.rma_number import new_rma_number, normalize_rma_number

BITS = st.integers(0, 2**RANDOM_BITS - 1)


class TestAQuarantineNumber:
    @given(BITS)
    def test_is_short_and_has_a_prefix_of_its_own(self, bits):
        assert re.fullmatch(r"Q-[0-9A-HJKMNP-TV-Z]{7}", new_quarantine_number(bits))

    @given(BITS, st.integers(0, 2**RMA_BITS - 1))
    def test_is_never_taken_for_a_returns_nor_a_returns_for_it(self, bits, rma_bits):
        assert normalize_rma_number(new_quarantine_number(bits)) is None
        assert normalize_quarantine_number(new_rma_number(rma_bits)) is None

    @given(BITS)
    def test_is_read_in_any_case_with_or_without_its_dash(self, bits):
        number = new_quarantine_number(bits)

        for typed in (number.lower(), number.replace("-", " "), f" {number.replace('-', '')}\n"):
            assert normalize_quarantine_number(typed) == number

    @given(BITS, st.integers(2, 8))
    def test_notices_a_wrong_character(self, bits, place):
        number = new_quarantine_number(bits)
        for wrong in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {number[place]}:
            assert normalize_quarantine_number(number[:place] + wrong + number[place + 1 :]) is None

    @pytest.mark.parametrize("bits", [-1, 2**RANDOM_BITS])
    def test_refuses_bits_that_do_not_fit(self, bits):
        with pytest.raises(ValueError, match="30 bits"):
            new_quarantine_number(bits)

    def test_is_the_same_in_every_version(self):
        assert new_quarantine_number(123456789) == "Q-3NQK8N1"
