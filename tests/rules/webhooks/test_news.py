from dataclasses import dataclass

from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.webhooks.event_types import EVENT_TYPES
from returns_engine.rules.webhooks.news import news_of


@dataclass(frozen=True, kw_only=True)
class Event:
    to_state: str | None = None
    refund: str | None = None


def told(*events: Event, after: int, before: Headline, now: Headline) -> list[tuple]:
    news = news_of(events, after=after, before=before, now=now)
    return [(one.type, one.state, one.sequence, one.refund) for one in news]


class TestTheTypes:
    def test_are_one_for_each_state_of_a_return_and_of_a_refund(self):
        states = [
            *(f"return.{state}" for state in Headline),
            *(f"refund.{state}" for state in RefundState),
        ]

        assert list(EVENT_TYPES) == states


class TestTheNews:
    def test_of_a_new_return_are_that_it_was_asked_for_and_what_came_of_it(self):
        asked, answered = Event(to_state="requested"), Event(to_state="approved")

        news = told(asked, answered, after=0, before=Headline.REQUESTED, now=Headline.APPROVED)
        assert news == [
            ("return.requested", "requested", 1, None),
            ("return.approved", "approved", 2, None),
        ]

    def test_of_a_return_that_waits_are_only_that_it_was_asked_for(self):
        news = told(Event(), after=0, before=Headline.REQUESTED, now=Headline.REQUESTED)

        assert [one[0] for one in news] == ["return.requested"]

    def test_name_the_refund_that_moved_by_its_place_in_the_record(self):
        moved = Event(to_state="succeeded", refund="r1")

        news = told(Event(), moved, after=7, before=Headline.SETTLING, now=Headline.CLOSED)
        assert news == [
            ("refund.succeeded", "succeeded", 9, "r1"),
            ("return.closed", "closed", 9, None),
        ]

    def test_are_none_where_nothing_moved(self):
        noted = Event(refund="r1"), Event(to_state="planned")

        assert told(*noted, after=3, before=Headline.SETTLING, now=Headline.SETTLING) == []
