"""Every lifecycle by its table: the moves it has, and the refusal of every other."""

from itertools import product

import pytest

from returns_engine.rules.lifecycle import (
    compensation_states,
    opinion_states,
    parcel_states,
    permission,
    refund_states,
    replacement_states,
)
from returns_engine.rules.lifecycle.compensation_states import CompensationEvent, CompensationState
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed, advance
from returns_engine.rules.lifecycle.opinion_states import OpinionEvent, OpinionState
from returns_engine.rules.lifecycle.parcel_states import ParcelEvent, ParcelState
from returns_engine.rules.lifecycle.permission import PermissionEvent, PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundEvent, RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementEvent, ReplacementState

# The moves of the design, written a second time and in another form than the tables.
PERMISSION_MOVES = """
requested approve approved
requested review in_review
requested withdraw withdrawn
in_review approve approved
in_review dismiss approved
in_review decline declined
in_review request_info needs_info
in_review withdraw withdrawn
needs_info answer in_review
needs_info withdraw withdrawn
approved withdraw withdrawn
approved expire expired
approved appeal in_review
expired revive approved
declined appeal in_review
"""
REFUND_MOVES = """
proposed approve approved
proposed refuse refused
proposed cancel canceled
approved submit submitting
approved record succeeded
approved cancel canceled
submitting pend pending
submitting require_action requires_action
submitting succeed succeeded
submitting fail failed
submitting lose_answer unknown
submitting hear_pending pending
submitting hear_requires_action requires_action
submitting hear_succeeded succeeded
submitting hear_failed failed
submitting hear_canceled canceled
unknown hear_pending pending
unknown hear_requires_action requires_action
unknown hear_succeeded succeeded
unknown hear_failed failed
unknown hear_canceled canceled
unknown hear_nothing failed
pending hear_requires_action requires_action
pending hear_succeeded succeeded
pending hear_failed failed
pending hear_canceled canceled
requires_action hear_pending pending
requires_action hear_succeeded succeeded
requires_action hear_failed failed
requires_action hear_canceled canceled
succeeded hear_failed failed
succeeded hear_requires_action requires_action
succeeded come_back failed
failed hear_pending pending
failed hear_requires_action requires_action
failed hear_succeeded succeeded
failed retry submitting
failed pay_otherwise approved
failed cancel canceled
"""
REPLACEMENT_MOVES = """
planned await_stock awaiting_stock
awaiting_stock await_stock awaiting_stock
shipped ship shipped
planned order ordered
awaiting_stock order ordered
ordered ship shipped
shipped deliver delivered
planned cancel cancelled
awaiting_stock cancel cancelled
ordered cancel cancelled
"""
COMPENSATION_MOVES = """
proposed approve approved
proposed refuse refused
proposed lapse refused
approved lapse refused
approved give given
"""

PARCEL_MOVES = """
quarantined match matched
quarantined send_back sent_back
matched release quarantined
"""

OPINION_MOVES = """
asked agree agreed
asked disagree disputed
asked withdraw withdrawn
disputed decide decided
"""

MACHINES = {
    "opinion": (opinion_states.TABLE, OpinionState, OpinionEvent, OPINION_MOVES),
    "parcel": (parcel_states.TABLE, ParcelState, ParcelEvent, PARCEL_MOVES),
    "permission": (permission.TABLE, PermissionState, PermissionEvent, PERMISSION_MOVES),
    "refund": (refund_states.TABLE, RefundState, RefundEvent, REFUND_MOVES),
    "replacement": (
        replacement_states.TABLE,
        ReplacementState,
        ReplacementEvent,
        REPLACEMENT_MOVES,
    ),
    "compensation": (
        compensation_states.TABLE,
        CompensationState,
        CompensationEvent,
        COMPENSATION_MOVES,
    ),
}


def moves(text):
    """Return the written moves as {(state, event): state}, in words."""
    rows = [line.split() for line in text.split("\n") if line]
    return {(state, event): after for state, event, after in rows}


EVERY_MOVE = [
    pytest.param(table, state, event, moves(text).get((state, event)), id=f"{name}-{state}-{event}")
    for name, (table, states, events, text) in MACHINES.items()
    for state, event in product(states, events)
]


