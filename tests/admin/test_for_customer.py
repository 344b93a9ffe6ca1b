"""What support does on a return's page for a customer who wrote or called."""

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind, Role
from returns_engine.workflow.write_message import write_message
from tests.admin.conftest import StaffSide
from tests.api.orders import asked
from tests.workflow.shop import receive

DANA = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
QUESTION = "Which seat is it?"


class TestAnAnswer:
    async def test_that_came_by_message_brings_the_return_back_to_review(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        await person.open(page)
        await person.send(f"{page}/request-info", question=QUESTION)
        assert "The customer was asked" in person.text
        assert f'action="{page}/approve"' not in person.text
        await write_message(number, message="The left one.", actor=DANA, now=staff.clock())

        await person.open(page)
        form = dict(person.form(f"{page}/answer").fields)
        assert form["answer"] == "The left one."
        await person.send(f"{page}/answer")

        assert (await staff.case(number))["state"] == "in_review"
        assert f'action="{page}/approve"' in person.text
        assert "Customer answered" in person.text
        assert "The customer waits for an answer" not in person.text

    async def test_needs_its_words(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        await person.open(page)
        await person.send(f"{page}/request-info", question=QUESTION)

        assert (await person.send(f"{page}/answer", answer=" ")).status_code == 422

        assert (await staff.case(number))["state"] == "needs_info"
        assert "Type what the customer answered." in person.text

    async def test_is_offered_only_where_something_was_asked(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")
        assert "The customer answered" not in person.text

        await person.send(f"/admin/returns/{number}/request-info", question=QUESTION)
        bench = await staff.signed_in("wim", Role.WAREHOUSE)
        await bench.open(f"/admin/returns/{number}")
        assert "The customer answered" not in bench.text


class TestATrackingNumber:
    async def test_is_noted_for_the_customer(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        await person.open(page)
        await person.send(
            f"{page}/tracking", carrier="ups", tracking_number="1z 999 AA1 0123456784"
        )

        case = await staff.case(number)
        assert (case["state"], case["own_tracking_number"]) == ("in_transit", "1Z999AA10123456784")
        assert 'UPS <span class="code-text">1Z999AA10123456784' in person.text

    async def test_is_one_that_its_carrier_prints(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        for carrier, typed in (("fedex", "1Z999AA10123456784"), ("ups", "1Z?")):
            await person.open(page)
            sent = await person.send(f"{page}/tracking", carrier=carrier, tracking_number=typed)
            assert sent.status_code == 422
            assert "field-error" in person.text

        assert (await staff.case(number))["state"] == "approved"


class TestTakingItBack:
    async def test_is_done_for_the_customer_before_anything_arrived(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        await person.open(page)
        await person.send(f"{page}/withdraw")

        assert (await staff.case(number))["state"] == "withdrawn"
        assert f'action="{page}/withdraw"' not in person.text
        assert await staff.open_return()

    async def test_is_nothing_for_the_bench_nor_once_it_arrived(self, staff: StaffSide):
        number = await staff.open_return()
        page = f"/admin/returns/{number}"
        for name, role in (("wim", Role.WAREHOUSE), ("fay", Role.FINANCE)):
            other = await staff.signed_in(name, role)
            await other.open(page)
            assert f'action="{page}/withdraw"' not in other.text
        await receive(number, {"L1": 1})
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(page)

        assert f'action="{page}/withdraw"' not in person.text


class TestWhatNeverCame:
    async def test_is_given_up_at_the_bench_for_a_reason(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        await receive(number, {"L1": 1})
        bench = await staff.signed_in("wim", Role.WAREHOUSE)
        page = f"/admin/returns/{number}"
        await bench.open(f"/admin/bench/{number}")
        assert f'href="{page}#missing"' in bench.text
        await bench.open(page)
        sent = await bench.send(f"{page}/close-outstanding", missing_reason=" ")
        assert sent.status_code == 422
        await bench.send(f"{page}/close-outstanding", missing_reason="They keep it.")

        case = await staff.case(number)
        assert (case["state"], case["lines"][0]["given_up"]) == ("received", 1)
        assert "They keep it." in bench.text
        assert "Give up the rest" not in bench.text

    async def test_is_a_whole_parcel_too_where_it_was_lost_on_its_way(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        page = f"/admin/returns/{number}"
        await person.open(page)
        assert "Give up the parcel" not in person.text
        await person.send(f"{page}/tracking", carrier="ups", tracking_number="1Z999AA10123456784")
        assert "Give up the parcel" in person.text
        await person.send(f"{page}/close-outstanding", missing_reason="UPS lost it.")

        assert (await staff.case(number))["state"] == "closed"
        assert "please write to us if you sent it" in person.text
        assert "Give up the parcel" not in person.text
        assert await staff.open_return()
