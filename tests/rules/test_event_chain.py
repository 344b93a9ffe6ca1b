from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.event_chain import (
    GENESIS,
    ChainedEvent,
    ChainFault,
    canonical_json,
    event_hash,
    salted_digest,
    verify_chain,
)


def a_chain(length=4):
    events, previous = [], GENESIS
    for sequence in range(1, length + 1):
        body = {"return": "RMA-1", "type": "note", "amount": sequence * 100}
        head = event_hash(previous, body)
        events.append(ChainedEvent(sequence=sequence, previous_hash=previous, hash=head, body=body))
        previous = head
    return events


def verify(events, whole):
    return verify_chain(events, count=len(whole), head=whole[-1].hash)


class TestEventHash:
    def test_does_not_depend_on_the_order_of_keys(self):
        one = event_hash(GENESIS, {"a": 1, "b": {"x": None, "y": [True, "ü"]}})
        other = event_hash(GENESIS, {"b": {"y": [True, "ü"], "x": None}, "a": 1})

        assert one == other
        assert len(one) == 64

    def test_depends_on_what_came_before(self):
        assert event_hash(GENESIS, {"a": 1}) != event_hash("1" * 64, {"a": 1})

    def test_tells_a_number_from_its_text(self):
        assert event_hash(GENESIS, {"a": 1}) != event_hash(GENESIS, {"a": "1"})

    def test_is_the_same_in_every_version(self):
        assert event_hash(GENESIS, {"amount": 13534, "type": "refund.approved"}) == (
            "f9073973c8cc6ad0ce982c43518b20f66e336c7a804447b6249cbd6be76a11d1"
        )

    @pytest.mark.parametrize(
        "value", [1.5, datetime(2026, 3, 1, tzinfo=UTC), {1: "a"}, b"x", [{"deep": 0.1}]]
    )
    def test_refuses_what_has_more_than_one_spelling(self, value):
        with pytest.raises(TypeError):
            canonical_json({"value": value})


class TestSaltedDigest:
    def test_depends_on_the_salt_and_on_the_text(self):
        assert salted_digest("salt", "Dana") == salted_digest(b"salt", "Dana")
        assert salted_digest("salt", "Dana") != salted_digest("other", "Dana")
        assert salted_digest("salt", "Dana") != salted_digest("salt", "Dane")
        # Salt and text cannot be cut elsewhere.
        assert salted_digest("ab", "c") != salted_digest("a", "bc")


class TestVerifyChain:
    def test_is_content_with_an_unbroken_chain(self):
        events = a_chain()

        assert verify(events, events) is None
        assert verify_chain(events) is None
        assert verify_chain([]) is None

    def test_finds_an_edit(self):
        events = a_chain()
        events[1] = replace(events[1], body=events[1].body | {"amount": 999})

        problem = verify_chain(events)
        assert (problem.sequence, problem.fault) == (2, ChainFault.EDITED)

    def test_finds_an_edit_that_was_hashed_again(self):
        events = a_chain()
        body = events[1].body | {"amount": 999}
        events[1] = replace(events[1], body=body, hash=event_hash(events[1].previous_hash, body))

        problem = verify_chain(events)
        assert (problem.sequence, problem.fault) == (3, ChainFault.BROKEN_LINK)

    def test_finds_a_gap(self):
        events = a_chain()
        del events[1]

        problem = verify_chain(events)
        assert (problem.sequence, problem.fault) == (2, ChainFault.GAP)

    def test_finds_a_wrong_order(self):
        events = a_chain()
        events[1] = replace(events[1], sequence=1)

        assert verify_chain(events).fault is ChainFault.ORDER

    def test_finds_a_cut_tail_by_what_the_owner_remembers(self):
        events = a_chain()

        assert verify(events[:-1], events).fault is ChainFault.CUT_TAIL
        assert verify([], events).fault is ChainFault.CUT_TAIL
        assert verify_chain(events[:-1]) is None

    def test_finds_a_chain_written_anew_by_what_the_owner_remembers(self):
        other, previous = [], GENESIS
        for event in a_chain():
            body = event.body | {"amount": 1}
            head = event_hash(previous, body)
            other.append(replace(event, previous_hash=previous, hash=head, body=body))
            previous = head

        assert verify_chain(other) is None
        assert verify(other, a_chain()).fault is ChainFault.REWRITTEN

    def test_finds_an_event_behind_the_last_that_its_owner_knows(self):
        events = a_chain(5)

        problem = verify(events, events[:4])
        assert (problem.sequence, problem.fault) == (5, ChainFault.INSERTED)

    @given(st.integers(2, 6), st.data())
    def test_finds_any_deletion_and_any_swap(self, length, data):
        whole = a_chain(length)
        first = data.draw(st.integers(0, length - 2))
        second = data.draw(st.integers(first + 1, length - 1))
        without = whole[:first] + whole[first + 1 :]
        swapped = list(whole)
        swapped[first], swapped[second] = swapped[second], swapped[first]

        assert verify(without, whole) is not None
        assert verify(swapped, whole) is not None
