import json
from datetime import timedelta

import pytest
from piccolo.apps.user.tables import BaseUser

from returns_engine.queries.api_keys import list_api_keys
from returns_engine.queries.callers import find_key
from returns_engine.rules.words import Role, Scope
from returns_engine.tables.access import StaffSession
from returns_engine.workflow.keep_staff import add_staff, set_password, set_roles
from returns_engine.workflow.make_api_key import make_api_key, revoke_api_key, revoke_one_api_key
from returns_engine.workflow.refusals import Conflict, Unprocessable
from tests.workflow.orders import NOW
from tests.workflow.shop import rows, value

PASSWORD = "correct horse"


async def hire(*roles: Role, email: str = "Sam@Example.com", password: str = PASSWORD) -> int:
    return await add_staff(email=email, name="Sam", password=password, roles=roles, now=NOW)


async def key_for(*scopes: Scope, staff: str | None = None) -> str:
    return await make_api_key(name="a program", scopes=scopes, staff_email=staff, now=NOW)


@pytest.mark.usefixtures("database")
class TestAMemberOfStaff:
    async def test_can_sign_in_and_has_the_roles_given(self):
        staff = await hire(Role.SUPPORT, Role.FINANCE, Role.SUPPORT)

        assert await BaseUser.login(username="sam@example.com", password=PASSWORD) == staff
        held = await rows("SELECT role FROM staff_roles WHERE staff = $1 ORDER BY role", staff)
        assert [row["role"] for row in held] == ["finance", "support"]

    async def test_comes_once_in_whatever_letters(self):
        await hire(Role.SUPPORT)
        with pytest.raises(Conflict, match="on the staff already"):
            await hire(Role.SUPPORT, email="SAM@example.com")

    @pytest.mark.parametrize("password", ["short", "x" * 129])
    async def test_needs_a_password_of_a_good_length(self, password: str):
        with pytest.raises(Unprocessable, match="A password has at"):
            await hire(Role.SUPPORT, password=password)

    async def test_needs_a_role(self):
        with pytest.raises(Unprocessable, match="at least one role"):
            await hire()

    async def test_gets_a_new_password_and_is_signed_out_everywhere(self):
        staff = await hire(Role.SUPPORT)
        await StaffSession.create_session(staff)

        await set_password(email="SAM@example.com", password="battery staple", now=NOW)

        assert await BaseUser.login(username="sam@example.com", password=PASSWORD) is None
        assert await BaseUser.login(username="sam@example.com", password="battery staple") == staff
        assert await StaffSession.count() == 0
        events = await rows("SELECT type FROM events WHERE chain = 'staff' ORDER BY sequence")
        assert [event["type"] for event in events] == ["staff.added", "staff.password_set"]
        with pytest.raises(Unprocessable, match="at least 10"):
            await set_password(email="sam@example.com", password="short", now=NOW)
        with pytest.raises(Conflict, match="Nobody on the staff"):
            await set_password(email="eve@example.com", password="battery staple", now=NOW)

    async def test_has_exactly_the_roles_set_later_and_each_change_is_an_event(self):
        staff = await hire(Role.SUPPORT)
        await set_roles(email="sam@example.com", roles=[Role.FINANCE, Role.FINANCE], now=NOW)
        await set_roles(email="sam@example.com", roles=[], now=NOW)

        assert await value("SELECT count(*) FROM staff_roles") == 0
        events = await rows("SELECT type, data FROM events WHERE chain = 'staff' ORDER BY sequence")
        told = [(event["type"], json.loads(event["data"])) for event in events]
        assert told == [
            ("staff.added", {"staff": staff, "roles": ["support"]}),
            ("staff.roles", {"staff": staff, "roles": ["finance"]}),
            ("staff.roles", {"staff": staff, "roles": []}),
        ]

    async def test_that_nobody_knows_gets_no_roles(self):
        with pytest.raises(Conflict) as refused:
            await set_roles(email="eve@example.com", roles=[Role.FINANCE], now=NOW)

        assert refused.value.code == "no_such_staff"


