"""What the customer can say to a refusal, and what the page says before and after."""

import pytest

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.review_return import approve_return, decline_return
from returns_engine.workflow.store_photo import store_photo
from tests.api.orders import NOW
from tests.portal.test_case import ask
from tests.workflow.pictures import a_picture
from tests.workflow.shop import (
    BENCH,
    POLICY,
    approve,
    come_back,
    good,
    inspect,
    receive,
    rows,
    the_return,
)

SUE = Actor(kind=ActorKind.STAFF, id="1", person=1)
SAM = Actor(kind=ActorKind.STAFF, id="2", person=2)


@pytest.fixture
async def visitor(portal):
    return await portal.signed_in()


async def declined(visitor):
    number = await ask(visitor, "defective")
    await decline_return(number, reason="The seam was cut.", actor=SUE, now=NOW)
    await visitor.open(f"/returns/{number}")
    return number


async def rejected(visitor, portal, *, order_number="EKR-1001"):
    """A return of one unit that the bench rejected, with a photo."""
    number = await ask(visitor, condition__L1="as_received")
    photo = await store_photo(
        a_picture(),
        order_number=order_number,
        photos=portal.services.photos,
        actor=BENCH,
        now=NOW,
    )
    await receive(number, {"L1": 1})
    found = {"verdict": "rejected", "disposition": "quarantine", "grade": "D"}
    await inspect(number, good(**found, note="A coffee stain.", photo_ids=[str(photo)]))
    await visitor.open(f"/returns/{number}")
    return number, photo


