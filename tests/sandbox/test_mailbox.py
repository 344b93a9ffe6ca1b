"""Mail by the engine's real client, over real SMTP, into the sandbox's mailbox."""

import base64

import pytest

from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.mail.gateway import Attachment, Mail, MailRefused, MailUnavailable
from returns_engine.gateways.mail.smtp_client import SmtpClient


def a_mail(**changes):
    fields = {
        "to": "dana@example.com",
        "sender": "EKR <returns@example.com>",
        "reply_to": "help@example.com",
        "subject": "Your label – RMA-00000000",
        "text": "Größe, 你好\nsecond line\n" + "long " * 300,
        "html": "<p>Größe</p>",
        "message_id": "<1@example.com>",
    }
    return Mail(**fields | changes)


@pytest.fixture
def mail_client(sandbox):
    return SmtpClient(host=sandbox.host, port=sandbox.smtp_port, clock=system_clock)


async def messages(wire, **query):
    return (await wire.get("/messages", params=query)).json()["items"]


class TestAMail:
    async def test_arrives_as_it_was_written(self, mail_client, wire):
        label = Attachment(
            filename="label.pdf", content_type="application/pdf", content=b"%PDF\n\r"
        )
        mail = a_mail(attachments=(label,))

        await mail_client.send(mail)

        [message] = await messages(wire)
        assert (message["to"], message["channel"]) == ("dana@example.com", "email")
        assert (message["subject"], message["message_id"]) == (mail.subject, mail.message_id)
        assert message["text"].rstrip("\n") == mail.text
        assert message["html"].rstrip("\n") == mail.html
        [attachment] = message["attachments"]
        assert (attachment["filename"], attachment["content_type"]) == (
            "label.pdf",
            "application/pdf",
        )
        assert base64.b64decode(attachment["content_base64"]) == label.content

    async def test_without_html_has_text_alone(self, mail_client, wire):
        await mail_client.send(a_mail(html=None))

        [message] = await messages(wire)
        assert message["html"] is None

    async def test_is_found_by_its_address_oldest_first(self, mail_client, wire):
        for to, subject in [("a@x.org", "1"), ("b@x.org", "2"), ("A@x.org", "3")]:
            await mail_client.send(a_mail(to=to, subject=subject))

        found = await messages(wire, to="A@X.org")

        assert [message["subject"] for message in found] == ["1", "3"]

    async def test_is_dated_by_the_sandboxs_clock(self, mail_client, wire):
        await wire.post("/_test/clock", json={"offset_seconds": 864_000})
        await mail_client.send(a_mail())

        [message] = await messages(wire)
        assert message["sent_at_unix"] > system_clock().timestamp() + 800_000


class TestAMailThatIsNotTaken:
    async def test_is_refused_for_good(self, mail_client, wire):
        await wire.post("/_test/faults", json={"on": "mail.receive", "mode": "mail_refused"})

        with pytest.raises(MailRefused):
            await mail_client.send(a_mail())

    async def test_is_turned_away_for_now(self, mail_client, wire):
        await wire.post("/_test/faults", json={"on": "mail.receive", "mode": "mail_unavailable"})

        with pytest.raises(MailUnavailable):
            await mail_client.send(a_mail())

        await mail_client.send(a_mail())
        assert len(await messages(wire)) == 1

    async def test_finds_nobody_listening(self):
        nobody = SmtpClient(host="127.0.0.1", port=9, clock=system_clock)

        with pytest.raises(MailUnavailable):
            await nobody.send(a_mail())

    async def test_waits_while_the_server_cannot_be_talked_to_safely(self, sandbox):
        client = SmtpClient(
            host=sandbox.host, port=sandbox.smtp_port, clock=system_clock, security="starttls"
        )

        with pytest.raises(MailUnavailable):
            await client.send(a_mail())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"subject": "Hello\r\nBcc: all@example.com"},
            {"to": "dana@example.com\r\nRCPT TO:<all@example.com>"},
            {"to": "nobody"},
            {"to": ""},
            {"to": "a@b.co, c@d.co"},
            {"reply_to": "x\ny"},
        ],
    )
    async def test_cannot_be_written_and_is_refused(self, mail_client, wire, wrong):
        with pytest.raises(MailRefused):
            await mail_client.send(a_mail(**wrong))

        assert await messages(wire) == []
