"""Who comes by the link in a mail, or after a while, gets by the code to where they wanted."""

import base64
import re

import pytest

from tests.portal.conftest import Portal, Visitor


async def found(portal: Portal, visitor: Visitor, number: str, contact: str) -> None:
    await portal.codes_gone()
    await visitor.send("/find", order_number=number, contact=contact)
    await visitor.send("/code", code=await portal.code(number))


async def asked(portal: Portal) -> tuple[Visitor, str]:
    """Return who asked for a return, and its page."""
    visitor = await portal.signed_in()
    await visitor.open("/order/details?take=L1&why.L1=changed_mind")
    await visitor.send("/order/review", condition__L1="as_received")
    await visitor.send("/order/send")
    assert visitor.path.startswith("/returns/RMA-")
    return visitor, visitor.path


class TestTheLinkInAMail:
    async def test_leads_by_the_code_to_the_return_it_is_about(self, portal: Portal):
        _, page = await asked(portal)
        visitor = portal.visitor()

        await visitor.open(page)

        assert visitor.path == "/"
        assert "Find your order first" in visitor.text
        assert "You were away" not in visitor.text
        await found(portal, visitor, "EKR-1001", "dana@example.com")
        assert visitor.path == page

    async def test_leads_to_the_order_where_the_return_is_not_of_it(self, portal: Portal):
        _, page = await asked(portal)
        await portal.put_order("EKR-9", reference="pi_9")
        visitor = portal.visitor()
        await visitor.open(page)

        await found(portal, visitor, "EKR-9", "dana@example.com")

        assert visitor.path == "/order"

    async def test_leads_there_also_who_has_another_order_open(self, portal: Portal):
        _, page = await asked(portal)
        await portal.put_order("EKR-9", reference="pi_9")
        visitor = portal.visitor()
        await visitor.open("/")
        await found(portal, visitor, "EKR-9", "dana@example.com")

        await visitor.open(page)

        assert "There is nothing here" in visitor.text
        assert 'href="/?said=first">Open it with its own order' in visitor.text
        await visitor.open("/?said=first")
        await found(portal, visitor, "EKR-1001", "dana@example.com")
        assert visitor.path == page

    async def test_says_the_same_of_a_return_that_is_not(self, portal: Portal):
        _, page = await asked(portal)
        await portal.put_order("EKR-9", reference="pi_9")
        visitor = portal.visitor()
        await visitor.open("/")
        await found(portal, visitor, "EKR-9", "dana@example.com")

        theirs = await visitor.open(page)
        nobodys = await visitor.open("/returns/RMA-00000000")

        assert theirs.status_code == nobodys.status_code == 404
        assert _unsigned(theirs.text) == _unsigned(nobodys.text)

    async def test_is_forgotten_once_it_was_followed(self, portal: Portal):
        _, page = await asked(portal)
        visitor = portal.visitor()
        await visitor.open(page)
        await found(portal, visitor, "EKR-1001", "dana@example.com")
        await visitor.send("/sign-out")

        await found(portal, visitor, "EKR-1001", "dana@example.com")

        assert visitor.path == "/order"


def _unsigned(page: str) -> str:
    """Return a page without what is of one visit alone."""
    return re.sub(r"[0-9a-f]{100,}", "", page)


class TestWhoWasAwayForAWhile:
    async def test_is_told_so_and_comes_back_to_the_return(self, portal: Portal):
        visitor, page = await asked(portal)
        visitor.client.cookies.set("returns_customer", "over", domain="shop.test")
        form = visitor.form(f"{page}/message")

        await visitor.send(form.action, message="Hello", form=form)

        assert "You were away for a while" in visitor.text
        await found(portal, visitor, "EKR-1001", "dana@example.com")
        assert visitor.path == f"{page}/unsent"

    @pytest.mark.parametrize("page", ["/order/status", "/order?issue=broken"])
    async def test_comes_back_to_the_order(self, portal: Portal, page: str):
        visitor = portal.visitor()
        await visitor.open(page)

        await found(portal, visitor, "EKR-1001", "dana@example.com")

        assert visitor.page is not None
        assert visitor.page.url.raw_path.decode() == page

    @pytest.mark.parametrize(
        "told",
        ["https://evil.test/order", "//evil.test/order", "/policy", "/orders", "\0", "é", ""],
    )
    async def test_goes_nowhere_else_whatever_the_cookie_says(self, portal: Portal, told: str):
        visitor = portal.visitor()
        spoiled = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
        visitor.client.cookies.set("returns_sought", spoiled)
        await visitor.open("/")

        await found(portal, visitor, "EKR-1001", "dana@example.com")

        assert visitor.path == "/order"
