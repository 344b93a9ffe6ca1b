"""One's own account: where one is signed in, and the password."""

import pytest

from admin.sign_in.attempts import OWN_PASSWORD
from admin.sign_in.browser_words import browser_words
from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from returns_engine.tables.access import StaffSession
from tests.admin.authenticator import give_password, stranger
from tests.admin.conftest import PASSWORD, StaffSide

NEW = "an even longer password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0"
)


async def events() -> list[str]:
    found = await rows("SELECT type FROM events WHERE chain = 'staff' ORDER BY sequence")
    return [row["type"] for row in found]


class TestWhereOneIsSignedIn:
    async def test_is_listed_with_address_and_browser_and_this_one_marked(self, staff: StaffSide):
        await staff.hire("fay", Role.FINANCE)
        for agent in (FIREFOX, IPHONE):
            person = stranger(staff)
            person.client.headers["user-agent"] = agent
            await give_password(person, "fay@ekr.test")

        assert "Firefox · Windows" in person.text
        assert person.text.index("Safari · iPhone") < person.text.index("this one")
        assert person.text.index("this one") < person.text.index("Firefox · Windows")
        assert "127.0.0.1" in person.text

    async def test_one_browser_is_signed_out_from_another(self, staff: StaffSide):
        here, there = await staff.signed_in("fay", Role.FINANCE), await staff.signed_in("fay")
        await here.open("/admin/account")
        [mine] = await StaffSession.select(StaffSession.id).order_by(StaffSession.id).limit(1)
        [other] = await StaffSession.select(StaffSession.id).where(StaffSession.id != mine["id"])

        await here.send(f"/admin/account/sessions/{other['id']}/end")

        assert "That browser is signed out" in here.text
        await there.open("/admin")
        assert there.path == "/admin/sign-in"
        assert await events() == ["staff.sessions_ended"]

    async def test_all_others_are_signed_out_at_once(self, staff: StaffSide):
        here = await staff.signed_in("fay", Role.FINANCE)
        others = [await staff.signed_in("fay") for _ in range(3)]
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        await here.open("/admin/account")

        await here.send("/admin/account/sessions/end-others")

        assert "All other browsers are signed out" in here.text
        for other in others:
            await other.open("/admin")
            assert other.path == "/admin/sign-in"
        await wanda.open("/admin")
        assert wanda.path == "/admin"

    async def test_nobody_ends_a_colleague_s_session(self, staff: StaffSide):
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        [hers] = await StaffSession.select(StaffSession.id)
        fay = await staff.signed_in("fay", Role.FINANCE)
        await staff.signed_in("fay")
        await fay.open("/admin/account")
        form = fay.form("/admin/account/sessions/end-others")

        answer = await fay.send(f"/admin/account/sessions/{hers['id']}/end", form=form)

        assert answer.status_code == 404
        await wanda.open("/admin")
        assert wanda.path == "/admin"

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            (EDGE, "Edge · Windows"),
            (IPHONE, "Safari · iPhone"),
            ("curl/8.5.0", ""),
            ("\x00<script>", ""),
        ],
    )
    def test_says_of_a_browser_what_one_knows_it_by(self, agent: str, words: str):
        assert browser_words(agent) == words


class TestOnesPassword:
    async def test_is_changed_and_all_other_browsers_are_signed_out(self, staff: StaffSide):
        here, there = await staff.signed_in("fay", Role.FINANCE), await staff.signed_in("fay")
        await here.open("/admin/account")

        await here.send("/admin/account/password", password=PASSWORD, new=NEW, again=NEW)

        assert "Your password is changed" in here.text
        await there.open("/admin")
        assert there.path == "/admin/sign-in"
        await give_password(there, "fay@ekr.test", NEW)
        assert there.path == "/admin/account"
        assert await events() == ["staff.password_changed", "staff.signed_in"]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"password": "not hers", "new": NEW, "again": NEW}, "This is not your password."),
            ({"password": PASSWORD, "new": "short", "again": "short"}, "at least 10 characters"),
            ({"password": PASSWORD, "new": NEW, "again": PASSWORD}, "are not the same"),
        ],
    )
    async def test_stays_what_it_was_where_something_is_wrong(
        self, staff: StaffSide, typed: dict[str, str], said: str
    ):
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open("/admin/account")

        answer = await person.send("/admin/account/password", **typed)

        assert answer.status_code == 422
        assert said in person.text
        assert await events() == []

    async def test_is_not_guessed_at_a_desk_that_was_left(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open("/admin/account")
        for _ in range(OWN_PASSWORD):
            await person.send("/admin/account/password", password="no", new=NEW, again=NEW)

        await person.send("/admin/account/password", password=PASSWORD, new=NEW, again=NEW)

        assert "Too many tries" in person.text
