"""Mails on their way: written from the database, handed to a real SMTP server, once."""

import asyncio
import json
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from returns_engine.gateways.mail.gateway import MailUnavailable
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Message
from returns_engine.tables.orders import OrderContact
from returns_engine.workflow.keep_language import keep_language
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.send_lookup_code import send_lookup_code
from returns_engine.workflow.send_message import send_message
from returns_engine.workflow.take_mail_in import take_mail_in
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.documents.mails import a_mail, raw
from tests.letters.postbox import POLICY, SETTINGS


async def waiting(template: str) -> UUID:
    """Return the id of the message that waits under a template."""
    row = await Message.select(Message.id).where(Message.template == template).first()
    assert row is not None
    return row["id"]


async def tell(number: str, template: str, **context: Any) -> UUID:
    """Write a message down the way use cases do."""
    async with transaction():
        case = await load_case(number)
        case.tell(template, context, NOW)
        await save_case(case, actor=SYSTEM, now=NOW)
    return await waiting(template)


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content()


class TestSendingAMessage:
    async def test_goes_to_the_address_on_file_in_text_and_html(self, post, number):
        mail = await post.send(await waiting("return_requested"))

        assert mail["To"] == "dana@example.com"
        assert mail["From"] == "EKR <aftersales@ekrauto.com>"
        assert mail["Reply-To"] == "aftersales@ekrauto.com"
        assert "Hello Dana Reyes," in body(mail)
        assert f"https://shop.example/returns/{number}" in body(mail)
        assert "$135.34" in body(mail)
        assert "<html" in body(mail, "html")

    async def test_leads_to_the_path_of_the_shops_domain_that_we_stand_under(self, post, number):
        mail = await post.send(
            await waiting("return_requested"), public_url="https://shop.example/my/returns"
        )

        ours = re.findall(r"https://shop\.example[^\s\"<>]*", body(mail) + body(mail, "html"))
        assert f"https://shop.example/my/returns/returns/{number}" in ours
        assert [one for one in ours if not one.startswith("https://shop.example/my/returns/")] == []

    async def test_is_done_once_however_often_it_is_asked_for(self, post, number):  # noqa: ARG002 - a return must be there
        message_id = await waiting("return_requested")

        await asyncio.gather(*(post.send(message_id) for _ in range(5)))

        assert len(post.box.mails) == 1

    async def test_keeps_what_was_said(self, post, number):
        await post.send(await waiting("return_requested"))

        kept = await Message.select().where(Message.template == "return_requested").first()
        assert kept["state"] == "sent"
        assert kept["sent_at"] == NOW
        assert number in kept["subject"]
        assert "Dana Reyes" in kept["text"]

    async def test_not_now_is_tried_again_under_the_same_message_id(self, post, number):  # noqa: ARG002 - a return must be there
        message_id = await waiting("return_requested")
        post.box.shut = True
        with pytest.raises(MailUnavailable), capture_logs() as said:
            await send_message(
                message_id, mail=post.client, logo=None, settings=SETTINGS, policy=POLICY, now=NOW
            )
        (told,) = [one for one in said if one["event"] == "mail_not_taken"]
        assert (told["log_level"], told["message"]) == ("warning", str(message_id))
        assert told["error"].startswith("The mail server took nothing: SMTP")
        assert "@" not in str(told)
        kept = await Message.select().where(Message.id == message_id).first()
        assert (kept["state"], kept["tries"]) == ("queued", 1)

        post.box.shut = False
        mail = await post.send(message_id)

        assert mail["Message-ID"] == f"<{message_id}@ekrauto.com>"

    async def test_without_an_address_it_is_refused_and_said(self, post, number):  # noqa: ARG002 - a return must be there
        await OrderContact.update({OrderContact.email: None}, force=True)
        message_id = await waiting("return_requested")

        await send_message(
            message_id, mail=post.client, logo=None, settings=SETTINGS, policy=POLICY, now=NOW
        )

        kept = await Message.select().where(Message.id == message_id).first()
        assert (kept["state"], kept["error"]) == ("refused", "no mail address on file")
        assert post.box.mails == []

    async def test_reaches_people_with_names_in_any_script(self, post, number):  # noqa: ARG002 - a return must be there
        await OrderContact.update({OrderContact.name: "李小龍 <b>"}, force=True)

        mail = await post.send(await waiting("return_requested"), shop_name="Łódź Auto")

        assert "Hello 李小龍 <b>," in body(mail)
        assert "李小龍 &lt;b&gt;" in body(mail, "html")
        assert mail["From"].addresses[0].display_name == "Łódź Auto"


