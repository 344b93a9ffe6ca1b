from datetime import timedelta

import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.tables.messages import Message
from returns_engine.tables.returns import Return
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.review_return import decline_return, request_info
from returns_engine.workflow.write_message import write_message
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.workflow.pictures import a_picture

STAFF = Actor(kind=ActorKind.STAFF, id="1", person=1)
CHECKS = {"as_received": True, "unused": True, "tags_attached": True, "original_packaging": True}


@pytest.fixture
async def visitor(portal):
    return await portal.signed_in()


async def ask(visitor, why="changed_mind", **details):
    """Ask for one unit and return the number of the return."""
    await visitor.send("/order/details", take="L1", why__L1=why)
    await visitor.send("/order/review", **details)
    await visitor.send("/order/send")
    return visitor.path.removeprefix("/returns/")


class TestTheCase:
    async def test_is_opened_by_its_number_however_it_was_typed(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await visitor.open(f"/returns/{number}")
        for typed in (number.lower(), number.replace("-", "")):
            answer = await visitor.open(f"/returns/{typed}")

            assert answer.status_code == 200
            assert number in visitor.text
            assert typed not in visitor.text

    async def test_is_led_to_by_its_number_in_small_letters_once_the_order_is_found(
        self, portal, visitor
    ):
        number = await ask(visitor, condition__L1="as_received")
        await portal.codes_gone()
        other = portal.visitor()
        await other.open(f"/returns/{number.lower()}")
        await other.send("/find", order_number="EKR-1001", contact="dana@example.com")
        await other.send("/code", code=await portal.code())

        assert other.path == f"/returns/{number}"

    async def test_says_on_top_what_comes_next_and_whose_turn_it_is(self, visitor):
        await ask(visitor, condition__L1="as_received")

        assert "<h1>Your return is accepted; we are making your label.</h1>" in visitor.text
        assert "Our turn" in visitor.text
        assert "You asked for this return." in visitor.text

    async def test_asks_for_no_parcel_while_a_person_looks(self, visitor):
        await ask(visitor, "defective")

        assert "By April 1, 2026 at the latest." in visitor.text
        assert "send anything yet." in visitor.text
        assert "What it is about" in visitor.text
        assert "What you send back" not in visitor.text

    async def test_of_another_order_is_not_there(self, portal, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-1002", "eve@example.com")

        for path in (f"/returns/{number}", f"/returns/{number}/label.pdf", "/returns/RMA-00000000"):
            answer = await eve.open(path)
            assert answer.status_code == 404
            assert "There is nothing here" in eve.text

    async def test_takes_a_message_and_shows_it_as_text(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        await visitor.send(f"/returns/{number}/message", message="Is <i>blue</i> there?\nDana")

        assert "Your message is with us." in visitor.text
        assert "We aim to do so within 2 business days." in visitor.text
        assert "Is &lt;i&gt;blue&lt;/i&gt; there?" in visitor.text

    async def test_shows_what_we_wrote_without_the_name_of_anybody(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await write_message(number, message="It is.", actor=STAFF, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "It is." in visitor.text
        assert "We wrote to you." in visitor.text

    async def test_refuses_an_empty_message_at_its_field(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        answer = await visitor.send(f"/returns/{number}/message", message="  ")

        assert answer.status_code == 422
        assert "Write something before you send it." in visitor.text

    async def test_is_found_again_at_the_address_of_a_form_that_was_refused(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await visitor.send(f"/returns/{number}/message", message="")
        assert visitor.path == f"/returns/{number}/message"

        answer = await visitor.open(visitor.path)

        assert answer.status_code == 200
        assert visitor.path == f"/returns/{number}"

    async def test_refuses_a_message_too_long_and_keeps_it(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        await visitor.send(f"/returns/{number}/message", message="a" * 2001)

        assert "Shorten your message to 2,000 characters." in visitor.text
        assert "a" * 2001 in visitor.text

    async def test_can_be_withdrawn_once(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = visitor.form(f"/returns/{number}/withdraw")

        await visitor.send(f"/returns/{number}/withdraw", form=form)
        assert "You withdrew this return; nothing more is due." in visitor.text
        assert f"/returns/{number}/withdraw" not in visitor.text

        await visitor.send(f"/returns/{number}/withdraw", form=form)
        assert "You withdrew it. We confirm it by mail." in visitor.text

    async def test_that_is_withdrawn_says_until_when_to_ask_again_and_tells_it_by_mail(
        self, visitor
    ):
        number = await ask(visitor, condition__L1="as_received", resolution="exchange")
        assert "Your exchange" in visitor.text

        await visitor.send(f"/returns/{number}/withdraw")

        assert "You can ask again until the end of March 31, 2026." in visitor.text
        assert "on its way already" not in visitor.text
        assert "Your exchange" not in visitor.text
        assert await Message.count().where(Message.template == "return_withdrawn") == 1

    async def test_that_is_withdrawn_speaks_of_the_parcel_under_way(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await print_label(number, b"%PDF-1.4 a label")
        form = f"/returns/{number}/tracking"
        await visitor.send(form, carrier="dhl", tracking_number="3318810025")
        assert "You told us that your parcel is on its way:" in visitor.text

        await visitor.send(f"/returns/{number}/withdraw")

        assert "Its label is void: please don't use it any more." in visitor.text
        assert "we set it aside when it arrives, and write to you." in visitor.text

    async def test_takes_the_customers_own_tracking_number(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        await visitor.send(
            f"/returns/{number}/tracking", carrier="fedex", tracking_number="1234 5678 9012"
        )

        assert "Your parcel is on its way to us." in visitor.text
        assert '<a class="btn btn-quiet" href="https://www.fedex.com' in visitor.text
        assert "trknbr=123456789012" in visitor.text

    async def test_asks_again_for_the_number_of_another_carrier(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        typed = {"carrier": "fedex", "tracking_number": "1z 999aa1-0123456784"}
        answer = await visitor.send(f"/returns/{number}/tracking", **typed)

        assert answer.status_code == 422
        says = "This looks like a UPS number. Choose UPS, or check the number."
        assert f'<span class="field-error">{says}</span>' in visitor.text
        assert '<option value="fedex" selected>' in visitor.text
        await visitor.send(f"/returns/{number}/tracking", **typed | {"carrier": "ups"})
        assert "Your parcel is on its way to us." in visitor.text

    @pytest.mark.parametrize(
        ("carrier", "typed", "says"),
        [
            ("ups", "12345", "This cannot be a UPS number. Compare it with the receipt"),
            ("usps", "my parcel", "This cannot be a USPS number."),
            ("other", "my parcel", "This cannot be a tracking number:"),
        ],
    )
    async def test_takes_no_number_that_its_carrier_cannot_print(
        self, visitor, carrier, typed, says
    ):
        number = await ask(visitor, condition__L1="as_received")

        form = f"/returns/{number}/tracking"
        answer = await visitor.send(form, carrier=carrier, tracking_number=typed)

        assert answer.status_code == 422
        assert f'<span class="field-error">{says}' in visitor.text
        assert (await Return.select(Return.state).first())["state"] == "approved"

    async def test_takes_a_number_of_a_carrier_it_has_never_heard_of(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        form = f"/returns/{number}/tracking"
        await visitor.send(form, carrier="other", tracking_number="c1103-1500-0018")

        assert "Your parcel is on its way to us." in visitor.text
        assert 'You sent it as <span class="code-text">C110315000018</span>' in visitor.text

    async def test_asks_once_whether_a_figure_was_mistyped(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = f"/returns/{number}/tracking"

        asked = await visitor.send(form, carrier="ups", tracking_number="1Z999AA10123456785")

        assert asked.status_code == 422
        assert "One figure seems to be wrong" in visitor.text
        await visitor.send(form, tracking_number="1Z999AA10123456786")
        assert "One figure seems to be wrong" in visitor.text, "another number is asked about too"
        await visitor.send(form)
        assert "Your parcel is on its way to us." in visitor.text

    async def test_shows_the_number_with_a_way_to_change_it_and_the_label(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await print_label(number, b"%PDF-1.4 a label")
        form = f"/returns/{number}/tracking"

        await visitor.send(form, carrier="ups", tracking_number="1Z999AA10123456784")

        assert (
            'tracknum=1Z999AA10123456784" rel="noreferrer">1Z999AA10123456784</a>' in visitor.text
        )
        assert f'href="/returns/{number}/label.pdf"' in visitor.text
        await visitor.open(f"/returns/{number}?now=tracking")
        assert '<details class="panel" open>' in visitor.text
        assert ("tracking_number", "1Z999AA10123456784") in visitor.form(form).fields

    async def test_notes_the_same_number_once(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        for _ in range(2):
            await visitor.open(f"/returns/{number}")
            await visitor.send(
                f"/returns/{number}/tracking", carrier="dhl", tracking_number="3318810025"
            )

        assert visitor.text.count("You told us your tracking number.") == 1

    async def test_asks_for_it_in_the_language_of_the_page(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await visitor.open(f"/language?speak=es&back=/returns/{number}")

        typed = {"carrier": "ups", "tracking_number": "9400100000000000000000"}
        await visitor.send(f"/returns/{number}/tracking", **typed)

        assert "Este parece un número de USPS. Elija USPS o revise el número." in visitor.text

    async def test_is_not_on_its_way_before_its_label_was_used(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await print_label(number, b"%PDF-1.4 a label")
        await the_engine().fetch_rows(
            "DO $$ BEGIN PERFORM set_config('app.transition', '1', true);"
            " UPDATE returns SET state = 'label_issued', label_issued_at = now(); END $$"
        )

        await visitor.open(f"/returns/{number}")

        assert '<li class="now" aria-current="step"><span>Accepted</span>' in visitor.text
        assert '<li class="later"><span>On its way</span>' in visitor.text

    @pytest.mark.parametrize("ended", ["withdrawn", "expired"])
    async def test_leads_to_no_parcel_under_a_label_that_is_called_off(self, visitor, ended):
        number = await ask(visitor, condition__L1="as_received")
        await print_label(number, b"%PDF-1.4 a label")
        await the_engine().fetch_rows(
            "DO $$ BEGIN PERFORM set_config('app.transition', '1', true);"
            " UPDATE returns SET state = 'label_issued', label_issued_at = now(); END $$"
        )
        await visitor.open(f"/returns/{number}")
        assert "1Z12345E0205271688" in visitor.text

        if ended == "withdrawn":
            await visitor.send(f"/returns/{number}/withdraw")
        else:
            assert await expire_labels(now=NOW + timedelta(days=30)) == 1
        await visitor.open(f"/returns/{number}")

        assert (await Return.select(Return.permission).first())["permission"] == ended
        assert "1Z12345E0205271688" not in visitor.text
        assert "Follow your parcel" not in visitor.text

    async def test_still_leads_to_the_customers_own_parcel_once_it_is_withdrawn(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await visitor.send(
            f"/returns/{number}/tracking", carrier="fedex", tracking_number="123456789012"
        )

        await visitor.send(f"/returns/{number}/withdraw")

        assert "trknbr=123456789012" in visitor.text

    async def test_shows_our_question_and_takes_the_answer(self, visitor):
        number = await ask(visitor, "defective")
        await request_info(number, message="Which seam is it?", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")
        assert "Which seam is it?" in visitor.text
        assert "Your turn" in visitor.text

        await visitor.send(f"/returns/{number}/answer", answer="The left one.")

        assert "A person looks at your answer." in visitor.text
        assert (await Return.select(Return.permission).first())["permission"] == "in_review"

    async def test_says_that_photos_are_to_be_chosen_again_where_the_answer_comes_back(
        self, visitor
    ):
        number = await ask(visitor, "defective")
        await request_info(number, message="Which seam is it?", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")
        again = "If you had chosen photos, please choose them again."
        assert again not in visitor.text

        photo = {"photos": ("seam.png", a_picture(), "image/png")}
        await visitor.send(f"/returns/{number}/answer", files=photo, answer=" ")

        assert "Write an answer before you send it." in visitor.text
        assert again in visitor.text

    async def test_shows_why_it_was_declined_and_offers_a_person(self, visitor):
        number = await ask(visitor, "defective")
        await decline_return(number, reason="The seam was cut.", actor=STAFF, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "The seam was cut." in visitor.text
        assert "Ask for another person" in visitor.text

    async def test_leads_to_the_label_only_when_it_is_there(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        await visitor.open(f"/returns/{number}/label.pdf")

        assert visitor.path == f"/returns/{number}"
        assert "Open the label" not in visitor.text

    async def test_shows_what_was_found_and_the_refund_with_both_dates(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        await receive_parcel(
            number,
            lines=[ReceivedUnits(line_id="L1", quantity=1)],
            parcel_reference=None,
            actor=STAFF,
            now=NOW,
        )
        await inspect_lines(
            number,
            lines=[
                InspectedUnits(
                    line_id="L1",
                    quantity=1,
                    checks=CHECKS,
                    grade="A",
                    found_cause=None,
                    verdict="accepted",
                    disposition="restock",
                    note="",
                    photo_ids=[],
                )
            ],
            policy=load_policy(None),
            actor=STAFF,
            now=NOW,
        )

        await visitor.open(f"/returns/{number}")

        assert "What we found" in visitor.text
        assert "$135.34" in visitor.text
        assert "Waiting for approval" in visitor.text
        assert "3 to 5 business days after it is approved" in visitor.text
        assert 'Your refund was worked out.</span> <span class="sum">$135.34</span>' in (
            visitor.text
        )


class TestAPage:
    async def test_runs_no_script_and_holds_no_style_of_its_own(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        for path in ("/", "/order", f"/returns/{number}"):
            answer = await visitor.open(path)
            assert "<style" not in visitor.text
            assert " style=" not in visitor.text
            assert "<script>" not in visitor.text
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_asks_no_other_site_for_anything(self, visitor):
        for path in ("/", "/order"):
            await visitor.open(path)
            assert 'src="http' not in visitor.text
            assert 'href="http' not in visitor.text.split("<main")[0]
