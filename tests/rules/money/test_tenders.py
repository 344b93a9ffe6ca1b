from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.money.tenders import Tender, available, split_over

ROOMS = st.lists(st.integers(0, 10**6), max_size=5)


def tenders(rooms):
    return [Tender(payment_id=f"P{i}", available=room) for i, room in enumerate(rooms)]


class TestAvailable:
    def test_is_what_was_captured_less_reserved_less_disputed(self):
        assert available(8000, 2500, 5000) == 500

    def test_is_never_below_zero(self):
        # A dispute may exceed its payment where the currency drifted.
        assert available(1000, 0, 1200) == 0


class TestSplitOver:
    def test_fills_the_first_payment_first(self):
        split = split_over(900, tenders([700, 500]))

        assert (split.parts, split.unallocated) == ({"P0": 700, "P1": 200}, 0)

    def test_says_what_found_no_place(self):
        split = split_over(900, tenders([700]))

        assert (split.parts, split.unallocated) == ({"P0": 700}, 200)

    def test_without_payments_places_nothing(self):
        assert split_over(900, [], pro_rata=True).unallocated == 900
        assert split_over(900, []).unallocated == 900

    def test_in_proportion_keeps_the_step(self):
        assert split_over(1000, tenders([3330, 6670]), pro_rata=True, quantum=10).parts == {
            "P0": 330,
            "P1": 670,
        }

    @given(st.integers(0, 10**6), ROOMS, st.booleans())
    def test_places_everything_and_never_more_than_fits(self, amount, rooms, pro_rata):
        split = split_over(amount, tenders(rooms), pro_rata=pro_rata)

        assert sum(split.parts.values()) + split.unallocated == amount
        for tender in tenders(rooms):
            assert 0 <= split.parts[tender.payment_id] <= tender.available
        assert split.unallocated == max(amount - sum(rooms), 0)

    @given(
        st.integers(0, 10**6),
        st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from([1, 10, 100])), max_size=5),
        st.booleans(),
    )
    def test_keeps_each_payments_own_steps(self, amount, payments, pro_rata):
        rooms = [
            Tender(payment_id=f"P{i}", available=room, step=step)
            for i, (room, step) in enumerate(payments)
        ]
        split = split_over(amount, rooms, pro_rata=pro_rata, quantum=10)

        assert sum(split.parts.values()) + split.unallocated == amount
        for tender in rooms:
            part = split.parts[tender.payment_id]
            assert 0 <= part <= tender.available
            assert part % tender.step == 0
        # What finds no place is smaller than each step that still has room for one.
        for tender in rooms:
            left = tender.available - split.parts[tender.payment_id]
            assert split.unallocated < tender.step or left < tender.step