@pytest.mark.usefixtures("database")
class TestAKey:
    async def test_is_shown_once_and_kept_as_a_digest(self):
        key = await key_for(Scope.RETURNS_READ)

        assert key not in str(await rows("SELECT * FROM api_keys"))
        known = await find_key(key, NOW)
        assert known is not None
        assert (known.scopes, known.person) == (["returns:read"], None)

    @pytest.mark.parametrize(
        "scope", [Scope.RETURNS_REVIEW, Scope.INSPECTIONS_WRITE, Scope.REFUNDS_APPROVE]
    )
    async def test_that_decides_belongs_to_a_person(self, scope: Scope):
        with pytest.raises(Unprocessable) as refused:
            await key_for(scope)

        assert refused.value.code == "staff_required"
        assert await value("SELECT count(*) FROM api_keys") == 0

    async def test_grants_no_more_than_its_persons_roles(self):
        await hire(Role.WAREHOUSE)
        with pytest.raises(Unprocessable) as refused:
            await key_for(Scope.REFUNDS_APPROVE, staff="sam@example.com")
        assert refused.value.code == "scope_not_held"

        key = await key_for(Scope.INSPECTIONS_WRITE, staff="SAM@example.com")
        known = await find_key(key, NOW)
        assert known is not None
        assert known.roles == ["warehouse"]

    async def test_of_nobody_known_is_refused(self):
        with pytest.raises(Conflict):
            await key_for(Scope.RETURNS_READ, staff="eve@example.com")

    async def test_that_is_revoked_opens_nothing(self):
        key = await key_for(Scope.RETURNS_READ)

        assert await revoke_api_key("a program", now=NOW) == 1
        assert await revoke_api_key("a program", now=NOW) == 0
        assert await find_key(key, NOW) is None
        kinds = await rows("SELECT type FROM events WHERE chain = 'staff' ORDER BY sequence")
        assert [row["type"] for row in kinds] == ["api_key.made", "api_key.revoked"]

    async def test_is_revoked_alone_by_its_id_while_another_of_its_name_replaces_it(self):
        old, new = await key_for(Scope.RETURNS_READ), await key_for(Scope.RETURNS_READ)
        (older, newer) = await list_api_keys()

        assert await revoke_one_api_key(older.id, now=NOW) == 1
        assert await revoke_one_api_key(older.id, now=NOW) == 0
        assert await find_key(old, NOW) is None
        assert await find_key(new, NOW) is not None
        assert [key.id for key in await list_api_keys()] == [newer.id, older.id]

    async def test_that_is_not_there_is_not_revoked(self):
        for unknown in (revoke_api_key("nobody's", now=NOW), revoke_one_api_key(1, now=NOW)):
            with pytest.raises(Conflict) as refused:
                await unknown
            assert refused.value.code == "no_such_key"

    async def test_tells_when_it_was_last_used_right_to_the_hour(self):
        key = await key_for(Scope.RETURNS_READ)
        told = [(await list_api_keys())[0].last_used_at]
        for minutes in (0, 59, 60, 61):
            await find_key(key, NOW + timedelta(minutes=minutes))
            told.append((await list_api_keys())[0].last_used_at)

        later = NOW + timedelta(hours=1)
        assert told == [None, NOW, NOW, later, later]

    async def test_is_not_used_once_it_opens_nothing(self):
        key = await key_for(Scope.RETURNS_READ)
        await revoke_api_key("a program", now=NOW)

        await find_key(key, NOW)

        assert (await list_api_keys())[0].last_used_at is None

    async def test_is_listed_with_what_its_persons_roles_grant_now(self):
        await hire(Role.SUPPORT, Role.FINANCE)
        await key_for(Scope.RETURNS_REVIEW, Scope.REFUNDS_READ, staff="sam@example.com")
        await set_roles(email="sam@example.com", roles=[Role.FINANCE], now=NOW)
        (listed,) = await list_api_keys()

        assert listed.person == "sam@example.com"
        assert listed.scopes == (Scope.REFUNDS_READ, Scope.RETURNS_REVIEW)
        assert listed.grants == (Scope.REFUNDS_READ,)

        await BaseUser.update({BaseUser.active: False}, force=True)
        assert (await list_api_keys())[0].grants == ()
