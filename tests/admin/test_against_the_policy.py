"""Approving what the policy refused: what is set aside by it is said before, and nothing else."""

import json
from datetime import timedelta

from returns_engine.documents.reading import read_document
from returns_engine.documents.request import RequestDocument
from returns_engine.rules.words import Role
from returns_engine.workflow.ask_a_person import ask_a_person
from returns_engine.workflow.request_return import Declined, request_return
from tests.admin.conftest import StaffSide
from tests.admin.test_appeals import DANA, appealed
from tests.api.orders import asked, request

SAYS = "Whoever approves sets this aside"


async def too_late(staff: StaffSide) -> str:
    """Let Dana ask two months later, be refused, and ask for a person."""
    staff.clock.pass_by(timedelta(days=60))
    policy, now = staff.services.policy, staff.clock()
    document = read_document(json.dumps(request("EKR-1001", asked())).encode(), RequestDocument)
    refused = await request_return(document, actor=DANA, policy=policy, now=now)
    assert isinstance(refused, Declined)
    words = "I was in hospital."
    return await ask_a_person(
        refused.decision_id, message=words, actor=DANA, policy=policy, now=now
    )


class TestApprovingAgainstThePolicy:
    async def test_says_before_the_tap_which_rules_it_sets_aside(self, staff: StaffSide):
        url = f"/admin/returns/{await too_late(staff)}"
        sue = await staff.signed_in("sue", Role.SUPPORT)

        await sue.open(url)
        button = sue.text.split(f'action="{url}/approve"')[1].split("</form>")[0]
        assert SAYS in button
        decide = sue.text.split('<h2 id="act">')[1].split(f'action="{url}/approve"')[0]
        assert "I was in hospital." in decide
        assert "the last day was" in button
        assert "return.window" in button
        assert button.count("<li") == 1
        assert 'aria-describedby="sets-aside"' in button

        await sue.send(f"{url}/approve")
        case = await staff.case(url.rpartition("/")[2])
        assert case["flags"]["overridden"]
        assert SAYS not in sue.text

    async def test_is_not_said_of_what_only_asks_for_a_look(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        sue = await staff.signed_in("sue", Role.SUPPORT)

        await sue.open(f"/admin/returns/{number}")

        assert "Approve this return" in sue.text
        assert SAYS not in sue.text

    async def test_is_not_said_again_of_what_was_set_aside_with_a_reason(self, staff: StaffSide):
        url = f"/admin/returns/{await too_late(staff)}"
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open(url)
        await sue.send(f"{url}/override", **{"override_reason-0": "Seen the papers."})

        await sue.open(url)
        assert "Approve this return" in sue.text
        assert SAYS not in sue.text

    async def test_is_said_where_an_appeal_against_it_is_upheld(self, staff: StaffSide):
        number = await too_late(staff)
        url = f"/admin/returns/{number}"
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open(url)
        await sue.send(f"{url}/decline", reason="It was too late.")
        await appealed(staff, number)

        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        assert SAYS in sam.text.split("Uphold: the customer is right")[0]


class TestThePageOfAReturn:
    async def test_leads_back_to_the_inbox_for_those_who_have_one(self, staff: StaffSide):
        url = f"/admin/returns/{await too_late(staff)}"
        sue = await staff.signed_in("sue", Role.SUPPORT)
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)

        for person, back in ((sue, True), (wanda, False)):
            await person.open(url)
            assert ('<a class="btn btn-quiet case-more" href="/admin/inbox"' in person.text) is back
            assert ('class="to-act" href="#act"' in person.text) is back
