import pytest

from returns_engine.texts.carriers import carrier_of_number


@pytest.mark.parametrize(
    ("printed", "carrier"),
    [
        ("1Z999AA10123456784", "ups"),
        ("9400100000000000000000", "usps"),
        ("LZ123456789US", "usps"),
        ("9612345678901234567890", "fedex"),
        ("JJD000390007823456789", "dhl"),
        # Twelve digits are of UPS, FedEx or DHL; ten of DHL or somebody else.
        ("123456789012", None),
        ("1234567890", None),
        ("1Z999AA1012345678", None),
        ("X1Z999AA10123456784", None),
        ("GLS12345", None),
    ],
)
def test_a_carrier_is_known_by_a_number_that_no_other_prints(printed, carrier):
    assert carrier_of_number(printed) == carrier