class TestEveryMove:
    @pytest.mark.parametrize(("table", "state", "event", "after"), EVERY_MOVE)
    def test_is_in_the_table_or_refused(self, table, state, event, after):
        if after is not None:
            assert advance(table, state, event) == after
            return
        with pytest.raises(TransitionNotAllowed) as refusal:
            advance(table, state, event)
        assert (refusal.value.state, refusal.value.action) == (state.value, event.value)
        assert type(refusal.value.state) is type(refusal.value.action) is str

    @pytest.mark.parametrize(
        ("table", "states", "events", "text"), list(MACHINES.values()), ids=MACHINES
    )
    def test_leads_somewhere_from_the_start(self, table, states, events, text):
        reached = {next(iter(states))}
        while more := {after for (state, _), after in table.items() if state in reached} - reached:
            reached |= more

        assert reached == set(states)
        assert {event for _, event in table} == set(events)
        assert len(table) == len(moves(text))


class TestPermission:
    def test_starts_as_a_request(self):
        assert permission.INITIAL is PermissionState.REQUESTED

    def test_comes_back_for_a_late_parcel(self):
        expired = permission.next_permission(PermissionState.APPROVED, PermissionEvent.EXPIRE)

        assert permission.next_permission(expired, PermissionEvent.REVIVE) == "approved"

    def test_never_leaves_withdrawn(self):
        assert not [key for key in permission.TABLE if key[0] is PermissionState.WITHDRAWN]


class TestRefund:
    def test_starts_as_a_proposal(self):
        assert refund_states.INITIAL is RefundState.PROPOSED

    def test_leaves_unknown_only_by_asking(self):
        ways = {event for state, event in refund_states.TABLE if state is RefundState.UNKNOWN}

        assert all(event.startswith("hear_") for event in ways)

    def test_reserves_money_from_its_approval_until_it_failed_or_was_called_off(self):
        assert set(RefundState) - refund_states.RESERVING == {
            RefundState.PROPOSED,
            RefundState.REFUSED,
            RefundState.FAILED,
            RefundState.CANCELED,
        }

    def test_is_called_again_only_after_a_proven_failure(self):
        ways = {key for key, after in refund_states.TABLE.items() if after == "submitting"}

        assert ways == {
            (RefundState.APPROVED, RefundEvent.SUBMIT),
            (RefundState.FAILED, RefundEvent.RETRY),
        }

    def test_counts_what_is_reserved(self):
        refunds = [(state, 100) for state in RefundState]

        assert refund_states.reserved(refunds) == 600

    def test_stays_as_it_is_when_asking_brings_no_news(self):
        for state in RefundState:
            assert refund_states.after_hearing(state, state) is state

    def test_believes_the_provider_about_a_late_failure(self):
        told = refund_states.after_hearing(RefundState.SUCCEEDED, RefundState.FAILED)

        assert told is RefundState.FAILED

    @pytest.mark.parametrize("told", [RefundState.PROPOSED, RefundState.UNKNOWN])
    def test_refuses_what_no_provider_can_tell(self, told):
        with pytest.raises(TransitionNotAllowed):
            refund_states.after_hearing(RefundState.PENDING, told)

    def test_refuses_news_of_a_refund_that_was_never_sent(self):
        with pytest.raises(TransitionNotAllowed):
            refund_states.after_hearing(RefundState.PROPOSED, RefundState.SUCCEEDED)

    def test_knows_an_event_for_every_answer(self):
        for after, event in refund_states.ANSWERED.items():
            assert refund_states.next_refund(RefundState.SUBMITTING, event) is after
        for after, event in refund_states.HEARD.items():
            assert refund_states.next_refund(RefundState.UNKNOWN, event) is after


class TestReplacement:
    def test_starts_as_a_plan(self):
        assert replacement_states.INITIAL is ReplacementState.PLANNED

    def test_cannot_be_called_off_once_it_left(self):
        with pytest.raises(TransitionNotAllowed):
            replacement_states.next_replacement(ReplacementState.SHIPPED, ReplacementEvent.CANCEL)


class TestParcel:
    def test_starts_in_quarantine(self):
        assert parcel_states.INITIAL is ParcelState.QUARANTINED

    def test_never_comes_back_once_it_left(self):
        assert not [key for key in parcel_states.TABLE if key[0] is ParcelState.SENT_BACK]
