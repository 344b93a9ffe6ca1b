"""Every page of the customer's side, by the customer of its order, by another, and by nobody."""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from litestar.middleware.csrf import generate_csrf_token

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.ask_a_person import ask_a_person
from returns_engine.workflow.choice_links import choice_path
from tests.api.conftest import Api, Watch, make_keys
from tests.api.things import Things, one_of_everything
from tests.portal.conftest import Portal
from tests.written_matrix import ANYONE, Row, calls_of, rows

PAGES = rows("Pages of the customer")
ELSEWHERE = ("/api/", "/schema", "/health", "/metrics", "/static", "/assets")
THEIRS, A_CUSTOMERS = "the customer of its order", "a customer"
SEEKERS = "who looks for an order"
HOLDERS = {"who holds the link", "who holds the code"}
STRANGERS_ORDER = "EKR-9"
# Whatever a form of these pages asks for.
FILLED_IN = {
    "message": "Let me see.",
    "answer": "Let me see.",
    "appeal": "Let me see.",
    "carrier": "ups",
    "tracking_number": "1Z999AA10123456784",
    "disposition": "scrap",
    "units.L1": "1",
}


@dataclass
class Opening:
    """The portal with something at every address, and who looks at it."""

    portal: Portal
    api: Api
    things: Things

    def address(self, row: Row) -> str:
        names = {"link": self.link, "code": "AAAA-AAAA-AAAA-AAAA"}
        return row.path.format(**self.things.names | names)

    @property
    def link(self) -> str:
        choice = UUID(self.things.names["choice_id"])
        path = choice_path(choice, secret_key=self.portal.settings.secret_key)
        return path.removeprefix("/choices/")

    async def client(self, order: str | None) -> httpx.AsyncClient:
        """Return the browser of a customer, or of nobody, who may send forms."""
        forms = generate_csrf_token(self.portal.settings.secret_key)
        client = self.portal.visitor().client
        client.follow_redirects = False
        client.cookies.set("returns_csrf", forms)
        client.headers["x-returns-csrf"] = forms
        if order is not None:
            client.cookies.set("returns_customer", await self.api.token(order))
        return client

    async def open(self, client: httpx.AsyncClient, row: Row) -> httpx.Response:
        form = {"data": FILLED_IN} if row.method == "POST" else {}
        return await client.request(row.method, self.address(row), **form)


def who(row: Row) -> str:
    return row.cells["who"]


def sent_away(answer: httpx.Response) -> bool:
    if answer.status_code == 403:
        # Who wrote something is asked for the order on the spot: the words go with the form.
        return "Find your order first" in answer.text and FILLED_IN["message"] in answer.text
    return answer.status_code == 303 and answer.headers["location"] == "/?said=first"


@pytest.fixture
async def opening(portal: Portal) -> Opening:
    return await opened(portal)


async def opened(portal: Portal) -> Opening:
    """Return the portal with one of everything in it, and a stranger's order."""
    clock = Watch(portal.services.clock())
    api = Api(app=portal.app, database_url=str(portal.settings.database_url), clock=clock)
    await make_keys(api)
    things = await one_of_everything(api)
    await api.put_order(STRANGERS_ORDER, reference="pi_9")
    # Whoever comes second is led to the return that a person looks at already: if it is theirs.
    await ask_a_person(
        UUID(things.names["decision_id"]),
        message="Please look again.",
        actor=Actor(kind=ActorKind.CUSTOMER, order="EKR-1001"),
        policy=portal.services.policy,
        now=clock(),
    )
    return Opening(portal=portal, api=api, things=things)


class TestThePagesOfTheCustomer:
    async def test_are_those_that_are_written_down(self, portal: Portal):
        pages = {call for call in calls_of(portal.app) if not call[1].startswith(ELSEWHERE)}

        written = {row.call for row in PAGES}
        assert (pages - written, written - pages) == (set(), set())
        assert {who(row) for row in PAGES} == {ANYONE, SEEKERS, THEIRS, A_CUSTOMERS, *HOLDERS}
        # What is named in an address is somebody's.
        assert {who(row) for row in PAGES if "{" in row.path} == {THEIRS, *HOLDERS}

    async def test_send_nobody_to_the_start_where_they_are_somebodys(self, opening: Opening):
        wrong = []
        for row in PAGES:
            answer = await opening.open(await opening.client(None), row)
            if sent_away(answer) is not (who(row) in {THEIRS, A_CUSTOMERS}) and who(row) != SEEKERS:
                wrong.append(f"{row.method} {row.path}: {answer.status_code}")
        assert not wrong, "\n".join(wrong)

    async def test_are_not_there_for_the_customer_of_another_order(self, opening: Opening):
        before = await opening.api.row_counts()
        number = opening.things.names["number"]
        wrong = []
        for row in PAGES:
            stranger = await opening.client(STRANGERS_ORDER)
            answer = await opening.open(stranger, row)
            if (who(row) == THEIRS) and answer.status_code != 404:
                wrong.append(f"{row.method} {row.path}: {answer.status_code}")
            if who(row) in {THEIRS, A_CUSTOMERS} and (
                number in answer.text or "EKR-1001" in answer.text or "RMA-" in str(answer.headers)
            ):
                wrong.append(f"{row.method} {row.path} names what is not theirs")
        assert not wrong, "\n".join(wrong)
        after = await opening.api.row_counts()
        assert after | {"customer_tokens": 0} == before | {"customer_tokens": 0}

    async def test_open_for_the_customer_of_the_order(self, opening: Opening):
        wrong = []
        for row in PAGES:
            if row.method != "GET" or who(row) in HOLDERS:
                continue
            answer = await opening.open(await opening.client("EKR-1001"), row)
            if answer.status_code not in {200, 303, 422} or sent_away(answer):
                wrong.append(f"{row.method} {row.path}: {answer.status_code}")
        assert not wrong, "\n".join(wrong)

    async def test_a_forms_own_address_leads_back_to_its_page_and_writes_nothing(
        self, opening: Opening
    ):
        before = await opening.api.row_counts()
        forms = {row.path for row in PAGES if row.method == "POST" and who(row) == THEIRS}
        here = await opening.client("EKR-1001")
        for row in PAGES:
            if row.method == "GET" and row.path in forms:
                answer = await opening.open(here, row)
                page = opening.address(row).split("/mails/")[0]
                page = page if "/mails/" in row.path else page.rpartition("/")[0]
                assert (answer.status_code, answer.headers["location"]) == (303, page)
                forms.remove(row.path)

        assert not forms
        after = await opening.api.row_counts()
        assert after | {"customer_tokens": 0} == before | {"customer_tokens": 0}

    async def test_that_a_link_opens_are_there_for_who_holds_just_that(self, opening: Opening):
        nobody = await opening.client(None)
        link = opening.link

        assert (await nobody.get(f"/choices/{link}")).status_code == 200
        for wrong in (link[:-1], f"{link[:-1]}{'0' if link[-1] != '0' else '1'}", "x.y"):
            for answer in (
                await nobody.get(f"/choices/{wrong}"),
                await nobody.post(f"/choices/{wrong}", data={"option": "cancel"}),
            ):
                assert answer.status_code == 404
        assert (await nobody.get("/certificates/AAAA-AAAA-AAAA-AAAA")).status_code == 404
