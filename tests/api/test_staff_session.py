"""What a session of the staff opens in the API: as much as its roles, and no more than is asked."""

import pytest
from litestar.middleware.csrf import generate_csrf_token
from piccolo.apps.user.tables import BaseUser

from returns_engine.rules.words import Role
from returns_engine.settings import Settings
from returns_engine.tables.access import StaffRole
from tests.api.callers import session_of, with_token
from tests.api.conftest import Api, take_on
from tests.api.journey import opened
from tests.api.test_refusals import is_problem


@pytest.fixture
async def sue(api: Api) -> int:  # noqa: ARG001 - whose staff it is
    """A member of staff who supports customers."""
    return await take_on("sue@example.com", Role.SUPPORT)


class TestASessionOfTheStaff:
    async def test_reads_by_its_cookie_alone(self, api: Api, sue: int):
        assert (await api.client(await session_of(sue)).get("/returns")).status_code == 200

    async def test_changes_only_with_its_token_against_forgery(
        self, api: Api, sue: int, settings: Settings
    ):
        known = await opened(api)
        url = f"/returns/{known['number']}/withdraw"
        session = await session_of(sue)
        cookie = session["Cookie"]
        token = generate_csrf_token(settings.secret_key)
        forged = generate_csrf_token("somebody else's secret")
        for headers in (
            session,
            {"Cookie": f"{cookie}; returns_csrf={token}"},
            {"Cookie": f"{cookie}; returns_csrf={forged}", "x-returns-csrf": forged},
        ):
            answer = await api.client(headers).post(url)
            is_problem(answer, 403, "csrf_token_missing")

        answer = await api.client(with_token(session)).post(url)
        assert answer.json()["state"] == "withdrawn"

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    async def test_changes_nothing_for_the_page_of_another_site(
        self, api: Api, sue: int, site: str
    ):
        """Not even with a token: a neighbour of the same domain can have put its own there."""
        known = await opened(api)
        session = with_token(await session_of(sue)) | {"Sec-Fetch-Site": site}
        answer = await api.client(session).post(f"/returns/{known['number']}/withdraw")

        is_problem(answer, 403, "other_site")
        ours = session | {"Sec-Fetch-Site": "same-origin"}
        answer = await api.client(ours).post(f"/returns/{known['number']}/withdraw")
        assert answer.json()["state"] == "withdrawn"

    async def test_opens_what_the_roles_grant_at_that_moment(self, api: Api, sue: int):
        client = api.client(await session_of(sue))
        is_problem(await client.get("/refunds"), 403, "missing_scope")

        await StaffRole.update({StaffRole.role: "finance"}).where(StaffRole.staff == sue)
        assert (await client.get("/refunds")).status_code == 200

        await BaseUser.update({BaseUser.active: False}).where(BaseUser.id == sue)
        is_problem(await client.get("/refunds"), 401, "not_signed_in")
