"""The second step at the sign-in: setting it up, passing it, losing the phone."""

import json
from datetime import timedelta

import pytest

from admin.sign_in.attempts import CODES_PER_PERSON
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from returns_engine.settings import Settings
from returns_engine.tables.access import StaffSession
from returns_engine.workflow.keep_totp import reset_totp
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.totp_code import STEP, step_of
from tests.admin.authenticator import (
    SECOND_STEP,
    App,
    codes_on,
    demand_second_step,
    give_password,
    key_on,
    set_up_app,
    stranger,
)
from tests.admin.conftest import PASSWORD, StaffSide
from tests.portal.conftest import Visitor

CODE = "/admin/sign-in/code"
LATER = timedelta(seconds=2 * STEP)


async def with_app(staff: StaffSide) -> tuple[App, list[str]]:
    """Take Fay on, with an app that showed its next code already."""
    person = await staff.signed_in("fay", Role.FINANCE)
    app, codes = await set_up_app(person, staff)
    staff.clock.pass_by(LATER)
    return app, codes


async def at_the_code(staff: StaffSide) -> Visitor:
    person = stranger(staff)
    await give_password(person, "fay@ekr.test")
    assert person.path == CODE
    return person


async def told() -> list[tuple[str, str | None]]:
    found = await rows("SELECT type, reason FROM events WHERE chain = 'staff' ORDER BY sequence")
    return [(row["type"], row["reason"]) for row in found]


