from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.value_given import ValueGiven

CAP = 2000


def value(paid=10_000, **given):
    nothing = {"refunded": 0, "outside": 0, "disputed": 0, "replaced": 0, "on_top": 0}
    return ValueGiven(**{"paid": paid, "charged": paid, "on_top_free": CAP, **nothing, **given})


class TestWhatIsGiven:
    def test_stays_within_what_was_paid_with_all_the_money_back(self):
        assert not value().goes_above(refunded=10_000)
        assert value().goes_above(refunded=10_001)

    def test_goes_above_with_goods_and_money_and_a_dispute(self):
        assert value(refunded=6000, replaced=4000).goes_above(refunded=1)
        assert value(disputed=6000).goes_above(replaced=4001)
        assert value(refunded=5000, disputed=3000).goes_above(replaced=2500)
        assert value(outside=9000).goes_above(refunded=1001)

    def test_has_a_coupon_on_top_within_the_cap(self):
        assert not value(on_top=CAP).goes_above(refunded=10_000)
        assert not value(refunded=10_000).goes_above(on_top=CAP)
        assert value(refunded=10_000).goes_above(on_top=CAP + 1)

    def test_lets_the_cap_be_passed_while_less_was_given_than_paid(self):
        assert not value(refunded=5000).goes_above(on_top=CAP + 5000)

    def test_does_not_ask_again_for_a_coupon_where_it_is_above_already(self):
        assert not value(refunded=12_000).goes_above(on_top=1000)

    def test_is_measured_by_the_parts_where_a_few_cents_less_were_paid(self):
        short = ValueGiven(
            paid=9995,
            charged=10_000,
            refunded=5000,
            outside=0,
            disputed=0,
            replaced=0,
            on_top=0,
            on_top_free=CAP,
        )

        assert not short.goes_above(replaced=5000)

    @given(st.lists(st.integers(0, 20_000), min_size=5, max_size=5), st.integers(0, 20_000))
    def test_asks_for_a_second_person_whenever_more_is_counted_than_paid(self, amounts, more):
        kinds = ("refunded", "outside", "disputed", "replaced", "on_top")
        given = value(**dict(zip(kinds, amounts, strict=True)))

        above = given.counted + more > given.paid and more > 0
        assert given.goes_above(refunded=more) is above
        assert given.goes_above(replaced=more) is above
        assert given.counted <= given.total
