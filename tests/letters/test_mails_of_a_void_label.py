"""A label that is made void while its mail still waits: what goes out, and how often."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from returns_engine.gateways.mail.gateway import MailUnavailable
from returns_engine.queries.messages import read_messages, read_messages_for_customer
from returns_engine.queries.waiting_messages import count_waiting_messages
from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.remind_of_labels import remind_of_labels
from returns_engine.workflow.resend_message import resend_message
from returns_engine.workflow.review_return import withdraw_return
from returns_engine.workflow.send_message import send_message
from returns_engine.workflow.sweep_mails import sweep_mails
from returns_engine.workflow.void_label import void_label
from tests.api.orders import NOW
from tests.letters.postbox import POLICY, SETTINGS, Post
from tests.letters.test_send_message import waiting
from tests.workflow.shop import rows
from tests.workflow.test_purging_photos import somebody_waits_for_a_lock
from tests.workflow.test_reminders import a_warehouse, printed_label

VOIDED = NOW + timedelta(minutes=30)
NEXT = NOW + timedelta(hours=1)
REMINDED = NOW + timedelta(days=8)


@pytest.fixture
async def labelled(number: str) -> str:
    """The number of a return whose label was just printed, and whose mail waits."""
    await a_warehouse()
    await printed_label(number)
    return number


async def void(number: str) -> None:
    await void_label(number, reason="A wrong address.", actor=SYSTEM, now=VOIDED)


async def all_that_waits(post: Post) -> list[EmailMessage]:
    """Send each mail that waits, in the order they were written."""
    for row in await rows("SELECT id FROM messages WHERE state = 'queued' ORDER BY created_at, id"):
        await post.send(row["id"])
    return post.box.mails


async def of_the_label(number: str) -> dict[str, Any]:
    """The mail that brings the label, as staff see it."""
    [mail] = [one for one in await read_messages(number) if one["template"] == "return_approved"]
    return mail


async def not_now(post: Post, template: str) -> None:
    """Let the mail server put a mail off."""
    post.box.shut = True
    with pytest.raises(MailUnavailable):
        await post.send(await waiting(template))
    post.box.shut = False


async def the_label() -> bytes:
    [label] = await rows("SELECT pdf FROM label_documents")
    return bytes(label["pdf"])


def labels_in(mails: list[EmailMessage]) -> list[bytes]:
    return [part.get_content() for mail in mails for part in mail.iter_attachments()]


class TestTheMailOfALabelMadeVoid:
    async def test_does_not_go_out_and_that_of_the_new_one_goes_once(self, post, labelled):
        await not_now(post, "return_approved")
        await void(labelled)
        await printed_label(labelled, clock=lambda: NEXT)

        mails = await all_that_waits(post)

        assert [mail["Subject"] for mail in mails] == [
            f"We have your return {labelled}",
            f"Please don't use the label for return {labelled}",
            f"Your label for return {labelled}",
        ]
        assert labels_in(mails) == [await the_label()]

    async def test_is_nobodys_work_and_stands_among_staff_with_its_reason(self, post, labelled):
        await void(labelled)

        kept = await of_the_label(labelled)
        assert kept["state"] == "refused"
        assert kept["error"] == "Called off: the label was made void before this mail was sent."
        assert kept["id"] not in str(await read_messages_for_customer(labelled))
        assert (await count_waiting_messages()).not_arrived.count == 0
        await sweep_mails(now=VOIDED + timedelta(days=3))
        await send_message(
            UUID(kept["id"]),
            mail=post.client,
            logo=None,
            settings=SETTINGS,
            policy=POLICY,
            now=VOIDED,
        )
        assert post.box.mails == []

    async def test_does_not_go_out_either_once_the_request_is_taken_back(self, post, labelled):
        await withdraw_return(labelled, actor=SYSTEM, now=VOIDED)

        mails = await all_that_waits(post)

        assert labels_in(mails) == []
        kept = await of_the_label(labelled)
        assert kept["error"] == "Called off: the request was taken back before this mail was sent."
        assert (await count_waiting_messages()).not_arrived.count == 0

    async def test_is_not_remembered_by_a_reminder_of_it(self, post, labelled):
        await all_that_waits(post)
        await remind_of_labels(policy=POLICY, now=REMINDED)
        await void_label(labelled, reason="Torn.", actor=SYSTEM, now=REMINDED)
        post.box.mails.clear()
        await printed_label(labelled, clock=lambda: REMINDED + timedelta(minutes=1))

        mails = await all_that_waits(post)

        assert [mail["Subject"] for mail in mails] == [
            f"Please don't use the label for return {labelled}",
            f"Your label for return {labelled}",
        ]

    async def test_counts_as_sent_where_the_mail_server_is_just_taking_it(self, post, labelled):
        post.box.goes_on.clear()
        sending = asyncio.create_task(post.send(await waiting("return_approved")))
        await asyncio.wait_for(post.box.reached.wait(), timeout=15)
        voiding = asyncio.create_task(void(labelled))
        try:
            await somebody_waits_for_a_lock()
        finally:
            post.box.goes_on.set()
            await asyncio.gather(sending, voiding)

        kept = await of_the_label(labelled)

        assert kept["state"] == "sent"
        assert [mail["Subject"] for mail in post.box.mails] == [f"Your label for return {labelled}"]


class TestSendingItAgain:
    async def test_waits_for_the_new_label_and_brings_that(self, post, labelled):
        await all_that_waits(post)
        first = await waiting("return_approved")
        await void(labelled)
        assert not (await of_the_label(labelled))["can_resend"]
        with pytest.raises(Conflict, match="Its label is void"):
            await resend_message(labelled, first, actor=SYSTEM, now=VOIDED)
        await printed_label(labelled, clock=lambda: NEXT)
        await all_that_waits(post)

        again = await resend_message(labelled, first, actor=SYSTEM, now=NEXT)

        assert labels_in([await post.send(again)]) == [await the_label()]
