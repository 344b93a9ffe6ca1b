import base64

import pytest

from returns_engine.tables.messages import Message


class TestFindingAnOrder:
    async def test_the_answer_is_the_same_whether_the_order_is_there_or_not(self, portal):
        known, unknown = portal.visitor(), portal.visitor()
        await known.open("/")
        await unknown.open("/")

        await known.send("/find", order_number="EKR-1001", contact="dana@example.com")
        await unknown.send("/find", order_number="EKR-9999", contact="eve@example.com")

        assert known.path == unknown.path == "/code"
        assert _without_tokens(known.text) == _without_tokens(unknown.text)
        assert await Message.count().where(Message.template == "lookup_code") == 1

    async def test_no_personal_data_stands_in_the_address(self, portal):
        visitor = portal.visitor()
        await visitor.open("/")

        answer = await visitor.send("/find", order_number="EKR-1001", contact="dana@example.com")

        assert [str(one.url) for one in (*answer.history, answer)] == [
            "http://shop.test/find",
            "http://shop.test/code",
        ]

    async def test_a_field_left_empty_is_named_with_its_remedy_and_the_rest_is_kept(self, portal):
        visitor = portal.visitor()
        await visitor.open("/")

        answer = await visitor.send("/find", order_number="EKR-1001", contact=" ")

        assert answer.status_code == 422
        assert 'value="EKR-1001"' in visitor.text
        assert 'href="#contact"' in visitor.text
        assert "<title>One thing needs a look: Send something back" in visitor.text
        assert "Enter the e-mail address or phone number you ordered with." in visitor.text

    async def test_the_code_opens_the_order(self, portal):
        visitor = await portal.signed_in()

        assert "Seat covers, Ford F-150, black" in visitor.text

    async def test_a_wrong_code_opens_nothing(self, portal):
        visitor = portal.visitor()
        await visitor.open("/")
        await visitor.send("/find", order_number="EKR-1001", contact="dana@example.com")
        wrong = f"{(int(await portal.code()) + 1) % 1_000_000:06d}"

        answer = await visitor.send("/code", code=wrong)

        assert answer.status_code == 422
        assert "This code does not fit" in visitor.text
        assert (await visitor.open("/order")).url.path == "/"

    async def test_too_many_tries_are_stopped_with_a_page(self, portal):
        visitor = portal.visitor()
        for _ in range(portal.settings.lookup_limit_contact):
            await visitor.open("/")
            await visitor.send("/find", order_number="EKR-1", contact="dana@example.com")
        await visitor.open("/")

        answer = await visitor.send("/find", order_number="EKR-1", contact="dana@example.com")

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "3600"
        assert "we count the tries" in visitor.text
        assert 'value="EKR-1"' in visitor.text

    async def test_a_form_without_its_token_is_refused_with_a_page(self, portal):
        visitor = portal.visitor()

        answer = await visitor.client.post("/find", data={"order_number": "x", "contact": "y"})

        assert answer.status_code == 403
        assert "This form is too old" in answer.text

    async def test_signing_out_closes_the_order(self, portal):
        visitor = await portal.signed_in()
        token = visitor.client.cookies["returns_customer"]
        await visitor.send("/sign-out")
        assert "You are signed out" in visitor.text

        visitor.client.cookies.set("returns_customer", token)

        assert (await visitor.open("/order")).url.path == "/"

    @pytest.mark.parametrize("told", ["no JSON", "null", "[" * 20_000, '["EKR-1001"]'])
    async def test_a_spoiled_cookie_is_none(self, portal, told):
        visitor = portal.visitor()
        spoiled = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
        visitor.client.cookies.set("returns_finding", spoiled)

        assert (await visitor.open("/code")).url.path == "/"

    @pytest.mark.parametrize("path", ["/order", "/order/details", "/returns/RMA-00000000"])
    async def test_nobody_sees_an_order_without_having_found_it(self, portal, path):
        visitor = portal.visitor()

        await visitor.open(path)

        assert visitor.path == "/"


def _without_tokens(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrf" not in line)
