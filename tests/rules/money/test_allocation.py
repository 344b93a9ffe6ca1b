import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.money.allocation import ImpossibleSplit, allocate, entitled, step

AMOUNTS = st.integers(0, 10**9)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)
STEPS = st.sampled_from([1, 10, 100])


class TestAllocate:
    def test_gives_the_missing_units_to_the_largest_remainders(self):
        assert allocate(1000, [1999, 500, 7501]) == [200, 50, 750]

    def test_gives_ties_to_the_first_lines(self):
        assert allocate(100, [1] * 7) == [15, 15, 14, 14, 14, 14, 14]

    def test_gives_nothing_to_a_line_that_weighs_nothing(self):
        assert allocate(7, [0, 1, 0, 1]) == [0, 4, 0, 3]

    def test_gives_what_is_smaller_than_a_step_to_the_next_in_line(self):
        assert allocate(25, [1, 1, 1], 10) == [10, 10, 5]

    def test_of_nothing_is_nothing(self):
        assert allocate(0, [0, 0]) == [0, 0]
        assert allocate(0, []) == []

    @pytest.mark.parametrize(("total", "weights"), [(1, [0, 0]), (1, []), (-1, [1]), (1, [-1, 2])])
    def test_refuses_what_cannot_be_split(self, total, weights):
        with pytest.raises(ImpossibleSplit):
            allocate(total, weights)

    @given(AMOUNTS, WEIGHTS, STEPS)
    def test_always_adds_up(self, total, weights, quantum):
        assert sum(allocate(total, weights, quantum)) == total

    @given(AMOUNTS, WEIGHTS, STEPS)
    def test_is_never_a_step_away_from_the_exact_share(self, steps, weights, quantum):
        total = steps * quantum
        whole = sum(weights)

        for share, weight in zip(allocate(total, weights, quantum), weights, strict=True):
            assert share % quantum == 0
            assert abs(share * whole - total * weight) < quantum * whole


class TestEntitled:
    def test_floors_and_leaves_the_remainder_to_the_last_unit(self):
        assert [entitled(1000, units, 3) for units in range(4)] == [0, 333, 666, 1000]

    def test_keeps_the_step_of_the_currency(self):
        assert [entitled(10000, units, 3, 10) for units in range(4)] == [0, 3330, 6660, 10000]

    @pytest.mark.parametrize(
        ("amount", "units", "of"), [(1, 2, 1), (1, -1, 1), (1, 0, 0), (-1, 1, 1)]
    )
    def test_refuses_what_cannot_be(self, amount, units, of):
        with pytest.raises(ImpossibleSplit):
            entitled(amount, units, of)

    @given(AMOUNTS, st.integers(1, 50), STEPS, st.data())
    def test_never_takes_anything_back(self, amount, of, quantum, data):
        after = data.draw(st.integers(0, of))
        before = data.draw(st.integers(0, after))

        assert step(amount, before, after, of, quantum) >= 0
