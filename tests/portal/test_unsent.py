"""Words that were sent when the half hour was over: they come back to their form by the code."""

import html

import pytest

from returns_engine.tables.drafts import RequestDraft
from returns_engine.tables.events import Event
from returns_engine.tables.messages import Message
from returns_engine.workflow.keep_draft import forget_draft
from returns_engine.workflow.review_return import answer_request, decline_return, request_info
from tests.api.orders import NOW
from tests.portal.conftest import ITEMS, Portal, Visitor
from tests.portal.test_asking import at_review
from tests.portal.test_case import STAFF, ask

WORDS = 'Is it <b>"there"</b>?\r\nDana & Co'
NOTE = "This was not sent, because you were away for a while."


@pytest.fixture
async def visitor(portal: Portal) -> Visitor:
    return await portal.signed_in()


def away(visitor: Visitor) -> None:
    """Let the half hour pass."""
    visitor.client.cookies.set("returns_customer", "over", domain="shop.test")


async def find_again(
    portal: Portal, visitor: Visitor, number: str = "EKR-1001", contact: str = "dana@example.com"
) -> None:
    await portal.codes_gone()
    await visitor.send("/find", order_number=number, contact=contact)
    await visitor.send("/code", code=await portal.code(number))


async def written() -> int:
    return await Event.count().where(Event.type == "message.written")


