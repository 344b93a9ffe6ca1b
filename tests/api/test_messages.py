"""Messages over HTTP: both ways, the log of mails, sending one again, notes among colleagues."""

from typing import Any

from returns_engine.tables.messages import Message
from tests.api.conftest import Api
from tests.api.journey import in_review, opened
from tests.api.test_refusals import is_problem

WORDS = {"message": "Is it blue?"}
NOTE = {"note": "Called twice; quite upset."}


async def listed(client: Any, number: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/returns/{number}/messages")
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return answer.json()["items"]


async def one_mail(api: Api, number: str) -> str:
    """The id of the first mail about a return, which was sent."""
    [first] = [one for one in await listed(api.by("support"), number) if one["direction"] == "out"]
    await Message.update({Message.state: "sent"}).where(Message.id == first["id"])
    return first["id"]


async def refused_mail(number: str) -> None:
    """Let the mail server refuse the first mail about a return."""
    await Message.update({Message.state: "refused", Message.error: "550 no such user"}).where(
        Message.return_.number == number, Message.template == "return_requested"
    )


class TestTheLog:
    async def test_holds_every_mail_and_message_with_its_result(self, api: Api):
        number = (await opened(api))["number"]
        customer = await api.customer()
        await customer.post(f"/returns/{number}/messages", json=WORDS)
        await api.by("support").post(f"/returns/{number}/messages", json={"message": "Blue."})
        await refused_mail(number)

        items = await listed(api.by("support"), number)
        assert {(one["direction"], one["template"], one["state"]) for one in items} == {
            ("out", "return_requested", "refused"),
            ("in", None, "received"),
            ("out", "message_from_us", "queued"),
        }
        refused = next(one for one in items if one["state"] == "refused")
        assert (refused["error"], refused["can_resend"]) == ("550 no such user", True)

    async def test_tells_a_customer_nothing_that_is_for_staff(self, api: Api):
        number = (await opened(api))["number"]
        await refused_mail(number)

        [mail] = await listed(await api.customer(), number)
        assert {"error", "sender", "internal", "settled_at"}.isdisjoint(mail)
        assert (mail["state"], mail["can_resend"]) == ("refused", True)


class TestSendingAgain:
    async def test_answers_with_the_new_mail(self, api: Api):
        number = (await opened(api))["number"]
        first = await one_mail(api, number)

        answer = await (await api.customer()).post(f"/returns/{number}/messages/{first}/resend")

        assert answer.status_code == 201, answer.text
        again = answer.json()
        assert (again["state"], again["resend_of"]) == ("queued", first)
        assert again["can_resend"] is False

    async def test_happens_once_for_a_key(self, api: Api):
        number = (await opened(api))["number"]
        first = await one_mail(api, number)
        customer, key = await api.customer(), {"Idempotency-Key": "a"}
        url = f"/returns/{number}/messages/{first}/resend"

        answers = [await customer.post(url, json={}, headers=key) for _ in range(2)]

        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        is_problem(await customer.post(url, json={}), 409, "still_waiting")
        assert len(await listed(customer, number)) == 2

    async def test_is_no_way_to_fill_somebodys_mailbox(self, api: Api):
        number = (await opened(api))["number"]
        first = await one_mail(api, number)
        customer, statuses = await api.customer(), []
        for _ in range(6):
            answer = await customer.post(f"/returns/{number}/messages/{first}/resend")
            statuses.append(answer.status_code)
            await Message.update({Message.state: "sent"}, force=True)

        assert statuses == [201] * 5 + [429]
        assert int(answer.headers["retry-after"]) > 0
        by_staff = await api.by("support").post(f"/returns/{number}/messages/{first}/resend")
        assert by_staff.status_code == 201

    async def test_knows_only_mails_of_this_return(self, api: Api):
        number = (await opened(api))["number"]
        await (await api.customer()).post(f"/returns/{number}/messages", json=WORDS)
        [theirs] = [
            one for one in await listed(api.by("support"), number) if one["direction"] == "in"
        ]
        for message_id in ("no-id", theirs["id"], "00000000-0000-4000-8000-000000000000"):
            answer = await api.by("support").post(f"/returns/{number}/messages/{message_id}/resend")
            is_problem(answer, 404, "not_found")

    async def test_takes_nothing(self, api: Api):
        number = (await opened(api))["number"]
        first = await one_mail(api, number)
        body = {"to": "eve@example.com"}

        answer = await (await api.customer()).post(
            f"/returns/{number}/messages/{first}/resend", json=body
        )

        is_problem(answer, 400, "invalid_request")


class TestANote:
    async def test_is_read_by_colleagues_and_never_by_the_customer(self, api: Api):
        number = (await in_review(api))["number"]
        for who in ("support", "bench", "finance"):
            answer = await api.by(who).post(f"/returns/{number}/notes", json=NOTE)
            assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "in_review"

        events = (await api.by("shop").get(f"/returns/{number}/events")).json()["items"]
        assert [one["text"] for one in events if one["type"] == "note.written"] == [
            NOTE["note"]
        ] * 3
        customer = await api.customer()
        for url in ("", "/events", "/messages"):
            answer = await customer.get(f"/returns/{number}{url}")
            assert "note" not in answer.text.replace('"note":', "")
            assert "upset" not in answer.text
        is_problem(await customer.post(f"/returns/{number}/notes", json=NOTE), 403, "missing_scope")

    async def test_leaves_a_gap_in_what_the_customer_counts(self, api: Api):
        number = (await opened(api))["number"]
        await api.by("bench").post(f"/returns/{number}/notes", json=NOTE)
        customer = await api.customer()
        await customer.post(f"/returns/{number}/messages", json=WORDS)

        theirs = (await customer.get(f"/returns/{number}/events")).json()["items"]
        everything = (await api.by("shop").get(f"/returns/{number}/events")).json()["items"]
        assert len(everything) == len(theirs) + 1
        assert [one["sequence"] for one in theirs][-1] == len(everything)

    async def test_holds_two_thousand_characters_of_text(self, api: Api):
        number = (await opened(api))["number"]
        support = api.by("support")
        for body in ({"note": " "}, {"note": "a" * 2_001}, {"note": "a\0"}, {"message": "x"}, {}):
            is_problem(
                await support.post(f"/returns/{number}/notes", json=body), 400, "invalid_request"
            )
        longest = await support.post(f"/returns/{number}/notes", json={"note": "a" * 2_000})
        assert longest.status_code == 200

    async def test_keeps_to_the_version_that_was_read(self, api: Api):
        number = (await opened(api))["number"]
        stale = {"If-Match": '"99"'}

        answer = await api.by("support").post(f"/returns/{number}/notes", json=NOTE, headers=stale)

        is_problem(answer, 412, "stale_version")
