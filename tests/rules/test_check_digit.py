import pytest

from returns_engine.rules.check_digit import check_digit_fits

NUMBERS = [
    "1Z999AA10123456784",
    "1Z8V92A70367203024",
    "1Z410E7W0392751591",
    "9400111202555842332669",
    "9405803699300124287899",
    "RB123456785GB",
    "RR473124829CN",
]


@pytest.mark.parametrize("printed", NUMBERS)
def test_fits_a_number_as_it_was_printed(printed):
    assert check_digit_fits(printed)


@pytest.mark.parametrize("printed", NUMBERS)
def test_finds_a_figure_that_was_mistyped(printed):
    typed = printed[:8] + str((int(printed[8]) + 1) % 10) + printed[9:]

    assert not check_digit_fits(typed)


@pytest.mark.parametrize("printed", ["123456789012", "JJD000390007823456789", "C11031500001879"])
def test_says_nothing_against_numbers_that_show_none(printed):
    assert check_digit_fits(printed)
