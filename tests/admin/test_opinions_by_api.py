"""What the API keeps from whoever may be asked for a second opinion, until it is given."""

import httpx

from returns_engine.rules.words import Role, Scope
from returns_engine.workflow.make_api_key import make_api_key
from tests.admin.conftest import StaffSide
from tests.admin.test_appeals import appealed, rejected
from tests.admin.test_dashboard import sql
from tests.admin.test_opinions import SEEN

RECORD = ('"grade"', '"verdict"', "quarantine", "your</b> coffee")
MAIL = "We found a coffee stain."


async def a_key(name: str, staff: StaffSide, *, email: str | None = None) -> str:
    """Return a key that reads, of the person with an e-mail or of nobody."""
    scopes = {Scope.RETURNS_READ}
    return await make_api_key(name=name, scopes=scopes, staff_email=email, now=staff.clock())


async def by_key(staff: StaffSide, key: str, path: str) -> httpx.Response:
    return await staff.client().get(path, headers={"Authorization": f"Bearer {key}"})


class TestAnAppealedRejection:
    async def test_is_told_to_nobody_who_may_be_asked_by_session_or_key(self, staff: StaffSide):
        number, _ = await rejected(staff)
        await appealed(staff, number)
        will = await staff.signed_in("will", Role.WAREHOUSE)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        events, messages = (f"/api/v1/returns/{number}/{what}" for what in ("events", "messages"))
        his = await a_key("his", staff, email="will@ekr.test")
        shops = await a_key("shop", staff)

        await sql("UPDATE messages SET text = $1 WHERE template = 'inspection_result'", MAIL)

        for call, secret in ((events, RECORD), (messages, (MAIL,))):
            for told in (await will.open(call), await by_key(staff, his, call)):
                assert told.status_code == 200
                assert not [word for word in secret if word in told.text], call
            for told in (await sam.open(call), await by_key(staff, shops, call)):
                assert [word for word in secret if word in told.text] == list(secret), call
        told = await by_key(staff, his, events)
        (found,) = [one for one in told.json()["items"] if one["type"] == "lines.inspected"]
        assert found["data"] == {"lines": [{"line_id": "L1", "quantity": 1}]}

        await will.open("/admin/opinions")
        page = will.text.split('href="/admin/opinions/')[1].split('"')[0]
        await will.open(f"/admin/opinions/{page}")
        await will.send(f"/admin/opinions/{page}/give", **SEEN)
        assert '"grade"' in (await by_key(staff, his, events)).text
        assert MAIL in (await by_key(staff, his, messages)).text
