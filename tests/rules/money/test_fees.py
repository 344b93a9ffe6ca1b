from returns_engine.rules.money.fees import deduct_fees


class TestFees:
    def test_are_never_more_than_the_refund(self):
        fees = deduct_fees(items=500, shipping=0, restocking_bps=1500, label_fee=795)

        assert (fees.restocking, fees.label) == (75, 795)
        assert (fees.refund, fees.waived, fees.charged) == (0, 370, 500)

    def test_do_not_restock_shipping(self):
        fees = deduct_fees(items=1000, shipping=499, restocking_bps=1000, label_fee=0)

        assert (fees.restocking, fees.refund) == (100, 1399)

    def test_round_a_label_finer_than_the_step_down(self):
        fees = deduct_fees(items=5000, shipping=0, restocking_bps=0, label_fee=1239, quantum=10)

        assert (fees.label, fees.refund) == (1230, 3770)