class TestWhatWasRefused:
    async def test_promises_no_money_and_asks_for_no_parcel(self, visitor):
        number = await ask(visitor, "defective")
        await visitor.open(f"/returns/{number}")
        assert "What you get back" in visitor.text
        await decline_return(number, reason="The seam was cut.", actor=SUE, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "What you get back" not in visitor.text
        assert "What you send back" not in visitor.text

    async def test_at_the_bench_promises_no_money_either(self, visitor, portal):
        await rejected(visitor, portal)

        assert "A coffee stain." in visitor.text
        assert "What you get back" not in visitor.text


class TestAnAppeal:
    async def test_says_first_what_happens_next_and_that_it_is_another_person(self, visitor):
        number = await declined(visitor)
        assert "You see it differently?" in visitor.text
        assert "The seam was cut." in visitor.text.rpartition("You see it differently?")[2]
        assert "Somebody who did not decide before" in visitor.text
        assert "You can ask for this once." in visitor.text

        await visitor.send(f"/returns/{number}/appeal", appeal="It was <b>never</b> cut.")

        assert "Another person looks at it now." in visitor.text
        assert "<h1>Another person looks at your appeal and will answer you.</h1>" in visitor.text
        assert "It was &lt;b&gt;never&lt;/b&gt; cut." in visitor.text
        assert "seam-steps" not in visitor.text
        assert f'action="/returns/{number}/appeal"' not in visitor.text

    async def test_is_offered_against_a_refund_that_was_called_off(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        (refund,) = await come_back(number, {"L1": 1})
        await approve(refund["id"], refund["proposed"])
        await rows("UPDATE refunds SET blocked_since = now()")
        await refuse_refund(refund["id"], reason="Your bank paid it.", actor=SUE, now=NOW)
        await visitor.open(f"/returns/{number}")
        assert "Your bank paid it." in visitor.text
        assert "You can ask for another person to look at the amount." in visitor.text

        await visitor.send(f"/returns/{number}/appeal", appeal="That was the other cover.")

        assert "Another person looks at it now." in visitor.text

    async def test_is_led_to_from_the_top_of_the_page_as_long_as_it_is_open(self, visitor):
        number = await declined(visitor)
        way = f'href="/returns/{number}?now=appeal#appeal-title"'
        assert visitor.text.index(way) < visitor.text.index('id="items"')

        await visitor.send(f"/returns/{number}/appeal", appeal="It was never cut.")

        assert way not in visitor.text

    async def test_refuses_no_words_and_too_many_at_the_field(self, visitor):
        number = await declined(visitor)

        answer = await visitor.send(f"/returns/{number}/appeal", appeal=" ")
        assert answer.status_code == 422
        assert "Write why you see it differently." in visitor.text
        await visitor.send(f"/returns/{number}/appeal", appeal="a" * 2001)
        assert "a" * 2001 in visitor.text
        assert (await the_return(number))["state"] == "declined"

    async def test_sent_a_second_time_is_the_first_one_unless_its_words_are_others(self, visitor):
        number = await declined(visitor)
        form = visitor.form(f"/returns/{number}/appeal")
        for _ in range(2):
            await visitor.send(f"/returns/{number}/appeal", form=form, appeal="Look again.")
            assert "Another person looks at it now." in visitor.text

        await visitor.send(f"/returns/{number}/appeal", form=form, appeal="Look well.")
        assert "no longer possible" in visitor.text
        await decline_return(number, reason="A knife did it.", actor=SAM, now=NOW)
        await visitor.send(f"/returns/{number}/appeal", form=form, appeal="Look again.")
        assert "no longer possible" in visitor.text

    async def test_that_was_not_right_gives_the_reason_and_still_a_way_to_write(self, visitor):
        number = await declined(visitor)
        await visitor.send(f"/returns/{number}/appeal", appeal="Look again.")
        await decline_return(number, reason="A knife did it.", actor=SAM, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "What was decided stands" in visitor.text
        assert "A knife did it." in visitor.text
        assert "this answer is final" in visitor.text
        assert f'action="/returns/{number}/appeal"' not in visitor.text
        await visitor.send(f"/returns/{number}/message", message="Why a knife?")
        assert "Your message is with us." in visitor.text

    async def test_that_was_right_says_that_somebody_else_inspects(self, visitor, portal):
        number, _ = await rejected(visitor, portal)
        await visitor.send(f"/returns/{number}/appeal", appeal="That is your coffee.")
        await approve_return(number, policy=POLICY, actor=SAM, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "another person inspects your items again.</h1>" in visitor.text
        assert "looked at again" in visitor.text
        assert "You were right" in visitor.text

    async def test_of_another_order_is_not_there(self, portal, visitor):
        number = await declined(visitor)
        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-1002", "eve@example.com")
        form = visitor.form(f"/returns/{number}/appeal")

        assert (await eve.send(form.action, form=form, appeal="x")).status_code in {403, 404}
        assert (await the_return(number))["state"] == "declined"


class TestConsent:
    async def test_stands_beside_the_promise_to_send_it_back(self, visitor, portal):
        number, _ = await rejected(visitor, portal)
        assert "We send it back to you; you need not do anything." in visitor.text

        await visitor.send(f"/returns/{number}/consent", disposition="scrap")

        assert "Thank you. We wrote down" in visitor.text
        assert (await the_return(number))["state"] == "closed"
        assert "You let us keep items." in visitor.text

    async def test_asks_how_many_and_what_may_become_of_them(self, visitor, portal):
        number, _ = await rejected(visitor, portal)

        answer = await visitor.send(f"/returns/{number}/consent", units__L1="0")

        assert answer.status_code == 422
        assert "Say for at least one item how many we may keep." in visitor.text
        assert "Say what may become of it." in visitor.text

    async def test_is_for_no_more_than_is_here(self, visitor, portal):
        number, _ = await rejected(visitor, portal)

        await visitor.send(f"/returns/{number}/consent", units__L1="2", disposition="scrap")

        assert "have as many items of yours here." in visitor.text
        assert (await the_return(number))["state"] == "inspected"


class TestWhatWeFound:
    @pytest.mark.parametrize("order_number", ["EKR-1001", None])
    async def test_shows_the_photo_of_a_rejection_wherever_it_was_taken(
        self, visitor, portal, order_number
    ):
        _, photo = await rejected(visitor, portal, order_number=order_number)
        assert f'src="/photos/{photo}/small"' in visitor.text
        assert (await visitor.open(f"/photos/{photo}")).status_code == 200

        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-1002", "eve@example.com")
        assert (await eve.open(f"/photos/{photo}")).status_code == 404
