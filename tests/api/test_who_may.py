from typing import Any

import httpx
import pytest
from piccolo.apps.user.tables import BaseUser

from returns_engine.rules.words import PERSONAL_SCOPES, ROLE_SCOPES, Role, Scope
from returns_engine.tables.access import ApiKey, StaffRole, digest
from returns_engine.workflow.make_api_key import revoke_api_key
from tests.api.callers import Asking, bearer, everybody
from tests.api.conftest import Api
from tests.api.orders import request
from tests.api.test_refusals import is_problem
from tests.api.things import CHOOSERS_ORDER, one_of_everything
from tests.written_matrix import Row, calls_of, rows, scopes_of_roles_written

READS = "GET"
STRANGERS_ORDER = "EKR-9"
# Whoever is let in hears what is there, or that the body cannot be read.
FOUND, READ = {200, 409}, {400, 415}
REFUSED = {"missing_scope", "customers_only", "csrf_token_missing"}


@pytest.fixture(scope="module")
def matrix() -> list[Row]:
    return rows("The API")


class Caller:
    """Makes the calls, each with a body that nobody can read, so that nothing is changed."""

    def __init__(self, api: Api) -> None:
        transport = httpx.ASGITransport(api.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://shop.test")
        api.clients.append(self.client)

    async def call(self, method: str, address: str, who: Asking) -> httpx.Response:
        self.client.cookies.clear()
        body = {"content": b"{"} if method != READS else {}
        return await self.client.request(method, address, headers=who.headers, **body)


def due(row: Row, who: Asking, owner: str) -> set[int]:
    """Say with what `who` is answered: `owner` is the order that the address is about."""
    let_in = FOUND if row.method == READS else READ
    if row.open:
        return let_in
    if who.order is not None:
        if not row.for_customers:
            return {403}
        return let_in if who.order == owner or "{" not in row.path else {404}
    if who.scope is not None:
        return let_in if who.scope in row.scopes else {403}
    if who.role is not None:
        forged = who.forged and row.method != READS
        return let_in if who.role in row.roles and not forged else {403}
    return {401}


def spoken(answer: httpx.Response) -> str:
    return "" if answer.status_code < 400 else answer.json()["code"]


def said(row: Row, who: Asking, answer: httpx.Response) -> str:
    return f"{row.method} {row.path} by {who.name}: {answer.status_code} {spoken(answer)}"


class TestTheMatrix:
    async def test_names_every_call_there_is_and_no_other(self, api: Api, matrix: list[Row]):
        described = (await api.client().get("http://shop.test/schema/openapi.json")).json()
        calls = {
            (method.upper(), path)
            for path, operations in described["paths"].items()
            for method in operations
        }
        undescribed = {call for call in calls_of(api.app) if "/schema" not in call[1]} - calls

        written = {row.call for row in matrix}
        assert (calls - written, written - calls, undescribed) == (set(), set(), set())

    def test_grants_the_roles_what_they_are_granted(self):
        assert scopes_of_roles_written() == ROLE_SCOPES

    def test_grants_a_role_each_call_that_one_of_its_scopes_is_granted(self, matrix: list[Row]):
        for row in matrix:
            if not row.open:
                holders = {role for role in Role if ROLE_SCOPES[role] & row.scopes}
                assert row.roles == holders, row.call

    async def test_holds_for_every_call_by_everybody(self, api: Api, matrix: list[Row]):
        things = await one_of_everything(api)
        await api.put_order(STRANGERS_ORDER, reference="pi_9")
        callers = await everybody(api, {"EKR-1001", CHOOSERS_ORDER, STRANGERS_ORDER})
        caller = Caller(api)
        before = await api.row_counts()

        wrong = []
        for row in matrix:
            address, owner = things.address(row.path), things.order_of(row.path)
            for who in callers:
                answer = await caller.call(row.method, address, who)
                right = answer.status_code in due(row, who, owner)
                if not right or (answer.status_code == 403 and spoken(answer) not in REFUSED):
                    wrong.append(said(row, who, answer))
        assert not wrong, "\n".join(wrong)
        assert await api.row_counts() == before

    async def test_is_asked_before_what_is_there_and_that_before_the_body(
        self, api: Api, matrix: list[Row]
    ):
        things = await one_of_everything(api)
        callers = await everybody(api, {"EKR-1001"})
        caller = Caller(api)

        wrong = []
        for row in matrix:
            # An order is taken in at an address where there was none.
            if row.open or "{" not in row.path or row.method == "PUT":
                continue
            for who in callers:
                known = due(row, who, "EKR-1001")
                expected = {404} if known & (FOUND | READ) else known
                answer = await caller.call(row.method, things.nowhere(row.path), who)
                if answer.status_code not in expected:
                    wrong.append(said(row, who, answer))
        assert not wrong, "\n".join(wrong)

    async def test_holds_for_an_order_that_only_the_body_names(self, api: Api):
        await api.put_order()
        await api.put_order("EKR-2", reference="pi_2")
        stranger = await api.customer("EKR-2")
        asked = {"order_number": "EKR-1001", "request": request()}

        is_problem(await stranger.post("/returns", json=request()), 404, "not_found")
        is_problem(await stranger.post("/decisions", json=asked), 404, "not_found")
        is_problem(await stranger.get("/returns?order_number=EKR-1001"), 404, "not_found")
        is_problem(await stranger.get("/choices?order_number=EKR-1001"), 404, "not_found")
        for path in ("/returns", "/choices"):
            assert (await stranger.get(path)).json()["items"] == []


class TestAKey:
    async def test_opens_nothing_once_it_is_revoked(self, api: Api):
        await revoke_api_key("support", now=api.clock())

        is_problem(await api.by("support").get("/returns"), 401, "not_signed_in")

    async def test_of_nobody_decides_nothing_whatever_scopes_it_was_given(self, api: Api):
        await ApiKey.insert(
            ApiKey(
                name="older than the rule",
                key_digest=digest("rek_old"),
                scopes=sorted({*PERSONAL_SCOPES, Scope.REFUNDS_READ}),
                created_at=api.clock(),
            )
        )
        program = api.client(bearer("rek_old"))

        assert (await program.get("/refunds")).status_code == 200
        for path in ("/refunds/x/approve", "/returns/x/inspections", "/returns/x/approve"):
            is_problem(await program.post(path, json={}), 403, "missing_scope")

    async def test_grants_what_its_persons_roles_grant_at_that_moment(self, api: Api):
        finance = api.by("finance")
        person = (await BaseUser.objects().get(BaseUser.username == "finance@example.com")).id
        approve = "/refunds/x/approve"
        is_problem(await finance.post(approve, json={}), 404, "not_found")

        await StaffRole.update({StaffRole.role: "support"}).where(StaffRole.staff == person)
        is_problem(await finance.post(approve, json={}), 403, "missing_scope")
        assert (await finance.get("/returns")).status_code == 200
        # What the new role grants, the key was never given.
        is_problem(await finance.post("/returns/x/withdraw", json={}), 403, "missing_scope")

        await StaffRole.delete().where(StaffRole.staff == person)
        is_problem(await finance.get("/returns"), 403, "missing_scope")

        await BaseUser.update({BaseUser.active: False}).where(BaseUser.id == person)
        is_problem(await finance.get("/returns"), 401, "not_signed_in")


class TestACustomersToken:
    async def test_lives_on_while_it_is_used_and_no_longer(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        start = api.clock.now
        for minutes in (29, 58, 87):
            api.clock.now = start.replace(hour=start.hour + minutes // 60, minute=minutes % 60)
            assert (await customer.get("/orders/EKR-1001")).status_code == 200
        api.clock.now = start.replace(hour=start.hour + 2)

        is_problem(await customer.get("/orders/EKR-1001"), 401, "not_signed_in")

    async def test_shows_no_reference_of_the_provider(self, api: Api):
        await api.put_order()
        order: dict[str, Any] = (await (await api.customer()).get("/orders/EKR-1001")).json()

        assert "reference" not in order["payments"][0]
