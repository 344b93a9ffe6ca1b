"""Messages between customer and staff, notes, mails sent again: what is kept, and what waits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.queries.messages import read_messages, read_messages_for_customer
from returns_engine.queries.timeline import read_events, read_events_for_customer
from returns_engine.queries.waiting import what_waits
from returns_engine.queries.waiting_messages import (
    WaitingKind,
    count_waiting_messages,
    read_waiting_messages,
)
from returns_engine.rules.event_audience import FOR_STAFF_ALONE
from returns_engine.tables.messages import Message
from returns_engine.tables.orders import OrderContact
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.resend_message import resend_message
from returns_engine.workflow.review_return import decline_return, request_info
from returns_engine.workflow.send_lookup_code import send_lookup_code
from returns_engine.workflow.settle_messages import settle_messages
from returns_engine.workflow.sweep_mails import sweep_mails
from returns_engine.workflow.write_message import write_message
from returns_engine.workflow.write_note import write_note
from tests.workflow.orders import NOW, asked
from tests.workflow.shop import DANA, SUPPORT, opened, put_order, rows, value

LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
async def order(database: str) -> None:  # noqa: ARG001 - the engine points there
    await put_order()


async def writes(number: str, words: str = "Is it blue?", *, at=NOW) -> None:
    await write_message(number, message=words, actor=DANA, now=at)


async def waiting_for_an_answer() -> Sequence[dict[str, Any]]:
    return (await read_waiting_messages(WaitingKind.TO_ANSWER, limit=50)).items


async def to_answer() -> list[str]:
    return [row["number"] for row in await waiting_for_an_answer()]


async def the_mail(number: str, template: str = "return_requested") -> UUID:
    row = (
        await Message.select(Message.id)
        .where(Message.return_.number == number, Message.template == template)
        .order_by(Message.created_at)
        .first()
    )
    return row["id"]


async def came_out(message_id: UUID, state: str) -> None:
    await Message.update({Message.state: state}).where(Message.id == message_id)


class TestWhatACustomerWrites:
    async def test_waits_until_somebody_answers(self):
        number = await opened()
        await writes(number)
        await writes(number, "Or green?", at=LATER)

        [waiting] = await waiting_for_an_answer()
        assert (waiting["number"], waiting["words"], waiting["count"]) == (number, "Or green?", 2)
        assert waiting["since"] == NOW
        await write_message(number, message="Blue.", actor=SUPPORT, now=LATER)

        assert await to_answer() == []

    async def test_waits_again_when_it_is_the_last_word_again(self):
        number = await opened()
        await writes(number)
        await write_message(number, message="Blue.", actor=SUPPORT, now=NOW)
        await writes(number, "Thanks!", at=LATER)

        counted = await count_waiting_messages()
        assert (counted.to_answer.count, counted.to_answer.oldest_at) == (1, LATER)

    async def test_is_answered_by_a_question_and_by_a_refusal(self):
        first = await opened(asked(reason="defective"))
        second = await opened(asked(reason="defective"))
        for number in (first, second):
            await writes(number)
        await request_info(first, message="Which one?", actor=SUPPORT, now=NOW)
        await decline_return(second, reason="No.", actor=SUPPORT, now=NOW)

        assert await to_answer() == []

    async def test_can_be_written_when_everything_is_over(self):
        number = await opened(asked(reason="defective"))
        await decline_return(number, reason="It was cut.", actor=SUPPORT, now=NOW)
        await writes(number, "It was not.")

        assert await to_answer() == [number]

    async def test_that_needs_no_answer_is_taken_off_the_list_once(self):
        number = await opened()
        await writes(number, "Thanks!")
        for _ in range(2):
            await settle_messages(number, actor=SUPPORT, now=LATER)

        assert await to_answer() == []
        told = [event["type"] for event in await read_events(number)]
        assert told.count("messages.settled") == 1

    async def test_does_not_make_a_return_wait_anew(self):
        number = await opened(asked(reason="defective"))
        await writes(number, at=LATER)

        assert (await what_waits()).returns["in_review"].oldest_at == NOW


class TestANote:
    async def test_is_wholly_absent_from_what_the_customer_gets(self):
        number = await opened()
        await write_note(number, note="He called twice.", actor=SUPPORT, now=NOW)
        await writes(number, "Thanks!")
        await settle_messages(number, actor=SUPPORT, now=NOW)

        theirs = await read_events_for_customer(number)
        assert FOR_STAFF_ALONE.isdisjoint({event["type"] for event in theirs})
        assert "He called" not in str(theirs)
        assert "He called" not in str(await read_messages_for_customer(number))

    async def test_is_on_record_for_colleagues_and_mails_nobody(self):
        number = await opened()
        before = await Message.count()
        await write_note(number, note="He called twice.", actor=SUPPORT, now=NOW)

        [last] = [one for one in await read_events(number) if one["type"] == "note.written"]
        assert (last["type"], last["text"]) == ("note.written", "He called twice.")
        assert "He called" not in str(last["data"])
        assert await Message.count() == before
        assert (await verify_chains()).ok

    async def test_answers_no_customer(self):
        number = await opened()
        await writes(number)
        await write_note(number, note="I look into it.", actor=SUPPORT, now=NOW)

        assert await to_answer() == [number]


class TestAMailSentAgain:
    async def test_is_the_same_letter_to_the_address_now_on_file(self):
        number = await opened()
        first = await the_mail(number)
        await came_out(first, "bounced")
        again = await resend_message(number, first, actor=SUPPORT, now=LATER)

        seen = {one["id"]: one for one in await read_messages(number)}
        new = seen[str(again)]
        assert (new["template"], new["state"]) == ("return_requested", "queued")
        assert new["resend_of"] == str(first)
        assert seen[str(first)]["settled_at"] is not None
        assert await value("SELECT recipient FROM messages WHERE id = $1", again) is None
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'message_id' = $1"
        assert await value(jobs, str(again)) == 1

    async def test_is_not_sent_twice_by_a_double_click(self):
        number = await opened()
        first = await the_mail(number)
        await came_out(first, "sent")
        await resend_message(number, first, actor=DANA, now=LATER)

        assert not any(one["can_resend"] for one in await read_messages(number))
        with pytest.raises(Conflict, match="about to be sent"):
            await resend_message(number, first, actor=DANA, now=LATER)

    async def test_can_be_sent_a_third_time_and_names_the_first(self):
        number = await opened()
        first = await the_mail(number)
        await came_out(first, "sent")
        second = await resend_message(number, first, actor=DANA, now=LATER)
        await came_out(second, "sent")
        third = await resend_message(number, second, actor=DANA, now=LATER)

        seen = {one["id"]: one["resend_of"] for one in await read_messages(number)}
        assert seen[str(third)] == str(first)

    async def test_needs_an_address(self):
        number = await opened()
        first = await the_mail(number)
        await came_out(first, "refused")
        await OrderContact.update({OrderContact.email: None}, force=True)

        assert not any(one["can_resend"] for one in await read_messages(number))
        with pytest.raises(Conflict, match="no mail address"):
            await resend_message(number, first, actor=SUPPORT, now=LATER)

    async def test_is_never_a_code_nor_of_another_return(self):
        number, other = await opened(), await opened()
        code = Message(
            id=uuid4(), order=1, template="lookup_code", context={}, state="sent", created_at=NOW
        )
        code.order = await value('SELECT "order" FROM returns WHERE number = $1', number)
        code.return_ = await value("SELECT id FROM returns WHERE number = $1", number)
        await Message.insert(code)

        for message_id in (code.id, await the_mail(other), uuid4()):
            with pytest.raises(NotFound):
                await resend_message(number, message_id, actor=SUPPORT, now=LATER)


class TestAMailThatWaits:
    async def test_is_handed_over_again_when_its_job_is_gone(self):
        number = await opened()
        mail = await the_mail(number)
        count = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'message_id' = $1"
        assert await sweep_mails(now=LATER) == 0
        await rows("DELETE FROM procrastinate_jobs WHERE task_name = 'send_message'")

        assert await sweep_mails(now=NOW) == 0
        assert await sweep_mails(now=LATER) == 1
        assert await sweep_mails(now=LATER) == 0
        assert await value(count, str(mail)) == 1

    async def test_is_given_up_after_two_days_and_then_seen(self):
        number = await opened()
        await sweep_mails(now=NOW + timedelta(hours=49))
        await Message.update({Message.tries: 3}, force=True)
        await sweep_mails(now=NOW + timedelta(hours=47))
        assert (await count_waiting_messages()).not_arrived.count == 0

        await sweep_mails(now=NOW + timedelta(hours=49))

        assert (await count_waiting_messages()).not_arrived.count == 1
        [mail] = await read_messages(number)
        assert (mail["state"], mail["can_resend"]) == ("refused", True)

    async def test_is_not_sent_when_its_code_is_over(self):
        await send_lookup_code(
            order_number="EKR-1001", contact="dana@example.com", now=NOW, secret_key="s" * 40
        )
        await Message.update({Message.tries: 1}, force=True)
        await sweep_mails(now=NOW + timedelta(minutes=11))

        state = "SELECT state FROM messages WHERE template = 'lookup_code'"
        assert await value(state) == "refused"
        assert (await count_waiting_messages()).not_arrived.count == 0
