"""The page on which managers read the versions of the policy, and what each would have changed."""

from datetime import timedelta
from typing import Any

from returns_engine.documents.policy_file import policy_text
from returns_engine.rules.policy import Policy
from returns_engine.rules.policy_toml import read_policy
from returns_engine.rules.words import Role
from returns_engine.workflow.publish_policy import PolicyText, publish_policy
from returns_engine.workflow.replay_policy import replay_policy
from tests.admin.conftest import StaffSide

SHORTER = (
    policy_text(None)
    .replace("version = 1\n", "version = 2\n", 1)
    .replace("days = 30 ", "days = 3 ", 1)
)


async def a_published_version(staff: StaffSide, **more: Any) -> None:
    """Publish three days instead of thirty, with what that would have changed."""
    draft = read_policy(SHORTER, "draft.toml")
    now = staff.clock()
    first: Policy = staff.services.policy
    report = await replay_policy(draft, known=[first], since=now - timedelta(days=400))
    await publish_policy(
        PolicyText(policy=draft, text=SHORTER),
        before=PolicyText(policy=first, text=policy_text(None)),
        in_force_from=now + timedelta(days=9),
        replay=report.facts(),
        now=now,
        **({"note": "Too much came back", "by": None} | more),
    )
    await staff.services.policies.look_again()


class TestThePageOfThePolicy:
    async def test_says_where_to_begin_while_nothing_is_published(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)
        await person.open("/admin/policy")

        assert "No version was published yet." in person.text
        assert "returns-engine policy replay" in person.text

    async def test_lists_versions_with_who_why_and_what_they_change(self, staff: StaffSide):
        await staff.open_return()
        person = await staff.signed_in("mona", Role.MANAGER)
        await a_published_version(staff, by=staff.people["mona"])
        await person.open("/admin/policy")

        for told in ("Version 2", "not in force", "Too much came back", "mona@ekr.test"):
            assert told in person.text
        assert "1 of 1 past decisions" in person.text
        assert "the beginning" in person.text

    async def test_shows_case_by_case_what_would_have_been_decided(self, staff: StaffSide):
        rma = await staff.open_return()
        await a_published_version(staff)
        person = await staff.signed_in("mona", Role.MANAGER)
        await person.open("/admin/policy/2")

        assert "1 of 1 past decisions would have been others." in person.text
        assert "less would have gone back" in person.text
        assert f'href="/admin/returns/{rma}"' in person.text
        assert "return.window" in person.text
        assert "Eligible → Not eligible" in person.text
        # Nobody can order under it yet.
        assert "/policy?version=2" not in person.text

    async def test_says_of_the_first_that_it_changed_nothing(self, staff: StaffSide):
        await a_published_version(staff)
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/policy/1")

        assert "the file that was in force when the first version was published" in person.text
        assert 'href="/policy?version=1"' in person.text
        answer = await person.open("/admin/policy/3")
        assert answer.status_code == 404

    async def test_leads_an_administrator_to_no_case(self, staff: StaffSide):
        rma = await staff.open_return()
        await a_published_version(staff)
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/policy/2")

        assert rma in person.text
        assert f"/admin/returns/{rma}" not in person.text
