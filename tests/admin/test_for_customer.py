"""What support does on a return's page for a customer who wrote or called."""

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind, Role
from returns_engine.workflow.write_message import write_message
from tests.admin.conftest import StaffSide
from tests.api.orders import asked

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
        assert "This field needs a few words." in person.text

    async def test_is_offered_only_where_something_was_asked(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")
        assert "The customer answered" not in person.text

        await person.send(f"/admin/returns/{number}/request-info", question=QUESTION)
        bench = await staff.signed_in("wim", Role.WAREHOUSE)
        await bench.open(f"/admin/returns/{number}")
        assert "The customer answered" not in bench.text
