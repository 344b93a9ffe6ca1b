"""The page where administrators see which programs come in, and end a key."""

from datetime import timedelta

from returns_engine.queries.api_keys import list_api_keys
from returns_engine.queries.callers import find_key
from returns_engine.queries.rows import first_row
from returns_engine.rules.words import Role, Scope
from returns_engine.tables.access import digest
from returns_engine.workflow.make_api_key import make_api_key
from tests.admin.conftest import StaffSide
from tests.api.orders import NOW


class TestThePageOfKeys:
    async def test_says_what_each_may_and_when_it_was_last_used_and_never_the_key(
        self, staff: StaffSide
    ):
        await staff.hire("fay", Role.FINANCE)
        scopes = {Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE}
        key = await make_api_key(name="books", scopes=scopes, staff_email="fay@ekr.test", now=NOW)
        await find_key(key, NOW + timedelta(hours=3))
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/keys")

        for told in ("books", "acts for fay@ekr.test", "refunds:approve", "Last used"):
            assert told in person.text
        assert "never" not in person.text
        assert key not in person.text
        assert digest(key) not in person.text

    async def test_ends_a_key_once_and_puts_on_record_who_did(self, staff: StaffSide):
        key = await make_api_key(
            name="shop", scopes={Scope.ORDERS_WRITE}, staff_email=None, now=NOW
        )
        (listed,) = await list_api_keys()
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/keys")
        await person.send(f"/admin/keys/{listed.id}/revoke")

        assert person.path == "/admin/keys"
        assert "The key is revoked." in person.text
        assert await find_key(key, NOW) is None
        event = await first_row("SELECT actor_id FROM events WHERE type = 'api_key.revoked'")
        assert event == {"actor_id": str(staff.people["ada"])}

    async def test_says_whom_to_ask_to_all_others(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)
        answer = await person.open("/admin/keys")

        assert answer.status_code == 403
        assert "<li>Administrator</li>" in person.text
