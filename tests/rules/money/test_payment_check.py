import pytest

from returns_engine.rules.money.payment_check import Mismatch, mismatch_of

RIGHT = {"ours": 1000, "currency": "USD", "captured": True, "told": 1000, "told_currency": "usd"}


class TestAPayment:
    def test_is_right_where_amount_currency_and_capture_agree(self):
        assert mismatch_of(**RIGHT) is None

    @pytest.mark.parametrize(
        ("change", "mismatch"),
        [
            ({"told": 999}, Mismatch.AMOUNT),
            ({"told": 1001}, Mismatch.AMOUNT),
            ({"told_currency": "eur"}, Mismatch.CURRENCY),
            ({"captured": False}, Mismatch.NOT_CAPTURED),
            ({"captured": False, "told_currency": "eur", "told": 0}, Mismatch.NOT_CAPTURED),
            ({"told_currency": "eur", "told": 0}, Mismatch.CURRENCY),
        ],
    )
    def test_is_wrong_by_the_gravest_of_what_differs(self, change, mismatch):
        assert mismatch_of(**{**RIGHT, **change}) is mismatch
