"""Words both ways, in the portal and by mail: as customer, support and a mail server meet them."""

import asyncio
import json
import os
import sys
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import uuid4

from returns_engine.sandbox.sample_order import SampleOrder
from tests.documents.mails import a_bounce
from tests.journeys.orders import asked
from tests.journeys.shop import Shop
from tests.workflow.pictures import a_picture

SECRET = "They called twice and were upset."


async def hand_in(shop: Shop, raw: bytes) -> dict[str, Any]:
    """Hand a mail to the engine the way a mail server does: by a pipe, to a process of its own."""
    demo = shop.running.demo
    ours = {name for name in os.environ if name.startswith("RETURNS_ENGINE_")}
    environ = {name: value for name, value in os.environ.items() if name not in ours} | {
        "RETURNS_ENGINE_MODE": "demo",
        "RETURNS_ENGINE_DATABASE_URL": demo.database_url,
        "RETURNS_ENGINE_DATA_DIR": str(demo.data_dir),
        "RETURNS_ENGINE_CLOCK_FILE": str(demo.data_dir / "demo-clock"),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "returns_engine.cli.main", "mail", "take-in", "--json"),
        env=environ,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate(raw)
    assert process.returncode == 0, complaint.decode()
    return json.loads(said)


def an_answer(mail: dict[str, Any], words: str, sender: str | None = None) -> EmailMessage:
    """What a mail program makes of an answer to a mail of ours."""
    answer = EmailMessage()
    answer["From"] = f"Dana <{sender or mail['to']}>"
    answer["To"] = mail["reply_to"]
    answer["Subject"] = f"Re: {mail['subject']}"
    answer["Message-ID"] = f"<{uuid4()}@mail.example.com>"
    answer["In-Reply-To"] = mail["message_id"]
    answer["References"] = mail["message_id"]
    quoted = "\n".join(f"> {line}" for line in mail["text"].splitlines())
    answer.set_content(f"{words}\n\nOn Mon, Mar 30, 2026 at 8:00 AM EKR wrote:\n\n{quoted}\n")
    return answer


def bytes_of(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=SMTP)


async def listed(shop: Shop, who: str, number: str) -> list[dict[str, Any]]:
    return (await shop.get(who, f"/returns/{number}/messages"))["items"]


async def what_the_customer_sees(shop: Shop, customer: str, order: SampleOrder) -> str:
    """Everything that the customer's token opens, as text."""
    number = (await shop.get(customer, "/returns"))["items"][0]["number"]
    paths = ("", "/events", "/messages")
    seen = [await shop.get(customer, f"/returns/{number}{path}") for path in paths]
    mails = await shop.mails(order)
    return json.dumps([*seen, *mails])


class TestMessages:
    async def test_go_both_ways_in_the_portal_and_by_mail(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        number = (await shop.ask(order, asked(reason="defective"), who=customer))["number"]
        url = f"/returns/{number}"
        await shop.post(customer, f"{url}/messages", {"message": "A seam is open."})
        await shop.post("bench", f"{url}/notes", {"note": SECRET})

        await shop.post("support", f"{url}/request-info", {"message": "Which seam?"})
        question = await shop.mail(order, "question")
        assert question["reply_to"].endswith(f"+{number}@ekrauto.com")
        answer = an_answer(question, "The left one.")
        answer.add_attachment(a_picture(), maintype="image", subtype="jpeg", filename="seam.jpg")
        first, again = [await hand_in(shop, bytes_of(answer)) for _ in range(2)]

        assert (first["outcome"], first["return_number"]) == ("taken", number)
        assert again["outcome"] == "known"
        case = await shop.case(number)
        assert case["state"] == "in_review"
        answered = [e for e in await shop.events(number) if e["type"] == "return.answered"]
        assert [(e["text"], len(e["data"]["photo_ids"])) for e in answered] == [
            ("The left one.", 1)
        ]

        await shop.post("support", f"{url}/messages", {"message": "Thank you, we look at it."})
        reply = await shop.mail(order, "a message about")
        assert reply["answers"] == str(answer["Message-ID"])
        taken = await hand_in(shop, bytes_of(an_answer(reply, "Great!")))
        assert taken["outcome"] == "taken"
        seen = await what_the_customer_sees(shop, customer, order)
        assert "Great!" in seen
        assert SECRET not in seen
        assert "note.written" not in seen
        assert SECRET in json.dumps(await shop.events(number))

    async def test_of_strangers_and_programs_are_nobodys(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        number = (await shop.ask(order, who=customer))["number"]
        mail = await shop.mail(order, "your label")
        before = await what_the_customer_sees(shop, customer, order)
        robot = an_answer(mail, "I am out of the office.")
        robot["Auto-Submitted"] = "auto-replied"

        kept = await hand_in(shop, bytes_of(an_answer(mail, "Pay me!", "eve@example.com")))
        let_go = await hand_in(shop, bytes_of(robot))

        assert kept["outcome"] == "kept_for_a_person"
        assert let_go["outcome"] == "automatic"
        assert await what_the_customer_sees(shop, customer, order) == before
        assert "Pay me!" not in json.dumps(await listed(shop, "support", number))
        answers = await shop.sandbox.get("/messages", params={"to": "eve@example.com"})
        assert answers.json()["items"] == []

    async def test_that_come_back_are_seen_and_sent_again(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        number = (await shop.ask(order, who=customer))["number"]
        lost = await shop.mail(order, "your return")
        assert (await hand_in(shop, a_bounce(lost["message_id"])))["outcome"] == "bounce"

        theirs = {one["id"]: one for one in await listed(shop, customer, number)}
        message_id = lost["message_id"].strip("<>").partition("@")[0]
        assert (theirs[message_id]["state"], theirs[message_id]["can_resend"]) == ("bounced", True)
        assert "error" not in theirs[message_id]
        staffs = {one["id"]: one for one in await listed(shop, "support", number)}
        assert "no such user" in staffs[message_id]["error"]

        count = len(await shop.mails(order))
        again = await shop.post(customer, f"/returns/{number}/messages/{message_id}/resend")
        assert again["resend_of"] == message_id

        async def arrived() -> bool:
            return len(await shop.mails(order)) > count

        await shop.until(arrived)
        assert (await shop.mails(order))[-1]["subject"] == lost["subject"]
