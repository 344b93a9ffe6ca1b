from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.name_likeness import ALIKE, likeness, names_in
from returns_engine.rules.parcel_suggestions import Candidate, Clue, KnownReturn, suggest


def a_return(number="RMA-1", **changes):
    return KnownReturn(
        **{"number": number, "state": "label_issued", "takes_parcels": True} | changes
    )


def an_order(number="EKR-1", *returns, **changes):
    values = {"names": ("Dana Reyes",), "goods": (("EKR-F150-BLK", "Seat covers, black"),)}
    return Candidate(order_number=number, returns=returns, **values | changes)


def found(*candidates, sender="", contents=""):
    return suggest(candidates, sender=sender, contents=contents)


class TestAName:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Dana Reyes", "dana reyes"),
            ("Dana Reyes", "Reyes, Dana"),
            ("Zoë Müller-Lüdenscheidt", "Zoe Muller Ludenscheidt"),
            ("Dana Reyes", "Dana Reyez"),
            ("山田 太郎", "太郎 山田"),
        ],
    )
    def test_is_known_however_it_is_spelled(self, one, other):
        assert likeness(one, other) >= ALIKE

    @pytest.mark.parametrize(
        ("one", "other"), [("Dana Reyes", "Dana Novak"), ("Dana Reyes", ""), ("", "")]
    )
    def test_is_not_another_ones(self, one, other):
        assert likeness(one, other) < ALIKE

    @given(st.text(), st.text())
    def test_is_as_like_one_way_as_none_or_all(self, one, other):
        assert 0 <= likeness(one, other) <= 1

    def test_is_looked_for_among_the_lines_of_an_address(self):
        names = names_in("FROM: Dana Reyes\n1 Main St, Chicago IL 60601")

        assert "dana reyes" in names
        assert not any("60601" in name for name in names)


class TestASuggestion:
    def test_says_every_reason_the_surest_first(self):
        known = a_return(clues=frozenset({Clue.RMA_NUMBER}))
        (one,) = found(
            an_order("EKR-1", known, clues=frozenset({Clue.POSTCODE})),
            sender="Dana Reyes, 60601",
            contents="black covers EKR-F150-BLK",
        )

        assert one.clues == (
            Clue.RMA_NUMBER,
            Clue.NAME,
            Clue.POSTCODE,
            Clue.SKU,
            Clue.TITLE,
        )

    def test_prefers_an_open_return_where_all_else_is_equal(self):
        clues = frozenset({Clue.POSTCODE})
        closed = a_return("RMA-2", state="withdrawn", takes_parcels=False)
        orders = [
            an_order("EKR-2", closed, clues=clues),
            an_order("EKR-1", a_return("RMA-1"), clues=clues),
            an_order("EKR-3", clues=clues),
        ]

        for order in permutations(orders):
            assert found(*order)[0].return_number == "RMA-1"

    def test_puts_a_number_on_the_parcel_above_a_mere_neighbour(self):
        withdrawn = a_return(
            "RMA-2", state="withdrawn", takes_parcels=False, clues=frozenset({Clue.RMA_NUMBER})
        )
        first, second = found(
            an_order("EKR-1", a_return("RMA-1"), clues=frozenset({Clue.POSTCODE})),
            an_order("EKR-2", withdrawn),
        )

        assert (first.return_number, first.takes_parcels) == ("RMA-2", False)
        assert second.return_number == "RMA-1"

    def test_names_an_order_by_itself_where_nobody_asked_for_a_return(self):
        (one,) = found(an_order("EKR-1", clues=frozenset({Clue.OUR_SHIPMENT})))

        assert (one.order_number, one.return_number, one.state) == ("EKR-1", None, None)

    def test_names_what_was_withdrawn_only_where_nothing_of_the_order_is_open(self):
        withdrawn = a_return("RMA-1", state="withdrawn", takes_parcels=False)
        clues = frozenset({Clue.EMAIL})

        assert [
            one.return_number
            for one in found(an_order("E", a_return("RMA-2"), withdrawn, clues=clues))
        ] == ["RMA-2"]
        assert [one.return_number for one in found(an_order("E", withdrawn, clues=clues))] == [
            "RMA-1"
        ]

    def test_is_likely_by_more_than_many_share(self):
        weak = frozenset({Clue.POSTCODE})
        (one,) = found(an_order("E", clues=weak), contents="covers")
        (two,) = found(an_order("E", clues=weak), sender="Dana Reyes")

        assert (one.likely, two.likely) == (False, True)

    def test_is_none_without_a_clue(self):
        assert found(an_order("EKR-1", a_return()), sender="Lee Novak", contents="a toaster") == []

    def test_are_ten_at_most(self):
        clues = frozenset({Clue.POSTCODE})
        orders = [an_order(f"EKR-{n}", a_return(f"RMA-{n}"), clues=clues) for n in range(30)]

        assert len(found(*orders)) == 10
