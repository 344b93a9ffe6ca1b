"""Who is let in, who is kept out, and what is on record about both."""

from datetime import timedelta

import pytest

from admin.local_path import local_path
from admin.sign_in.attempts import PER_PERSON_AND_ADDRESS
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from returns_engine.tables.access import StaffRole, StaffSession, digest
from tests.admin.conftest import PASSWORD, StaffSide
from tests.portal.conftest import Visitor


async def visitor(staff: StaffSide, address: str = "127.0.0.1") -> Visitor:
    client = staff.client(address=address)
    client.follow_redirects = True
    return Visitor(client)


async def try_to_enter(person: Visitor, email: str, password: str = PASSWORD) -> int:
    await person.open("/admin/sign-in")
    answer = await person.send("/admin/sign-in", email=email, password=password)
    return answer.status_code


class TestSigningIn:
    async def test_leads_to_the_page_that_was_asked_for(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)
        person = await visitor(staff)

        await person.open("/admin/approvals?show=stuck")
        assert person.path == "/admin/sign-in"
        await person.send("/admin/sign-in", email="Fay@ekr.test ", password=PASSWORD)

        assert str(person.page.url) == "http://shop.test/admin/approvals?show=stuck"

    async def test_the_cookie_is_for_the_server_alone_and_its_token_is_kept_hashed(
        self, staff: StaffSide
    ):
        await staff.hire("fay", Role.FINANCE)
        client = staff.client()
        person = Visitor(client)
        await person.open("/admin/sign-in")

        answer = await person.send("/admin/sign-in", email="fay@ekr.test", password=PASSWORD)

        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("id=", "HttpOnly", "SameSite=lax", "Path=/"))
        token = client.cookies["id"]
        kept = (await StaffSession.select(StaffSession.token).first())["token"]
        assert kept == digest(token)

    @pytest.mark.parametrize(
        ("email", "password"), [("fay@ekr.test", "wrong"), ("nobody@ekr.test", PASSWORD)]
    )
    async def test_says_the_same_of_a_wrong_password_and_an_unknown_person(
        self, staff: StaffSide, email: str, password: str
    ):
        await staff.hire("fay", Role.FINANCE)
        person = await visitor(staff)

        assert await try_to_enter(person, email, password) == 422
        assert "The e-mail or the password is not right" in person.text
        assert await StaffSession.count() == 0

    async def test_somebody_without_a_role_stays_outside(self, staff: StaffSide):
        await staff.hire("norman")
        person = await visitor(staff)

        assert await try_to_enter(person, "norman@ekr.test") == 422
        assert "no role yet" in person.text

    async def test_is_on_record_and_so_is_a_refusal(self, staff: StaffSide):
        fay = await staff.hire("fay", Role.FINANCE)
        person = await visitor(staff)
        await try_to_enter(person, "fay@ekr.test", "wrong")
        await try_to_enter(person, "fay@ekr.test")

        events = await rows(
            "SELECT type, actor_id, reason FROM events WHERE chain = 'staff' ORDER BY sequence"
        )

        assert [(one["type"], one["actor_id"], one["reason"]) for one in events] == [
            ("staff.sign_in_refused", None, "wrong_password"),
            ("staff.signed_in", str(fay), None),
        ]

    async def test_signing_out_ends_the_session_on_the_server(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        token = person.client.cookies["id"]
        await person.open("/admin")

        await person.send("/admin/sign-out")

        assert person.path == "/admin/sign-in"
        again = staff.client(id=token)
        assert (await again.get("/admin")).status_code == 303

    async def test_who_lost_the_last_role_is_out_at_once(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        await StaffRole.delete(force=True)

        await person.open("/admin")

        assert person.path == "/admin/sign-in"

    async def test_a_form_without_its_token_is_refused(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)

        answer = await staff.client().post(
            "/admin/sign-in", data={"email": "fay@ekr.test", "password": PASSWORD}
        )

        assert answer.status_code == 403
        assert await StaffSession.count() == 0


class TestTooManyTries:
    async def test_are_held_back_and_let_in_again_later(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)
        person = await visitor(staff)
        for _ in range(PER_PERSON_AND_ADDRESS):
            assert await try_to_enter(person, "fay@ekr.test", "wrong") == 422

        assert await try_to_enter(person, "fay@ekr.test") == 429
        wait = int(person.page.headers["retry-after"])
        assert 0 < wait <= 15 * 60
        assert "Too many tries" in person.text

        staff.clock.pass_by(timedelta(seconds=wait))
        assert await try_to_enter(person, "fay@ekr.test") == 200
        assert person.path == "/admin"

    async def test_of_one_person_do_not_keep_another_out(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)
        await staff.hire("wanda", Role.WAREHOUSE)
        person = await visitor(staff)
        for _ in range(PER_PERSON_AND_ADDRESS + 1):
            await try_to_enter(person, "fay@ekr.test", "wrong")

        assert await try_to_enter(person, "wanda@ekr.test") == 200

    async def test_of_ipv6_are_counted_for_the_whole_site(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)
        for place in range(PER_PERSON_AND_ADDRESS):
            person = await visitor(staff, f"2001:db8:1:2::{place + 1:x}")
            assert await try_to_enter(person, "fay@ekr.test", "wrong") == 422

        neighbor = await visitor(staff, "2001:db8:1:2:ffff::1")
        assert await try_to_enter(neighbor, "fay@ekr.test") == 429
        other = await visitor(staff, "2001:db8:1:3::1")
        assert await try_to_enter(other, "fay@ekr.test") == 200

    async def test_leave_no_address_and_no_e_mail_in_the_database(self, staff: StaffSide):
        person = await visitor(staff)
        await try_to_enter(person, "fay@ekr.test", "wrong")

        keys = [row["key"] for row in await rows("SELECT key FROM rate_limits")]

        assert len(keys) == 3
        assert not any("fay" in key or "127.0.0.1" in key for key in keys)


class TestLocalPath:
    @pytest.mark.parametrize(
        "asked", ["/admin", "/admin/bench", "/admin/returns?state=in_review&q=x", "/admin/data/"]
    )
    def test_is_where_somebody_goes_on(self, asked: str):
        assert local_path(asked) == asked

    @pytest.mark.parametrize(
        "asked",
        [
            "https://evil.example/admin",
            "//evil.example/admin",
            "/\\evil.example",
            "\\\\evil.example",
            "/admin\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
            "/adminx",
            "/admin/../evil",
            "/admin/sign-out",
            "/",
            "",
            "http://[",
        ],
    )
    def test_is_never_another_site(self, asked: str):
        assert local_path(asked) == "/admin"
