from datetime import timedelta
from typing import Any

import pytest

from returns_engine.queries.callers import find_customer
from returns_engine.workflow.contacts import normalized_contact, normalized_email, normalized_phone
from returns_engine.workflow.send_lookup_code import send_lookup_code
from returns_engine.workflow.verify_lookup_code import (
    CustomerAccess,
    WrongCode,
    verify_lookup_code,
)
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import put_order, rows, value

KEY = "k" * 40


async def send(contact: str = "dana@example.com", number: str = "EKR-1001", **late: Any) -> None:
    await send_lookup_code(
        order_number=number, contact=contact, now=NOW + timedelta(**late), secret_key=KEY
    )


async def verify(
    code: str, contact: str = "dana@example.com", number: str = "EKR-1001", **late: Any
) -> CustomerAccess:
    return await verify_lookup_code(
        order_number=number, contact=contact, code=code, now=NOW + timedelta(**late), secret_key=KEY
    )


async def mailed() -> str | None:
    """The code in the last mail, as it waits to be sent."""
    return await value(
        "SELECT context->>'code' FROM messages WHERE template = 'lookup_code'"
        " ORDER BY created_at DESC LIMIT 1"
    )


class TestAContact:
    @pytest.mark.parametrize("text", ["Dana@Example.COM", " dana@example.com "])
    def test_is_an_address_in_small_letters(self, text: str):
        assert normalized_email(text) == "dana@example.com"

    @pytest.mark.parametrize(
        "text",
        ["+13125550123", "(312) 555-0123", "312 555 0123", "1-312-555-0123", "+1 312.555.0123"],
    )
    def test_is_a_phone_number_in_one_form(self, text: str):
        assert normalized_phone(text) == "+13125550123"
        assert normalized_contact(text) == "+13125550123"

    def test_without_prefix_is_read_as_in_the_orders_country(self):
        assert normalized_contact("030 901820", "DE") == "+4930901820"

    def test_that_is_no_number_has_one_spelling_all_the_same(self):
        assert normalized_phone("12 34") is None
        assert normalized_contact(" 12-34 ") == normalized_contact("12 34") == "1234"


@pytest.mark.usefixtures("database")
class TestALookUp:
    @pytest.mark.parametrize(
        "contact", ["dana@example.com", "DANA@example.com ", "+13125550123", "(312) 555-0123"]
    )
    async def test_by_any_spelling_of_a_contact_on_file_opens_the_order(self, contact: str):
        await put_order()
        await send(contact)
        code = await mailed()
        assert code is not None
        access = await verify(code, contact)

        assert access.order_number == "EKR-1001"
        customer = await find_customer(access.token, NOW)
        assert customer is not None
        assert customer.order_number == "EKR-1001"

    async def test_by_a_national_number_abroad_opens_the_order(self):
        address = an_order()["shipping_address"] | {"country": "DE"}
        customer = an_order()["customer"] | {"phone": "030 901820"}
        await put_order(document=an_order(shipping_address=address, customer=customer))
        assert await value("SELECT phone FROM order_contacts") == "+4930901820"

        await send("030/901820")
        assert (await verify(await mailed() or "", "+49 30 901820")).order_number == "EKR-1001"

    async def test_by_number_in_any_letter_case_opens_the_order(self):
        await put_order()
        await send(number=" ekr-1001 ")

        assert (await verify(await mailed() or "", number="ekr-1001")).order_number == "EKR-1001"

    @pytest.mark.parametrize(
        "typed", ["#EKR-1001", "EKR1001", "ekr 1001", "EKR–1001", "EKR − 1001", "# ekr‑1001"]
    )
    async def test_by_number_however_it_is_typed_opens_the_order(self, typed: str):
        await put_order()
        await send(number=typed)

        assert (await verify(await mailed() or "", number=typed)).order_number == "EKR-1001"

    @pytest.mark.parametrize(
        ("contact", "number"),
        [
            ("eve@example.com", "EKR-1001"),
            ("dana@example.com", "EKR-9"),
            ("", "EKR-1001"),
            ("@", ""),
        ],
    )
    async def test_of_what_does_not_belong_together_sends_nothing(self, contact, number):
        await put_order()
        await send(contact, number)

        assert await mailed() is None
        assert await value("SELECT count(*) FROM lookup_codes") == 0

    async def test_keeps_code_and_token_as_digests_alone(self):
        await put_order()
        await send()
        code = await mailed()
        token = (await verify(code or "")).token

        kept = str(
            [*await rows("SELECT * FROM lookup_codes"), *await rows("TABLE customer_tokens")]
        )
        assert f"'{code}'" not in kept
        assert token not in kept
        assert "dana@" not in kept


@pytest.mark.usefixtures("database")
class TestACode:
    @pytest.fixture(autouse=True)
    async def sent(self, database: str) -> str:  # noqa: ARG002 - the database must be there first
        await put_order()
        await send()
        return await mailed() or ""

    async def test_has_six_digits(self, sent: str):
        assert len(sent) == 6
        assert sent.isdigit()

    async def test_works_once(self, sent: str):
        await verify(sent)
        with pytest.raises(WrongCode):
            await verify(sent)

    async def test_lives_ten_minutes(self, sent: str):
        with pytest.raises(WrongCode):
            await verify(sent, minutes=10)
        await verify(sent, minutes=9, seconds=59)

    async def test_bears_five_tries(self, sent: str):
        wrong = f"{(int(sent) + 1) % 10**6:06d}"
        for _ in range(5):
            with pytest.raises(WrongCode):
                await verify(wrong)
        with pytest.raises(WrongCode):
            await verify(sent)

    async def test_bears_four_wrong_tries_and_then_works(self, sent: str):
        for _ in range(4):
            with pytest.raises(WrongCode):
                await verify("x")
        await verify(sent)

    async def test_is_for_the_contact_it_was_asked_with(self, sent: str):
        with pytest.raises(WrongCode):
            await verify(sent, "+13125550123")

    async def test_is_for_its_order_alone(self, sent: str):
        await put_order("EKR-2", an_order(payments=[a_payment(reference="other")]))
        with pytest.raises(WrongCode):
            await verify(sent, number="EKR-2")

    async def test_that_came_before_works_beside_a_new_one(self, sent: str):
        await send(minutes=1)

        assert (await verify(sent, minutes=2)).order_number == "EKR-1001"
