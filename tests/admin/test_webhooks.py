"""The page that says which programs are told, and what did not reach them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.webhooks.retries import Off
from returns_engine.rules.words import Role
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.keep_webhooks import add_webhook
from returns_engine.workflow.webhook_standing import note_failure, switch_off
from tests.admin.conftest import StaffSide
from tests.portal.conftest import Visitor


async def a_receiver(staff: StaffSide, name: str = "erp") -> int:
    url = f"https://{name}.example.com/hooks"
    return (await add_webhook(url, secure=True, actor=SYSTEM, now=staff.clock())).id


async def value(sql: str, *values: object) -> Any:
    row = await the_engine().fetch_row(sql, *values)
    return None if row is None else row[0]


async def post(person: Visitor, address: str) -> None:
    """Post what the page has no button for now."""
    (token, *_) = re.findall(r'name="_csrf_token" value="([^"]+)"', person.text)
    person.page = await person.client.post(address, data={"_csrf_token": token})


class TestWebhooks:
    async def test_say_how_to_begin_where_no_program_is_told(self, staff: StaffSide):
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin/webhooks")
        assert "No program is told" in person.text
        assert "returns-engine webhooks add" in person.text

    async def test_show_what_was_sent_and_send_it_again(self, staff: StaffSide):
        endpoint = await a_receiver(staff)
        number = await staff.open_return()
        await the_engine().fetch_rows(
            "UPDATE webhook_deliveries SET state = 'failed', next_try = NULL, tries = 10,"
            " last_status = 503 WHERE event_type = 'return.requested'"
        )
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/webhooks?show=failed")
        assert "return.requested" in person.text
        assert "return.approved" not in person.text
        assert number in person.text
        assert "503" in person.text
        assert "whsec_" not in person.text

        failed = await value("SELECT id FROM webhook_deliveries WHERE state = 'failed'")
        await person.send(f"/admin/webhooks/log/{failed}/resend", show="failed")
        assert "On their way again" in person.text
        assert await value("SELECT tries FROM webhook_deliveries WHERE id = $1", failed) == 0
        await person.send(f"/admin/webhooks/{endpoint}/test")
        assert "A test is on its way" in person.text
        assert "ping" in person.text

    async def test_are_switched_off_and_on(self, staff: StaffSide):
        endpoint = await a_receiver(staff)
        person = await staff.signed_in("mia", Role.MANAGER)
        await person.open("/admin/webhooks")
        await person.send(f"/admin/webhooks/{endpoint}/off")
        assert "Switched off by hand." in person.text
        await staff.open_return()
        await post(person, f"/admin/webhooks/{endpoint}/test")
        assert "switch it on first" in person.text

        await person.send(f"/admin/webhooks/{endpoint}/on")
        assert "2 held" in person.text
        await person.send(f"/admin/webhooks/{endpoint}/resend")
        assert "2 on their way" in person.text

    @pytest.mark.parametrize("address", ["/admin/webhooks/99/on", "/admin/webhooks/log/0/resend"])
    async def test_that_are_not_there_are_said_to_be_gone(self, staff: StaffSide, address: str):
        await a_receiver(staff)
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/webhooks")

        await post(person, address)
        assert person.page.status_code == 404

    async def test_take_odd_addresses_for_none(self, staff: StaffSide):
        await a_receiver(staff)
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin/webhooks?of=x&before=99999999999999999999&show=z&said=z")
        assert person.page.status_code == 200

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.WAREHOUSE, Role.FINANCE])
    async def test_are_not_every_roles_place(self, staff: StaffSide, role: Role):
        endpoint = await a_receiver(staff)
        person = await staff.signed_in("sam", role)
        await person.open("/admin/webhooks")
        assert person.page.status_code == 403

        await person.open("/admin")
        await post(person, f"/admin/webhooks/{endpoint}/off")
        assert person.page.status_code == 403

    async def test_show_no_key_that_stands_in_an_address(self, staff: StaffSide):
        url = "https://erp.example.com/hooks?key=1f3d"
        await add_webhook(url, secure=True, actor=SYSTEM, now=staff.clock())
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin/webhooks")
        assert "https://erp.example.com/hooks?…" in person.text
        assert "1f3d" not in person.text


class TestTheDashboard:
    async def test_counts_the_programs_that_are_not_reached(self, staff: StaffSide):
        gone, failing, _ = [await a_receiver(staff, name) for name in ("a", "b", "c")]
        async with transaction():
            await switch_off(gone, Off.GONE, now=staff.clock())
            await note_failure(failing, wait=None, now=staff.clock() - timedelta(hours=2))
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin")
        figure = person.text.split("Programs not reached")[1].split("</li>")[0]
        assert ">2<" in figure
