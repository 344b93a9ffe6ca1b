import pytest

from returns_engine.texts.carriers import CARRIERS, OTHER_CARRIER, carrier_of_number, may_print


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


@pytest.mark.parametrize(
    ("carrier", "printed"),
    [
        ("ups", "1Z999AA10123456784"),
        ("ups", "123456789012"),
        ("usps", "9400111899223197428490"),
        ("usps", "92748931507708513018050063"),
        ("usps", "RB123456785GB"),
        ("fedex", "041441760228964"),
        ("fedex", "1001921334250001000300779017972697"),
        ("dhl", "3318810025"),
        ("dhl", "GM295117494011169042"),
        (OTHER_CARRIER, "C11031500001879"),
        (OTHER_CARRIER, "12345"),
        ("gls", "ZW4D5G9X1"),
    ],
)
def test_a_number_is_taken_in_any_form_that_its_carrier_prints(carrier, printed):
    assert may_print(carrier, printed)


@pytest.mark.parametrize("printed", ["12345", "MYPARCEL", "1Z999AA1012345678", "HELLO12345"])
def test_what_no_carrier_of_ours_prints_is_a_number_of_none(printed):
    assert [word for word in CARRIERS if may_print(word, printed)] == []


@pytest.mark.parametrize("printed", ["MYPARCEL", "N/A", "AB12", "PARCEL1"])
def test_what_is_hardly_a_number_is_nobodys(printed):
    assert not may_print(OTHER_CARRIER, printed)
