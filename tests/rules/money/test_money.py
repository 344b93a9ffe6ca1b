import pytest

from returns_engine.rules.money.money import (
    basis_points,
    common_step,
    decimal_text,
    exponent,
    floor_to,
    quantum,
)


class TestCurrency:
    @pytest.mark.parametrize(
        ("currency", "decimals", "step"),
        [
            ("USD", 2, 1),
            ("EUR", 2, 1),
            ("JPY", 0, 1),
            ("KRW", 0, 1),
            ("KWD", 3, 10),
            ("BHD", 3, 10),
            ("JOD", 3, 10),
            ("OMR", 3, 10),
            ("TND", 3, 10),
            ("ISK", 2, 100),
            ("UGX", 2, 100),
        ],
    )
    def test_has_the_decimals_and_the_step_of_the_provider(self, currency, decimals, step):
        assert (exponent(currency), quantum(currency)) == (decimals, step)

    def test_is_known_in_small_letters_too(self):
        assert (exponent("kwd"), quantum("kwd")) == (3, 10)


class TestDecimalText:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (13534, "USD", "135.34"),
            (5, "USD", "0.05"),
            (0, "EUR", "0.00"),
            (-101, "EUR", "-1.01"),
            (500, "JPY", "500"),
            (5120, "KWD", "5.120"),
            (700, "UGX", "7.00"),
        ],
    )
    def test_puts_the_point_where_the_currency_has_it(self, amount, currency, text):
        assert decimal_text(amount, currency) == text


class TestRounding:
    def test_goes_half_up(self):
        assert basis_points(4555, 1000) == 456

    def test_goes_half_up_to_the_step(self):
        assert basis_points(4610, 1500, 10) == 690
        assert basis_points(100, 1500, 10) == 20

    def test_floors_to_the_step(self):
        assert floor_to(1239, 10) == 1230

    def test_keeps_the_step_only_where_all_amounts_do(self):
        assert common_step(10, 20, 330, 0) == 10
        assert common_step(10, 20, 333) == 1