class TestAMessageOfWhoWasAway:
    async def test_is_kept_by_the_code_and_sent_by_who_wrote_it(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)

        answer = await visitor.send(f"/returns/{number}/message", message=WORDS)
        assert answer.status_code == 403
        assert "You were away for a while." in visitor.text
        assert "What you wrote was not sent, but it is not lost" in visitor.text
        assert html.escape(WORDS.split()[2], quote=True).replace("&quot;", "&#34;") in visitor.text

        await find_again(portal, visitor)
        assert visitor.path == f"/returns/{number}/unsent"
        assert NOTE in visitor.text
        assert 'href="#message"' in visitor.text
        assert await written() == 0, "nothing is sent by itself"

        await visitor.send(f"/returns/{number}/message")
        assert "Your message is with us." in visitor.text
        assert await written() == 1
        assert "Dana &amp; Co</p>" in visitor.text

    async def test_stays_through_whatever_happens_on_the_way(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="Still here?")

        await visitor.send("/find", order_number="", contact="dana@example.com")
        assert "Enter your order number" in visitor.text
        await visitor.send("/find", order_number="EKR-1001", contact="dana@example.com")
        await visitor.send("/code/again")
        assert "another code is on its way" in visitor.text
        await visitor.send("/code", code="000")
        assert "This code does not fit" in visitor.text
        await visitor.send("/find", form=visitor.form("/find"), go="back")
        assert 'value="EKR-1001"' in visitor.text
        visitor.client.cookies.delete("returns_finding")
        await visitor.send("/find", order_number="EKR-1001", contact="dana@example.com")
        visitor.client.cookies.delete("returns_finding")
        await visitor.send("/code", code="000")
        assert "You were away for a while." in visitor.text

        await find_again(portal, visitor)
        assert ("message", "Still here?") in visitor.form(f"/returns/{number}/message").fields

    @pytest.mark.parametrize("form", ["/find", "/code", "/code/again"])
    async def test_stays_after_too_many_tries(self, portal, visitor, form):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="Still here?")
        page = visitor.page
        who = {"order_number": "EKR-1001", "contact": "dana@example.com"}
        if form != "/find":
            await visitor.send("/find", **who)
            page = visitor.page
        for _ in range(5 * portal.settings.lookup_limit_contact):
            visitor.page = page
            answer = await visitor.send(form, **({"code": "0"} if form == "/code" else who))
            if answer.status_code == 429:
                break
        visitor.page = page

        answer = await visitor.send(form, **({"code": "0"} if form == "/code" else who))

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
        assert "we count the tries" in visitor.text
        carried = visitor.form("/find" if form == "/find" else "/code").fields
        assert ("unsent.message", "Still here?") in carried

    async def test_stands_in_no_address_and_no_cookie(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="Pomegranate")

        await find_again(portal, visitor)

        seen = [*visitor.page.history, visitor.page]
        assert [one.status_code for one in seen] == [307, 200]
        for one in seen:
            assert "omegranate" not in f"{one.url} {one.headers}"
        assert await Message.count().where(Message.text.like("%omegranate%")) == 0

    async def test_can_be_looked_at_again_and_is_still_not_sent(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="Hello?")
        await find_again(portal, visitor)

        csrf = dict(visitor.form(f"/returns/{number}/message").fields)["_csrf_token"]
        carried = {"_csrf_token": csrf, "unsent.message": "Hello?", "code": "123456"}
        await visitor.client.post(visitor.path, data=carried)
        again = await visitor.client.post(visitor.path, data=carried)

        assert again.status_code == 200
        assert NOTE in again.text
        assert await written() == 0

    async def test_that_is_far_too_long_is_cut(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="a" * 5000)

        await find_again(portal, visitor)

        assert ("message", "a" * 4000) in visitor.form(f"/returns/{number}/message").fields

    async def test_about_another_order_is_not_shown_there(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await portal.put_order("EKR-9", reference="pi_9")
        away(visitor)
        await visitor.send(f"/returns/{number}/message", message="Pomegranate")

        await find_again(portal, visitor, "EKR-9")

        assert visitor.path == "/order"
        assert "Pomegranate" not in visitor.text

    async def test_from_another_site_is_not_taken(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        answer = await visitor.client.post(
            f"/returns/{number}/unsent", data={"unsent.message": "Pomegranate"}
        )

        assert answer.status_code == 403
        assert "Pomegranate" not in answer.text


class TestARequestOfWhoWasAway:
    async def test_is_in_its_draft_again_as_it_was_filled_in(self, portal, visitor):
        await visitor.send("/order/details", take="L1", quantity__L1="2", why__L1="changed_mind")
        away(visitor)

        filled_in = {"condition__L1": "flawed", "flaw__L1": "tags_attached", "comment__L1": WORDS}
        await visitor.send("/order/review", **filled_in)
        assert "what you filled in is not lost" in visitor.text
        assert "What you wrote</summary>" in visitor.text
        kept = await RequestDraft.select(RequestDraft.fields)
        assert "Dana" not in kept[0]["fields"], "nothing is kept for nobody"
        await find_again(portal, visitor)

        assert visitor.path == "/order/details"
        assert "What you filled in is kept: look at it, and go on." in visitor.text
        fields = visitor.form("/order/review").fields
        assert ("quantity.L1", "2") in fields
        assert ("flaw.L1", "tags_attached") in fields
        assert ("comment.L1", WORDS) in fields
        seen = [*visitor.page.history, visitor.page]
        assert all("Dana" not in f"{one.url} {one.headers}" for one in seen)
        await visitor.open("/order")
        assert "You began a request" in visitor.text

    async def test_that_had_only_to_be_sent_comes_back_too(self, portal, visitor):
        await at_review(visitor, "changed_mind", condition__L1="as_received", comment__L1="Too big")
        await forget_draft("EKR-1001")
        away(visitor)

        await visitor.send("/order/send")
        await find_again(portal, visitor)
        assert ("comment.L1", "Too big") in visitor.form("/order/review").fields
        await visitor.send("/order/review")
        await visitor.send("/order/send")

        assert visitor.path.startswith("/returns/RMA-")

    async def test_that_was_only_chosen_keeps_the_details_of_its_draft(self, portal, visitor):
        await at_review(visitor, "changed_mind", condition__L1="as_received", comment__L1="Too big")
        await visitor.open(ITEMS)
        away(visitor)

        await visitor.send("/order/details", take="L1", quantity__L1="2", why__L1="changed_mind")
        await find_again(portal, visitor)

        fields = visitor.form("/order/review").fields
        assert ("quantity.L1", "2") in fields
        assert ("comment.L1", "Too big") in fields

    async def test_that_the_policy_refuses_is_told_so_and_kept_as_no_draft(self, portal, visitor):
        away(visitor)

        await visitor.send("/order/details", take="L1", quantity__L1="9", why__L1="changed_mind")
        await find_again(portal, visitor)

        assert "Our policy says no to this." in visitor.text
        assert await RequestDraft.count() == 0

    async def test_about_another_order_is_not_put_there(self, portal, visitor):
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        await portal.put_order("EKR-9", reference="pi_9")
        away(visitor)
        await visitor.send("/order/review", comment__L1="Pomegranate")

        await find_again(portal, visitor, "EKR-9")

        assert visitor.path == "/order"
        assert "You began a request" not in visitor.text
        assert await RequestDraft.count() == 1

    async def test_without_any_item_leads_to_the_start(self, visitor):
        away(visitor)

        await visitor.send("/order/details", take=[])

        assert visitor.path == "/"
        assert "not lost" not in visitor.text


class TestOtherWordsOfWhoWasAway:
    async def test_an_appeal_stands_in_its_form_again(self, portal, visitor):
        number = await ask(visitor, "defective")
        await decline_return(number, reason="The seam was cut.", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")
        away(visitor)

        await visitor.send(f"/returns/{number}/appeal", appeal="It was not.")
        await find_again(portal, visitor)

        assert 'href="#appeal"' in visitor.text
        await visitor.send(f"/returns/{number}/appeal")
        assert "Another person looks at it now." in visitor.text

    async def test_a_tracking_number_stands_in_its_form_with_its_carrier(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)

        form = f"/returns/{number}/tracking"
        await visitor.send(form, carrier="fedex", tracking_number="123456789012")
        await find_again(portal, visitor)

        assert ("carrier", "fedex") in visitor.form(form).fields
        assert ("tracking_number", "123456789012") in visitor.form(form).fields

    async def test_an_answer_stands_in_its_form_again(self, portal, visitor):
        number = await ask(visitor, "defective")
        await request_info(number, message="Which seam is it?", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")
        away(visitor)

        photo = {"photos": ("a.png", b"png", "image/png")}
        await visitor.send(f"/returns/{number}/answer", files=photo, answer="The left one.")
        await find_again(portal, visitor)

        assert ("answer", "The left one.") in visitor.form(f"/returns/{number}/answer").fields
        assert "If you had chosen photos, please choose them again." in visitor.text

    async def test_an_answer_that_is_asked_for_no_more_can_still_be_read(self, portal, visitor):
        number = await ask(visitor, "defective")
        await request_info(number, message="Which seam is it?", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")
        away(visitor)
        await visitor.send(f"/returns/{number}/answer", answer="The left one.")
        await answer_request(number, message="By phone.", photo_ids=[], actor=STAFF, now=NOW)

        await find_again(portal, visitor)

        assert "meanwhile its form is gone" in visitor.text
        assert '<p class="words">The left one.</p>' in visitor.text

    async def test_what_was_written_to_a_refusal_stands_there_again(self, portal, visitor):
        await at_review(visitor, condition__L1="flawed", flaw__L1="unused")
        await visitor.send("/order/send")
        page = visitor.path
        away(visitor)

        await visitor.send(f"{page}/ask", message="Please look again.")
        await find_again(portal, visitor)

        assert visitor.path == f"{page}/unsent"
        assert ("message", "Please look again.") in visitor.form(f"{page}/ask").fields
        await visitor.send(f"{page}/ask")
        assert visitor.path.startswith("/returns/RMA-")

    async def test_a_form_without_words_leads_to_the_start_as_ever(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        away(visitor)

        await visitor.send(f"/returns/{number}/withdraw")

        assert visitor.path == "/"
        assert "was not sent" not in visitor.text