class TestAnAnswer:
    async def test_goes_to_an_address_with_the_number_where_the_mail_server_allows(
        self, post, number
    ):
        mail = await post.send(await waiting("return_requested"), mail_plus="yes")

        assert mail["Reply-To"] == f"aftersales+{number}@ekrauto.com"
        assert mail["From"].addresses[0].addr_spec == "aftersales@ekrauto.com"

    async def test_is_shown_beside_the_mails_before_it(self, post, number):
        first = await waiting("return_requested")
        assert (await post.send(first))["In-Reply-To"] is None
        for text in ("<theirs@example.com>", "<not fit\r\n for: a header>"):
            await take_mail_in(
                raw(a_mail(Subject=number)).replace(b"<first@example.com>", text.encode()),
                our_address=SETTINGS.mail_from,
                photos=DirectoryPhotoStore(Path()),
                now=NOW,
            )

        mail = await post.send(await tell(number, "message_from_us", message="Yes."))

        assert mail["References"].split()[0] == f"<{first}@ekrauto.com>"
        assert mail["In-Reply-To"] == "<theirs@example.com>"

    async def test_about_an_order_alone_has_no_number(self, post, number):  # noqa: ARG002 - an order must be there
        await send_lookup_code(
            order_number="EKR-1001", contact="dana@example.com", now=NOW, secret_key="s" * 40
        )

        mail = await post.send(await waiting("lookup_code"), mail_plus="yes")

        assert mail["Reply-To"] == "aftersales@ekrauto.com"
        assert mail["References"] is None


class TestTheCode:
    async def test_is_in_its_mail(self, post, number):  # noqa: ARG002 - an order must be there
        await send_lookup_code(
            order_number="EKR-1001", contact="dana@example.com", now=NOW, secret_key="s" * 40
        )
        message_id = await waiting("lookup_code")
        row = await Message.select(Message.context).where(Message.id == message_id).first()

        mail = await post.send(message_id)

        assert json.loads(row["context"])["code"] in body(mail)


class TestTheLanguage:
    async def test_of_a_mail_is_that_kept_with_the_order(self, post, number):
        await keep_language("EKR-1001", chosen="es", asked=None)

        mail = await post.send(await waiting("return_requested"))

        assert mail["Subject"] == f"Tenemos su devolución {number}"
        assert "Hola, Dana Reyes:" in body(mail)
        assert '<html lang="es">' in body(mail, "html")
        assert "Si todo llega como se describió, recibe $135.34." in body(mail)

    async def test_of_a_code_is_that_of_the_page_it_was_asked_for_on(self, post, number):  # noqa: ARG002 - an order must be there
        await send_lookup_code(
            order_number="EKR-1001",
            contact="dana@example.com",
            now=NOW,
            secret_key="s" * 40,
            language="es",
        )

        mail = await post.send(await waiting("lookup_code"))

        assert mail["Subject"] == "Su código para el pedido EKR-1001"

    async def test_is_english_where_nobody_has_a_catalogue_of_it(self, post, number):
        await keep_language("EKR-1001", chosen="fr", asked=None)

        mail = await post.send(await waiting("return_requested"))

        assert mail["Subject"] == f"We have your return {number}"


class TestTheLabel:
    async def test_is_attached_and_nothing_untrue_is_said_of_the_postage(self, post, number):
        await print_label(number, b"%PDF-1.4 a label")

        mail = await post.send(await tell(number, "return_approved"))

        attached = next(mail.iter_attachments())
        assert attached.get_filename() == f"{number}.pdf"
        assert attached.get_content() == b"%PDF-1.4 a label"
        assert "The label is no postage" in body(mail)
        assert "prepaid" not in body(mail)


class TestTheRefund:
    async def test_is_told_with_both_dates(self, post, number):
        mail = await post.send(
            await tell(
                number,
                "refund_sent",
                amount=13534,
                currency="USD",
                method="card",
                sent_on="2026-03-30",
                bank_from="2026-04-06",
                bank_by="2026-04-13",
            )
        )

        assert mail["Subject"] == "We have sent your refund of $135.34"
        assert "Sent by us: March 30, 2026" in body(mail)
        assert "In your account, usually: April 6, 2026 to April 13, 2026" in body(mail)


class TestTheInspection:
    async def test_is_told_line_by_line_with_the_reason(self, post, number):
        lines = [{"line_id": "L1", "quantity": 1, "verdict": "rejected", "note": "A stain."}]

        mail = await post.send(await tell(number, "inspection_result", lines=lines))

        assert "1 × Seat covers, Ford F-150, black: Not accepted" in body(mail)
        assert "> A stain." in body(mail)

    @pytest.mark.parametrize(
        ("clause", "quoted"), [("return.condition", True), ("dropped.since", False)]
    )
    async def test_quotes_the_clause_that_it_rests_on(self, post, number, clause, quoted):
        line = {"line_id": "L1", "quantity": 1, "verdict": "rejected", "note": "A stain."}
        says = POLICY.clauses["return.condition"].says

        lines = [{**line, "clause": clause}]
        mail = await post.send(await tell(number, "inspection_result", lines=lines))

        assert (says in " ".join(body(mail).split())) is quoted
