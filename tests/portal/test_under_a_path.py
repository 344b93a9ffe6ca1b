"""The pages under a path of the shop's domain: what comes in, and every way that leads on."""

import re
from dataclasses import replace
from typing import Any

import pytest

from returns_engine.settings import Settings
from tests.portal.conftest import Portal, Visitor, portal  # noqa: F401 - fixtures
from tests.portal.conftest import settings as at_the_root  # noqa: F401 - a fixture

PATH = "/my/returns"
# What a browser would fetch, open or send to.
LEADS = re.compile(r'\s(?:href|src|action|formaction|hx-get|data-description)="(/[^"]*)"')


@pytest.fixture
def settings(at_the_root: Settings) -> Settings:  # noqa: F811 - the fixture above
    return replace(at_the_root, public_url=f"http://shop.test{PATH}")


def outside(visitor: Visitor) -> list[str]:
    """Return what of a page leads out of our path."""
    found = LEADS.findall(visitor.text)
    assert found
    return [one for one in found if not one.startswith((f"{PATH}/", "//"))]


class TestUnderAPath:
    async def test_the_customers_way_never_leaves_it(self, portal: Portal):  # noqa: F811 - the fixture
        visitor = portal.visitor()
        wrong: list[str] = []

        await visitor.open(f"{PATH}/")
        wrong += outside(visitor)
        await visitor.send(f"{PATH}/find", order_number="EKR-1001", contact="dana@example.com")
        assert visitor.path == f"{PATH}/code"
        wrong += outside(visitor)
        await visitor.send(f"{PATH}/code", code=await portal.code())
        assert visitor.path == f"{PATH}/order"
        wrong += outside(visitor)
        await visitor.open(f"{PATH}/order/details?take=L1&why.L1=changed_mind")
        wrong += outside(visitor)
        await visitor.send(f"{PATH}/order/review", condition__L1="as_received")
        wrong += outside(visitor)
        await visitor.send(f"{PATH}/order/send")
        assert visitor.path.startswith(f"{PATH}/returns/RMA-")
        wrong += outside(visitor)

        assert wrong == []

    async def test_cookies_are_for_us_and_not_for_the_rest_of_the_shop(self, portal: Portal):  # noqa: F811 - the fixture
        visitor = portal.visitor()
        await visitor.open(f"{PATH}/")
        await visitor.send(f"{PATH}/find", order_number="EKR-1001", contact="dana@example.com")
        await visitor.send(f"{PATH}/code", code=await portal.code())
        await visitor.open(f"{PATH}/language?speak=es&back=/order")

        assert visitor.path == f"{PATH}/order"
        kept = {cookie.name: cookie.path for cookie in visitor.client.cookies.jar}
        assert {"returns_customer", "returns_csrf", "returns_language"} <= set(kept)
        assert set(kept.values()) == {PATH}

    async def test_a_language_chosen_under_a_form_leads_back_to_its_page(self, portal: Portal):  # noqa: F811 - the fixture
        visitor = portal.visitor()
        await visitor.open(f"{PATH}/")
        visitor.client.headers["referer"] = f"http://shop.test{PATH}/"
        await visitor.send(f"{PATH}/find", order_number="", contact="")

        assert "back=%2F&" in f"{visitor.text}&" or 'back=%2F"' in visitor.text
        assert outside(visitor) == []

    @pytest.mark.parametrize("elsewhere", ["/", "/order", "/my", f"{PATH}x", f"{PATH}x/order"])
    async def test_what_stands_beside_it_is_not_ours(self, portal: Portal, elsewhere: str):  # noqa: F811 - the fixture
        answer = await portal.visitor().open(elsewhere)

        assert answer.status_code == 404
        assert "RETURNS_ENGINE_PUBLIC_URL has a path" in answer.text

    async def test_a_page_that_is_not_there_leads_on_under_it(self, portal: Portal):  # noqa: F811 - the fixture
        visitor = portal.visitor()
        visitor.client.headers["accept"] = "text/html"

        answer = await visitor.open(f"{PATH}/nothing")

        assert answer.status_code == 404
        assert outside(visitor) == []

    async def test_who_asks_past_the_proxy_hears_of_our_health(self, portal: Portal):  # noqa: F811 - the fixture
        for address in ("/health/live", f"{PATH}/health/live"):
            assert (await portal.visitor().open(address)).status_code == 200

    async def test_the_api_is_described_and_reached_under_it(self, portal: Portal):  # noqa: F811 - the fixture
        visitor = portal.visitor()

        described: Any = (await visitor.open(f"{PATH}/schema/openapi.json")).json()
        assert described["servers"] == [{"url": PATH}]
        asked = await visitor.open(f"{PATH}/api/v1/orders/EKR-1001")
        assert asked.status_code == 401
        assert asked.json()["code"] == "not_signed_in"
        await visitor.open(f"{PATH}/schema")
        assert outside(visitor) == []
