"""Every page of the staff's side as nobody, as keys and customers, and as each role."""

from dataclasses import dataclass

import httpx
import pytest
from litestar.middleware.csrf import generate_csrf_token

from admin.data import SHOWN
from admin.data_forms import FORMS
from returns_engine.rules.words import ROLE_SCOPES, Role
from returns_engine.settings import Settings
from returns_engine.tables.access import StaffSession
from tests.admin.conftest import StaffSide
from tests.admin.dead_jobs import a_dead_job
from tests.admin.opinions import asked_for
from tests.admin.test_policy import a_published_version
from tests.admin.test_reconciliation import a_run
from tests.api.conftest import Api, make_keys
from tests.api.things import Things, one_of_everything
from tests.written_matrix import Row, calls_of, rows, table

PAGES = rows("Pages of the staff")
FILES = "/admin/static"
NOT_LET_IN = {401, 403}
# Papers that are not drawn yet.
NOT_YET = {"/admin/returns/{number}/certificate.pdf", "/admin/parcels/{parcel_id}/label.pdf"}


@dataclass
class House:
    """The staff's side with something at every address, and those who come to its doors."""

    staff: StaffSide
    api: Api
    things: Things
    forms: str

    def there(self, row: Row) -> str:
        """Return an address where something is."""
        return self.things.address(self._named(row))

    def nowhere(self, row: Row) -> str:
        return self.things.nowhere(self._named(row))

    @staticmethod
    def _named(row: Row) -> str:
        # Other things than a return have a number too.
        for place, name in (("orders", "order_number"), ("webhooks", "log_number")):
            if row.path.startswith(f"/admin/{place}/"):
                return row.path.replace("{number}", f"{{{name}}}")
        return row.path

    async def session(self, name: str, *roles: Role) -> dict[str, str]:
        """Return the cookie of somebody who is hired when they are new."""
        person = self.staff.people.get(name) or await self.staff.hire(name, *roles)
        return {"id": (await StaffSession.create_session(person)).token}

    async def ask(
        self,
        row: Row,
        address: str,
        cookies: dict[str, str],
        *,
        forged: bool = False,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Ask for a page, or send its form empty; `forged` without its token."""
        known = {} if forged else {"returns_csrf": self.forms}
        token = {} if forged else {"x-returns-csrf": self.forms}
        client = self.staff.client(**cookies, **known)
        return await client.request(row.method, address, headers={**(headers or {}), **token})


def to_the_sign_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith(
        "/admin/sign-in?next="
    )


def said(row: Row, name: str, answer: httpx.Response) -> str:
    where = answer.headers.get("location", "")
    return f"{row.method} {row.path} by {name}: {answer.status_code} {where}"


@pytest.fixture
async def house(staff: StaffSide, settings: Settings, database: str) -> House:
    return await furnished(staff, settings, database)


async def furnished(staff: StaffSide, settings: Settings, database: str) -> House:
    """Return the staff's side with one of everything in it."""
    api = Api(app=staff.app, database_url=database, clock=staff.clock)
    await make_keys(api)
    things = await one_of_everything(api)
    things.names["opinion_id"] = str(await asked_for(staff, "EKR-1009"))
    things.names["run_id"] = str(await a_run(refunds=0))
    things.names.update(
        dict.fromkeys(("key_id", "endpoint", "log_number", "payment_place", "session_id"), "1")
    )
    things.names["job_id"] = str(await a_dead_job(refund_id=things.names["refund_id"]))
    await a_published_version(staff)
    things.names["version"] = "2"
    things.names["mail_id"] = things.names["message_id"]
    forms = generate_csrf_token(settings.secret_key)
    return House(staff=staff, api=api, things=things, forms=forms)


class TestThePagesOfTheStaff:
    async def test_are_those_that_are_written_down(self, staff: StaffSide):
        pages = {
            call
            for call in calls_of(staff.app)
            if call[1].startswith("/admin") and not call[1].startswith(FILES)
        }

        written = {row.call for row in PAGES}
        assert (pages - written, written - pages) == (set(), set())

    async def test_lead_whoever_is_not_of_the_staff_to_the_sign_in(self, house: House):
        token = await house.api.token("EKR-1001")
        key = {"Authorization": f"Bearer {house.api.keys['manager']}"}
        strangers = {
            "nobody": ({}, {}),
            "a made-up session": ({"id": "made-up"}, {}),
            "a manager's key": ({}, key),
            "a customer": ({"returns_customer": token}, {"Authorization": f"Bearer {token}"}),
            "a colleague without a role": (await house.session("nora"), {}),
        }

        wrong = []
        for row in PAGES:
            if row.open:
                continue
            for name, (cookies, headers) in strangers.items():
                answer = await house.ask(row, house.there(row), cookies, headers=headers)
                if not to_the_sign_in(answer):
                    wrong.append(said(row, name, answer))
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("role", Role)
    async def test_open_for_the_roles_they_are_for(self, house: House, role: Role):
        session = await house.session(f"only-{role}", role)

        wrong = []
        for row in PAGES:
            # A page that is shown is there; a form is sent to where nothing can be changed.
            address = house.there(row) if row.method == "GET" else house.nowhere(row)
            cookies = await house.session(f"only-{role}") if "sign-out" in row.path else session
            answer = await house.ask(row, address, cookies)
            let_in = answer.status_code not in NOT_LET_IN and not to_the_sign_in(answer)
            found = row.method != "GET" or answer.status_code != 404 or row.path in NOT_YET
            if row.open:
                right = not to_the_sign_in(answer)
            elif role in row.roles:
                right = let_in and found
            else:
                right = answer.status_code == 403
            if not right:
                wrong.append(said(row, role, answer))
        assert not wrong, "\n".join(wrong)

    async def test_change_nothing_for_the_others_and_for_nobody_without_the_token(
        self, house: House
    ):
        sessions = {role: await house.session(f"only-{role}", role) for role in Role}
        before = await house.api.row_counts()

        wrong = []
        for row in PAGES:
            if row.method == "GET":
                continue
            for role, session in sessions.items():
                forged = await house.ask(row, house.there(row), session, forged=True)
                if forged.status_code != 403:
                    wrong.append(said(row, f"{role} by forgery", forged))
                if row.open or role in row.roles:
                    continue
                answer = await house.ask(row, house.there(row), session)
                if answer.status_code != 403:
                    wrong.append(said(row, role, answer))
        assert not wrong, "\n".join(wrong)
        assert await house.api.row_counts() == before


class TestTheDataBrowser:
    def test_shows_and_takes_what_is_written_down(self):
        written = {
            row["table"].strip("`"): (_roles(row["read by"]), _roles(row["changed by"]))
            for row in table("The data browser")
        }

        assert written == {
            shown.table._meta.tablename: (set(shown.readers), set(shown.editors))  # noqa: SLF001 - Piccolo tells it nowhere else
            for shown in SHOWN
        }

    def test_takes_forms_from_those_who_are_written_down(self):
        written = {
            row["form"].strip("`"): (
                row["one of these scopes"].strip("`"),
                {role for role in Role if row[role] == "yes"},
            )
            for row in table("Forms of the data browser")
        }

        assert written == {
            form.slug: (form.needs, {role for role in Role if form.needs in ROLE_SCOPES[role]})
            for form in FORMS
        }


def _roles(cell: str) -> set[Role]:
    return set() if cell == "–" else {Role(name) for name in cell.split(", ")}
