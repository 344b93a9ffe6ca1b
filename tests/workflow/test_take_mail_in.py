"""Mail to us: put to its case, kept for a person, or let go; once, and never answered."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_engine.documents.incoming_mail.mail import UnreadableMail
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.messages import read_messages, read_messages_for_customer
from returns_engine.queries.timeline import read_events, read_events_for_customer
from returns_engine.queries.waiting_messages import (
    WaitingKind,
    count_waiting_messages,
    read_waiting_messages,
)
from returns_engine.tables.messages import Message
from returns_engine.workflow.attach_mail import attach_mail
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.forget_what_is_over import forget_what_is_over
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.review_return import decline_return, request_info
from returns_engine.workflow.settle_messages import set_mail_aside
from returns_engine.workflow.take_mail_in import MailOutcome, MailTaken, take_mail_in
from tests.documents.mails import QUOTED, a_bounce, a_mail, raw
from tests.whole_database import places_of
from tests.workflow.orders import NOW, an_order, asked
from tests.workflow.pictures import a_picture
from tests.workflow.shop import SUPPORT, opened, put_order, rows, value

SHOP = "aftersales@ekrauto.com"


@pytest.fixture
def photos(tmp_path: Path) -> DirectoryPhotoStore:
    return DirectoryPhotoStore(tmp_path)


@pytest.fixture
def take(database: str, photos: DirectoryPhotoStore):  # noqa: ARG001 - the engine points there
    """Take a mail in; headers are given as `a_mail` takes them."""

    async def taken(mail: bytes | str = "The left one.\n", **headers: str) -> MailTaken:
        content = mail if isinstance(mail, bytes) else raw(a_mail(mail, **headers))
        return await take_mail_in(content, our_address=SHOP, photos=photos, now=NOW)

    return taken


@pytest.fixture
async def number(database: str) -> str:  # noqa: ARG001 - the engine points there
    await put_order()
    return await opened(asked(reason="defective"))


async def our_mail(number: str) -> str:
    """The Message-ID of our mail about a return."""
    row = await Message.select(Message.id).where(Message.return_.number == number).first()
    return f"<{row['id']}@ekrauto.com>"


async def came_in(number: str) -> dict[str, Any]:
    """The one mail to us that the case holds."""
    [mail] = [one for one in await read_messages(number) if one["direction"] == "in"]
    return mail


async def found_waiting(kind: WaitingKind) -> Sequence[dict[str, Any]]:
    return (await read_waiting_messages(kind, limit=50)).items


async def last_event(number: str) -> dict[str, Any]:
    """What happened last, promises that follow from it left out."""
    events = await read_events(number)
    return [one for one in events if not one["type"].startswith("promise.")][-1]


class TestTheCustomersMail:
    async def test_is_put_to_the_case_of_the_mail_it_answers(self, take, number):
        taken = await take(f"The left one.\n\n{QUOTED}", In_Reply_To=await our_mail(number))

        assert taken == MailTaken(outcome=MailOutcome.TAKEN, return_number=number)
        event = await last_event(number)
        assert (event["type"], event["text"]) == ("message.written", "The left one.")
        assert event["actor"]["kind"] == "customer"
        seen = await read_messages_for_customer(number)
        [kept] = [one for one in seen if one["direction"] == "in"]
        assert (kept["state"], kept["text"]) == ("received", "The left one.")
        assert (await count_waiting_messages()).to_answer.count == 1
        assert (await verify_chains()).ok

    @pytest.mark.parametrize(
        "headers",
        [
            {"Subject": "my return {number}"},
            {"Subject": "my return {small}, please"},
            {"To": "aftersales+{number}@ekrauto.com", "Subject": "hello"},
            {"To": "aftersales+{small}@ekrauto.com", "Subject": "hello"},
            {"Subject": "hello", "Delivered_To": "aftersales+{number}@ekrauto.com"},
        ],
    )
    async def test_is_put_to_the_case_whose_number_it_names(self, take, number, headers):
        named = {
            name: text.format(number=number, small=number.lower()) for name, text in headers.items()
        }

        assert (await take(**named)).return_number == number

    async def test_prefers_the_mail_it_answers_to_a_number_it_names(self, take, number):
        other = await opened()

        taken = await take(Subject=f"Re: {other}", In_Reply_To=await our_mail(number))

        assert taken.return_number == number

    async def test_that_goes_on_from_their_own_mail_finds_its_case(self, take, number):
        await take(In_Reply_To=await our_mail(number))

        taken = await take("One more thing.", Message_ID="<2@x>", References="<first@example.com>")

        assert taken.return_number == number

    async def test_answers_our_question(self, take, number):
        await request_info(number, message="Which seam?", actor=SUPPORT, now=NOW)

        await take("The left one.", Subject=f"Re: {number}")

        event = await last_event(number)
        assert (event["type"], event["to"]) == ("return.answered", "in_review")
        assert (await count_waiting_messages()).to_answer.count == 0
        await take("And it is black.", Subject=f"Re: {number}", Message_ID="<2@x>")
        assert (await last_event(number))["type"] == "message.written"

    async def test_reaches_a_case_that_is_over(self, take, number):
        await decline_return(number, reason="It was cut.", actor=SUPPORT, now=NOW)

        assert (await take(Subject=number)).outcome == MailOutcome.TAKEN

    async def test_brings_its_pictures_and_names_what_was_left_out(self, take, number, photos):
        mail = a_mail("See here.", Subject=number)
        mail.add_attachment(a_picture(), maintype="image", subtype="jpeg", filename="seam.jpg")
        mail.add_attachment(b"none", maintype="image", subtype="heic", filename="seam.heic")
        mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")

        await take(raw(mail))

        data = (await last_event(number))["data"]
        [photo_id] = data["photo_ids"]
        assert (await photos.get(f"{photo_id}.jpg")).startswith(b"\xff\xd8")
        assert data["files_left_out"] == 2
        assert "bill" not in str(data)
        kept = await came_in(number)
        assert kept["files_left_out"] == ["seam.heic", "bill.pdf"]

    async def test_is_cut_after_two_thousand_characters_and_that_is_told(self, take, number):
        await take("a" * 2_100, Subject=number)

        kept = await came_in(number)
        assert (len(kept["text"]), kept["cut"]) == (2_000, 100)

    async def test_that_comes_twice_is_taken_once(self, take, number):
        first = await take(Subject=number)
        again = await take("Another copy.", Subject=number)

        assert (first.outcome, again.outcome) == (MailOutcome.TAKEN, MailOutcome.KNOWN)
        assert await value("SELECT count(*) FROM messages WHERE direction = 'in'") == 1

    async def test_that_comes_twice_at_once_is_taken_once(self, take, number):
        outcomes = await asyncio.gather(*(take(Subject=number) for _ in range(4)))

        assert sorted(one.outcome for one in outcomes) == ["known", "known", "known", "taken"]
        told = [event["type"] for event in await read_events(number)]
        assert told.count("message.written") == 1
        assert (await verify_chains()).ok


class TestAMailFromSomebodyElse:
    async def test_is_kept_for_a_person_and_shown_to_no_customer(self, take, number):
        before = await read_events_for_customer(number)

        taken = await take("Send it to me!", From="eve@example.com", Subject=number)

        assert taken.outcome == MailOutcome.KEPT_FOR_A_PERSON
        assert await read_events_for_customer(number) == before
        assert "Send it" not in str(await read_messages(number))
        [waiting] = await found_waiting(WaitingKind.WITHOUT_A_CASE)
        assert (waiting["sender"], waiting["suggested"]) == ("eve@example.com", [number])

    async def test_is_kept_where_it_answers_our_own_mail(self, take, number):
        answers = await our_mail(number)

        taken = await take(From="eve@example.com", In_Reply_To=answers)

        assert taken.outcome == MailOutcome.KEPT_FOR_A_PERSON

    async def test_is_answered_in_no_case(self, take, number):
        for headers in ({"Subject": number}, {"Subject": "RMA-00000000"}, {}):
            await take(From="eve@example.com", Message_ID=f"<{uuid4()}@x>", **headers)

        assert await value("SELECT count(*) FROM messages WHERE direction = 'out'") == 1

    async def test_of_a_customer_without_a_number_is_kept_with_their_returns(self, take, number):
        await put_order("EKR-2", an_order(payments=[]) | {"paid_at": None})

        await take(Subject="Where is my money?")

        [waiting] = await found_waiting(WaitingKind.WITHOUT_A_CASE)
        assert waiting["suggested"] == [number]

    async def test_is_put_to_a_case_by_a_person_and_stays_among_staff(self, take, number):
        await take("It is me, Dana.", From="eve@example.com", Subject=number)
        [waiting] = await found_waiting(WaitingKind.WITHOUT_A_CASE)

        await attach_mail(waiting["id"], number, actor=SUPPORT, now=NOW)

        assert (await came_in(number))["text"] == "It is me, Dana."
        assert "It is me" not in str(await read_messages_for_customer(number))
        assert "mail.attached" not in str(await read_events_for_customer(number))
        assert await found_waiting(WaitingKind.WITHOUT_A_CASE) == []
        assert (await count_waiting_messages()).to_answer.count == 0
        with pytest.raises(Conflict):
            await attach_mail(waiting["id"], number, actor=SUPPORT, now=NOW)

    async def test_cannot_be_put_to_a_case_that_is_not_there(self, take, number):
        await take(From="eve@example.com", Subject=number)
        [waiting] = await found_waiting(WaitingKind.WITHOUT_A_CASE)

        with pytest.raises(NotFound):
            await attach_mail(waiting["id"], "RMA-00000000", actor=SUPPORT, now=NOW)
        assert len(await found_waiting(WaitingKind.WITHOUT_A_CASE)) == 1

    async def test_set_aside_is_forgotten_after_thirty_days(self, take, number):
        await take(From="shop@spam.example", Subject="Buy!")
        [waiting] = await found_waiting(WaitingKind.WITHOUT_A_CASE)
        await set_mail_aside(waiting["id"], actor=SUPPORT, now=NOW)
        assert await found_waiting(WaitingKind.WITHOUT_A_CASE) == []
        with pytest.raises(Conflict):
            await set_mail_aside(waiting["id"], actor=SUPPORT, now=NOW)

        await forget_what_is_over(now=NOW + timedelta(days=29))
        assert await value("SELECT count(*) FROM messages WHERE state = 'set_aside'") == 1
        await forget_what_is_over(now=NOW + timedelta(days=31))
        assert await value("SELECT count(*) FROM messages WHERE state = 'set_aside'") == 0
        assert await value("SELECT count(*) FROM messages WHERE return_id IS NOT NULL") > 0
        assert number


class TestWhatAProgramWrote:
    @pytest.mark.parametrize(
        "headers", [{"Auto_Submitted": "auto-replied"}, {"From": f"EKR <{SHOP}>"}]
    )
    async def test_is_let_go(self, take, number, headers):
        taken = await take("I am out of the office.", Subject=number, **headers)

        assert taken.outcome == MailOutcome.AUTOMATIC
        assert await value("SELECT count(*) FROM messages WHERE direction = 'in'") == 0

    async def test_is_refused_where_it_is_no_mail(self, take):
        with pytest.raises(UnreadableMail):
            await take(b"nothing")


class TestABounce:
    async def test_marks_the_mail_and_says_so_on_the_case(self, take, number):
        mail = await our_mail(number)
        for _ in range(2):
            taken = await take(a_bounce(mail))

        assert taken == MailTaken(outcome=MailOutcome.BOUNCE, return_number=number)
        [failed] = await found_waiting(WaitingKind.NOT_ARRIVED)
        assert (failed["state"], failed["number"]) == ("bounced", number)
        assert failed["error"] == "5.1.1 550 5.1.1 <dana@example.com>: no such user"
        told = [event["type"] for event in await read_events(number)]
        assert told.count("mail.bounced") == 1
        assert "dana@example.com" not in str((await last_event(number))["data"])
        assert "error" not in (await read_messages_for_customer(number))[0]

    async def test_of_a_mail_that_is_late_changes_nothing(self, take, number):
        await take(a_bounce(await our_mail(number), action="delayed"))

        assert await found_waiting(WaitingKind.NOT_ARRIVED) == []

    async def test_of_no_mail_of_ours_changes_nothing(self, take, number):
        for about in (f"<{uuid4()}@ekrauto.com>", "<x@y>"):
            assert (await take(a_bounce(about))).outcome == MailOutcome.BOUNCE

        assert await found_waiting(WaitingKind.NOT_ARRIVED) == []
        assert number

    async def test_of_a_mail_without_a_return_is_kept_with_it(self, take, number):  # noqa: ARG002 - an order must be there
        order = await value("SELECT id FROM orders WHERE number = $1", "EKR-1001")
        code = Message(
            order=order, template="lookup_code", state="sent", created_at=NOW, context={}
        )
        await Message.insert(code)

        await take(a_bounce(f"<{code.id}@ekrauto.com>"))

        [row] = await rows("SELECT state FROM messages WHERE id = $1", UUID(str(code.id)))
        assert row["state"] == "bounced"
        assert await found_waiting(WaitingKind.NOT_ARRIVED) == []


class TestErasingAPerson:
    async def test_takes_their_mails_with_it_those_without_a_case_too(
        self, take, number, photos, database_url
    ):
        await take("The left one, says Dana.", Subject=number)
        await take("It is Dana again.", Message_ID="<2@dana.example>", Subject="Hello")
        mail = await our_mail(number)
        await take(a_bounce(mail))
        order = await value("SELECT id FROM orders WHERE number = $1", "EKR-1001")

        await erase_order(
            order, why=Why.REQUESTED, photos=photos, actor=SUPPORT, now=NOW, even_open=True
        )

        words = ("Dana", "dana@example.com", "dana.example", "first@example.com", "Hello")
        assert await places_of(words, database_url) == set()
        counted = await count_waiting_messages()
        assert counted.to_answer.count == counted.not_arrived.count == 0
        assert counted.without_a_case.count == 0
        assert not any(one["can_resend"] for one in await read_messages(number))
        assert (await verify_chains()).ok
