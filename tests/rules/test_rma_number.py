import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.rma_number import (
    RANDOM_BITS,
    is_rma_number,
    new_rma_number,
    normalize_rma_number,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = st.integers(0, 2**RANDOM_BITS - 1)


class TestNewNumber:
    @given(BITS)
    def test_has_the_form_of_the_contract(self, bits):
        assert re.fullmatch(r"RMA-[0-9A-HJKMNP-TV-Z]{8}", new_rma_number(bits))

    @given(BITS, BITS)
    def test_differs_where_the_bits_differ(self, one, other):
        assert (new_rma_number(one) == new_rma_number(other)) is (one == other)

    @pytest.mark.parametrize("bits", [-1, 2**RANDOM_BITS])
    def test_refuses_bits_that_do_not_fit(self, bits):
        with pytest.raises(ValueError, match="35 bits"):
            new_rma_number(bits)

    def test_is_the_same_in_every_version(self):
        assert new_rma_number(123456789) == "RMA-03NQK8N1"


class TestCheckCharacter:
    @given(BITS)
    def test_notices_every_single_wrong_character(self, bits):
        number = new_rma_number(bits)
        for place in range(4, 12):
            for wrong in set(ALPHABET) - {number[place]}:
                assert not is_rma_number(number[:place] + wrong + number[place + 1 :])

    @given(BITS)
    def test_notices_every_swap_of_two_characters(self, bits):
        number = new_rma_number(bits)
        for first in range(4, 12):
            for second in range(first + 1, 12):
                swapped = list(number)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                assert is_rma_number("".join(swapped)) is (number[first] == number[second])


class TestNormalize:
    @given(BITS, st.randoms(use_true_random=False))
    def test_reads_what_a_person_would_type(self, bits, chance):
        number = new_rma_number(bits)
        looks = {"0": "0oO", "1": "1iIlL"}
        typed = "".join(
            chance.choice(looks.get(char, char + char.lower())) + chance.choice(["", " ", "-"])
            for char in number
        )

        assert normalize_rma_number(f" {typed}\n") == number

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "RMA",
            "RMA-",
            "03NQK8N1",
            "RMA-03NQK8N",
            "RMA-03NQK8N11",
            "RMA-03NQK8N2",
            "RMA-U3NQK8N1",
            "XMA-03NQK8N1",
            "RMA-03NQK8Nı",
            "RMA-03NQK8N١",
            "RMA.03NQK8N1",
        ],
    )
    def test_knows_what_is_none(self, text):
        assert normalize_rma_number(text) is None
        assert not is_rma_number(text)

    def test_tells_the_written_form_from_other_spellings(self):
        assert is_rma_number("RMA-03NQK8N1")
        assert not is_rma_number("rma-03nqk8n1")
        assert not is_rma_number("RMA03NQK8N1")

    def test_takes_the_dashes_that_phones_put_in(self):
        assert normalize_rma_number("rma\u201303nq\u2014k8nl") == "RMA-03NQK8N1"

    @given(st.text())
    def test_is_total(self, text):
        number = normalize_rma_number(text)
        assert number is None or is_rma_number(number)
