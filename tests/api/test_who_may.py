from typing import Any

import httpx
import pytest
from litestar.middleware.csrf import generate_csrf_token

from returns_engine.settings import Settings
from returns_engine.tables.access import StaffSession
from returns_engine.workflow.make_api_key import revoke_api_key
from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.orders import request
from tests.api.test_refusals import is_problem

NOBODY_ELSES = "00000000-0000-4000-8000-000000000000"
CUSTOMER = "customer"
CALLS: list[tuple[str, str, set[str]]] = [
    ("PUT", "/orders/{order}", {"shop"}),
    ("GET", "/orders/{order}", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("POST", "/orders/{order}/delivery-evidence", {"support"}),
    ("POST", "/decisions", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("POST", "/photos", {CUSTOMER, "support", "bench"}),
    ("POST", "/returns", {CUSTOMER, "support"}),
    ("GET", "/returns", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("GET", "/returns/{rma}", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("GET", "/returns/{rma}/events", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("GET", "/returns/{rma}/label.pdf", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("GET", "/returns/{rma}/certificate.pdf", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("POST", "/returns/{rma}/withdraw", {CUSTOMER, "support"}),
    ("POST", "/returns/{rma}/messages", {CUSTOMER, "support"}),
    ("GET", "/returns/{rma}/messages", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("POST", "/returns/{rma}/messages/{mail}/resend", {CUSTOMER, "support"}),
    ("POST", "/returns/{rma}/notes", {"support", "bench", "finance"}),
    ("POST", "/returns/{rma}/tracking", {CUSTOMER, "support"}),
    ("POST", "/returns/{rma}/answer", {CUSTOMER, "support"}),
    ("POST", "/returns/{rma}/appeal", {CUSTOMER}),
    ("POST", "/returns/{rma}/consent", {CUSTOMER}),
    ("POST", "/returns/{rma}/approve", {"support"}),
    ("POST", "/returns/{rma}/decline", {"support"}),
    ("POST", "/returns/{rma}/request-info", {"support"}),
    ("POST", "/returns/{rma}/override", {"support"}),
    ("POST", "/returns/{rma}/carrier-inquiry", {"support"}),
    ("POST", "/returns/{rma}/receipts", {"bench"}),
    ("POST", "/returns/{rma}/inspections", {"bench"}),
    ("POST", "/returns/{rma}/close-outstanding", {"bench"}),
    ("POST", "/returns/{rma}/send-back", {"bench"}),
    ("POST", "/scan", {"bench"}),
    ("GET", "/promises", {"shop", "support", "bench", "finance"}),
    ("POST", "/parcels", {"bench"}),
    ("GET", "/parcels", {"bench"}),
    ("GET", "/parcels/{parcel}", {"bench"}),
    ("GET", "/parcels/{parcel}/label.pdf", {"bench"}),
    ("POST", "/parcels/{parcel}/match", {"bench"}),
    ("POST", "/parcels/{parcel}/release", {"bench"}),
    ("POST", "/parcels/{parcel}/send-back", {"bench"}),
    ("POST", "/parcels/{parcel}/ask", {"bench"}),
    ("GET", "/refunds", {"finance"}),
    ("GET", "/refunds/{refund}", {"finance"}),
    ("POST", "/refunds/{refund}/approve", {"finance"}),
    ("POST", "/refunds/approve-batch", {"finance"}),
    ("POST", "/refunds/{refund}/refuse", {"finance"}),
    ("POST", "/refunds/{refund}/hold", {"finance"}),
    ("POST", "/refunds/{refund}/release", {"finance"}),
    ("POST", "/refunds/{refund}/retry", {"finance"}),
    ("POST", "/refunds/{refund}/pay-otherwise", {"finance"}),
    ("POST", "/refunds/{refund}/record", {"finance"}),
    ("GET", "/replacements", {"support"}),
    ("GET", "/replacements/{replacement}", {"support"}),
    ("POST", "/replacements/{replacement}/await-stock", {"support"}),
    ("POST", "/replacements/{replacement}/order", {"support"}),
    ("POST", "/replacements/{replacement}/ship", {"support"}),
    ("POST", "/replacements/{replacement}/deliver", {"support"}),
    ("POST", "/replacements/{replacement}/cancel", {"support"}),
    ("POST", "/orders/{order}/choices", {"support"}),
    ("GET", "/choices", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("GET", "/choices/{choice}", {CUSTOMER, "shop", "support", "bench", "finance"}),
    ("POST", "/choices/{choice}/choose", {CUSTOMER}),
    ("POST", "/choices/{choice}/withdraw", {"support"}),
    ("POST", "/choices/{choice}/done", {"support"}),
    ("GET", "/compensations", {"support", "finance"}),
    ("GET", "/compensations/{refund}", {"support", "finance"}),
    ("POST", "/compensations/{refund}/approve", {"finance"}),
    ("POST", "/compensations/{refund}/refuse", {"finance"}),
    ("POST", "/compensations/{refund}/give", {"support"}),
]


async def call(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    # A body that nobody can read: whoever is let through hears 400, or 404 before it.
    body = {"content": b"{"} if method != "GET" else {}
    return await client.request(method, path, **body)


class TestEachCall:
    async def test_is_open_to_those_it_is_for_and_to_nobody_else(self, api: Api):
        known = await opened(api)
        names = {"order": "EKR-1001", "rma": known["number"], "refund": NOBODY_ELSES}
        names["replacement"] = names["mail"] = NOBODY_ELSES
        names["parcel"] = NOBODY_ELSES
        names["choice"] = NOBODY_ELSES
        callers = {who: api.by(who) for who in ("shop", "support", "bench", "finance")}
        callers[CUSTOMER] = await api.customer()

        wrong = []
        for method, path, allowed in CALLS:
            where = path.format(**names)
            nobody = await call(api.client(), method, where)
            if nobody.status_code != 401:
                wrong.append((method, path, "nobody", nobody.status_code))
            for who, client in callers.items():
                answer = await call(client, method, where)
                if (answer.status_code == 403) is (who in allowed) or answer.status_code == 401:
                    wrong.append((method, path, who, answer.status_code))
        assert wrong == []

    async def test_hides_what_is_another_customers(self, api: Api):
        known = await opened(api)
        await api.put_order("EKR-2", reference="pi_2")
        stranger = await api.customer("EKR-2")

        for method, path, allowed in CALLS:
            if CUSTOMER not in allowed or "{" not in path:
                continue
            answer = await call(
                stranger,
                method,
                path.format(
                    order="EKR-1001", rma=known["number"], choice=NOBODY_ELSES, mail=NOBODY_ELSES
                ),
            )
            is_problem(answer, 404, "not_found")
        is_problem(await stranger.post("/returns", json=request()), 404, "not_found")
        is_problem(await stranger.get("/returns?order_number=EKR-1001"), 404, "not_found")
        assert (await stranger.get("/returns")).json()["items"] == []

    async def test_knows_nothing_of_what_is_not_there_before_it_reads_the_body(self, api: Api):
        for who, path in (
            ("support", "/returns/RMA-00000000/approve"),
            ("bench", "/returns/RMA-00000000/receipts"),
            ("bench", f"/parcels/{NOBODY_ELSES}/match"),
            ("bench", "/parcels/no-id/send-back"),
            ("finance", f"/refunds/{NOBODY_ELSES}/approve"),
            ("finance", "/refunds/no-id/approve"),
        ):
            is_problem(await call(api.by(who), "POST", path), 404, "not_found")


class TestAKey:
    async def test_opens_nothing_once_it_is_revoked(self, api: Api):
        await revoke_api_key("support", now=api.clock())

        is_problem(await api.by("support").get("/returns"), 401, "not_signed_in")


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


@pytest.fixture
async def session(api: Api) -> str:  # noqa: ARG001 - whose staff it is
    """A session of the member of staff called support."""
    from piccolo.apps.user.tables import BaseUser  # noqa: PLC0415 - the engine must be there first

    user = await BaseUser.objects().get(BaseUser.username == "support@example.com")
    return (await StaffSession.create_session(user.id)).token


class TestASessionOfTheStaff:
    async def test_reads_by_its_cookie_alone(self, api: Api, session: str):
        answer = await api.client({"Cookie": f"id={session}"}).get("/returns")

        assert answer.status_code == 200

    async def test_changes_only_with_its_token_against_forgery(
        self, api: Api, session: str, settings: Settings
    ):
        known = await opened(api)
        url = f"/returns/{known['number']}/withdraw"
        token = generate_csrf_token(settings.secret_key)
        forged = generate_csrf_token("somebody else's secret")
        for headers in (
            {"Cookie": f"id={session}"},
            {"Cookie": f"id={session}; returns_csrf={token}"},
            {"Cookie": f"id={session}; returns_csrf={forged}", "x-returns-csrf": forged},
        ):
            answer = await api.client(headers).post(url)
            is_problem(answer, 403, "csrf_token_missing")

        right = {"Cookie": f"id={session}; returns_csrf={token}", "x-returns-csrf": token}
        assert (await api.client(right).post(url)).json()["state"] == "withdrawn"