class TestSettingUpAnApp:
    async def test_takes_the_code_it_shows_and_gives_ten_recovery_codes_once(
        self, staff: StaffSide
    ):
        person = await staff.signed_in("fay", Role.FINANCE)

        _, codes = await set_up_app(person, staff)

        assert len(set(codes)) == 10
        await person.open(SECOND_STEP)
        assert codes_on(person.text) == []
        assert "10 are left" in person.text
        assert await told() == [("staff.totp_enrolled", None)]

    async def test_shows_the_same_picture_again_after_a_mistyped_code(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open(SECOND_STEP)
        app = App(key_on(person.text), staff)
        assert 'src="data:image/svg+xml' in person.text

        answer = await person.send(SECOND_STEP, code=app.wrong())

        assert answer.status_code == 422
        assert key_on(person.text) == app.secret
        await person.send(SECOND_STEP, code=app.code)
        assert len(codes_on(person.text)) == 10

    async def test_ends_the_sessions_that_were_opened_without_it(self, staff: StaffSide):
        other = await staff.signed_in("fay", Role.FINANCE)
        person = await staff.signed_in("fay")

        await set_up_app(person, staff)

        await other.open("/admin")
        assert other.path == "/admin/sign-in"
        await person.open("/admin")
        assert person.path == "/admin"

    async def test_a_copy_of_the_database_holds_neither_secret_nor_codes(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        app, codes = await set_up_app(person, staff)

        kept = await rows("SELECT t::text AS row FROM staff_totp t")
        kept += await rows("SELECT c::text AS row FROM staff_recovery_codes c")

        secrets = [app.secret, *codes, *(code.replace("-", "") for code in codes)]
        assert not any(secret in row["row"] for row in kept for secret in secrets)


class TestSigningInWithAnApp:
    async def test_asks_for_the_code_after_the_password_and_goes_on_to_what_was_asked(
        self, staff: StaffSide
    ):
        app, _ = await with_app(staff)
        person = await at_the_code(staff)
        assert await StaffSession.count() == 1

        await person.send(CODE, code=f"{app.code[:3]} {app.code[3:]}")

        assert person.path == "/admin/account"
        [signed_in] = await rows("SELECT data FROM events WHERE type = 'staff.signed_in'")
        assert json.loads(signed_in["data"]) == {"second_step": "app"}

    async def test_a_code_is_taken_once(self, staff: StaffSide):
        app, _ = await with_app(staff)
        first, second = await at_the_code(staff), await at_the_code(staff)
        await first.send(CODE, code=app.code)

        answer = await second.send(CODE, code=app.code)

        assert answer.status_code == 422
        assert "used before" in second.text
        assert ("staff.sign_in_refused", "used_code") in await told()

    async def test_the_code_the_app_was_set_up_with_is_used_too(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        app, _ = await set_up_app(person, staff)
        again = await at_the_code(staff)

        await again.send(CODE, code=app.code)

        assert again.path == CODE

    @pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (30, True)])
    async def test_a_clock_may_be_half_a_minute_off(
        self, staff: StaffSide, *, seconds: int, taken: bool
    ):
        app, _ = await with_app(staff)
        staff.clock.pass_by(LATER)
        person = await at_the_code(staff)
        staff.clock.pass_by(timedelta(seconds=seconds))
        code = app.code
        staff.clock.pass_by(timedelta(seconds=-seconds))

        await person.send(CODE, code=code)

        assert (person.path == "/admin/account") is taken

    async def test_too_many_codes_are_held_back_wherever_they_come_from(self, staff: StaffSide):
        app, _ = await with_app(staff)
        person = await at_the_code(staff)
        for _ in range(CODES_PER_PERSON):
            assert (await person.send(CODE, code=app.wrong())).status_code == 422

        other = await at_the_code(staff)
        answer = await other.send(CODE, code=app.code)

        assert answer.status_code == 429
        assert ("staff.sign_in_refused", "too_many_codes") in await told()
        staff.clock.pass_by(timedelta(seconds=int(answer.headers["retry-after"])))
        again = await at_the_code(staff)
        await again.send(CODE, code=app.code)
        assert again.path == "/admin/account"

    async def test_nobody_gets_to_the_code_without_the_password(self, staff: StaffSide):
        await with_app(staff)
        person = stranger(staff)

        await person.open(CODE)

        assert person.path == "/admin/sign-in"

    async def test_ten_minutes_after_the_password_it_is_asked_for_again(self, staff: StaffSide):
        app, _ = await with_app(staff)
        person = await at_the_code(staff)
        staff.clock.pass_by(timedelta(minutes=11))

        await person.send(CODE, code=app.code)

        assert person.path == "/admin/sign-in"
        assert "took too long" in person.text

    async def test_another_person_s_code_opens_nothing(self, staff: StaffSide):
        await with_app(staff)
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        hers, codes = await set_up_app(wanda, staff)
        staff.clock.pass_by(LATER)
        person = await at_the_code(staff)

        for code in (hers.code, codes[0]):
            assert (await person.send(CODE, code=code)).status_code == 422


class TestRecoveryCodes:
    async def test_let_in_once_each_however_they_are_typed(self, staff: StaffSide):
        _, codes = await with_app(staff)
        person = await at_the_code(staff)
        await person.open(f"{CODE}?with=recovery&next=/admin/account")
        await person.send(CODE, code=codes[0].upper().replace("-", " "))
        assert "9 recovery codes are left" in person.text

        again = await at_the_code(staff)
        answer = await again.send(CODE, code=codes[0])

        assert answer.status_code == 422
        await again.send(CODE, code=codes[1])
        assert again.path == "/admin/account"

    async def test_new_ones_need_the_password_and_make_the_old_ones_void(self, staff: StaffSide):
        _, old = await with_app(staff)
        person = await staff.signed_in("fay")
        await person.open(SECOND_STEP)
        refused = await person.send(f"{SECOND_STEP}/recovery-codes", password="not hers")
        assert refused.status_code == 422

        await person.send(f"{SECOND_STEP}/recovery-codes", password=PASSWORD)

        new = codes_on(person.text)
        assert len(set(new) - set(old)) == 10
        other = await at_the_code(staff)
        assert (await other.send(CODE, code=old[0])).status_code == 422
        await other.send(CODE, code=new[0])
        assert other.path == "/admin/account"


class TestWithoutThePhone:
    async def test_an_app_is_taken_away_by_its_owner_with_the_password(self, staff: StaffSide):
        await with_app(staff)
        person = await staff.signed_in("fay")
        await person.open(SECOND_STEP)
        await person.send(f"{SECOND_STEP}/remove", password=PASSWORD)
        assert "taken away" in person.text

        again = stranger(staff)
        await give_password(again, "fay@ekr.test")

        assert again.path == "/admin/account"
        assert ("staff.totp_removed", None) in await told()

    async def test_an_administrator_resets_it_and_every_session_ends(self, staff: StaffSide):
        _, codes = await with_app(staff)

        await reset_totp(email="Fay@ekr.test", now=staff.clock())

        assert await StaffSession.count() == 0
        assert await rows("SELECT 1 FROM staff_recovery_codes") == []
        assert ("staff.totp_reset", None) in await told()
        assert codes
        with pytest.raises(Conflict, match="no authenticator app"):
            await reset_totp(email="fay@ekr.test", now=staff.clock())


class TestWhoseRoleDemandsIt:
    @pytest.mark.parametrize("role", [Role.FINANCE, Role.MANAGER, Role.ADMINISTRATOR])
    async def test_sets_it_up_before_any_other_page(self, staff: StaffSide, role: Role):
        await staff.hire("fay", role)
        demand_second_step(staff)
        person = stranger(staff)

        await give_password(person, "fay@ekr.test")
        assert person.path == "/admin/account"
        for path in ("/admin", "/admin/data/", "/admin/approvals"):
            await person.open(path)
            assert person.path == SECOND_STEP, path
        assert "Your role needs it" in person.text
        assert (await person.client.get("/admin/data/api/tables/")).status_code == 401

        await set_up_app(person, staff)
        await person.open("/admin")
        assert person.path == "/admin"

    async def test_others_are_offered_it(self, staff: StaffSide):
        person = await staff.signed_in("wanda", Role.WAREHOUSE)
        demand_second_step(staff)

        await person.open("/admin")

        assert person.path == "/admin"

    @pytest.mark.parametrize(
        ("mode", "said", "demanded"),
        [
            ("production", {}, True),
            ("demo", {}, False),
            ("demo", {"RETURNS_ENGINE_SECOND_STEP": "yes"}, True),
            ("production", {"RETURNS_ENGINE_SECOND_STEP": "no"}, False),
        ],
    )
    def test_is_demanded_in_production_unless_a_setting_says_otherwise(
        self, mode: str, said: dict[str, str], *, demanded: bool
    ):
        environ = {"RETURNS_ENGINE_MODE": mode, "RETURNS_ENGINE_SECRET_KEY": "s" * 40, **said}

        assert Settings.from_environment(environ, None).demands_second_step is demanded


class TestACode:
    def test_is_that_of_the_standard(self, staff: StaffSide):
        # RFC 6238, appendix B: the secret "12345678901234567890", second 59, last six digits.
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        at_59 = staff.clock().fromtimestamp(59, staff.clock().tzinfo)

        assert step_of("287082", secret, now=at_59) == 1
        assert step_of("٢٨٧٠٨٢", secret, now=at_59) is None
