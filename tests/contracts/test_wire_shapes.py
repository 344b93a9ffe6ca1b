"""The sandbox's objects against the types that Stripe publishes in its SDK."""

import typing

import pytest
import stripe


@pytest.fixture
async def objects(stand_in, order_of):
    """One of each object, pending and failed refunds among them, as they go over the wire."""
    reference = await stand_in.pay(5000)
    await stand_in.gateway.create_refund(order_of(reference, 100))
    failed = await stand_in.gateway.create_refund(order_of(reference, 100))
    await stand_in.control("refunds/fail", refund=failed.provider_refund_id)
    await stand_in.control("faults", on="refunds.create", mode="pending")
    await stand_in.gateway.create_refund(order_of(reference, 100))
    await stand_in.control("disputes", payment_intent=reference, amount=100)
    for method in ("pm_konbini", "pm_sepa_debit"):
        other = await stand_in.pay(5000, method)
        await stand_in.gateway.create_refund(order_of(other, 100))

    async def listed(folder, **query):
        answer = await stand_in.wire.get(f"/v1/{folder}", params={"limit": 100, **query})
        return answer.json()["data"]

    return {
        stripe.PaymentIntent: await listed("payment_intents"),
        stripe.Charge: await listed("charges", payment_intent=reference),
        stripe.Refund: await listed("refunds", payment_intent=reference),
        stripe.Dispute: await listed("disputes", payment_intent=reference),
        stripe.Event: await listed("events"),
    }


def may_be_absent(hint: object) -> bool:
    return type(None) in typing.get_args(hint)


@pytest.mark.parametrize(
    "kind", [stripe.PaymentIntent, stripe.Charge, stripe.Refund, stripe.Dispute, stripe.Event]
)
class TestAnObjectOfTheSandbox:
    async def test_has_every_field_that_the_type_says_is_there(self, objects, kind):
        needed = {name for name, hint in fields_of(kind).items() if not may_be_absent(hint)}

        assert objects[kind]
        for shown in objects[kind]:
            assert needed - shown.keys() == set()

    async def test_has_no_field_that_the_type_does_not_know(self, objects, kind):
        for shown in objects[kind]:
            assert shown.keys() - fields_of(kind).keys() == set()

    async def test_has_null_only_where_the_type_allows_it(self, objects, kind):
        hints = fields_of(kind)

        for shown in objects[kind]:
            nulls = {name for name, value in shown.items() if value is None}
            assert {name for name in nulls if not may_be_absent(hints[name])} == set()

    async def test_has_only_words_that_the_type_lists(self, objects, kind):
        hints = fields_of(kind)

        for shown in objects[kind]:
            for name, value in shown.items():
                words = literals_in(hints[name])
                assert not words or not isinstance(value, str) or value in words, (name, value)


def fields_of(kind: type) -> dict[str, object]:
    return {n: h for n, h in kind.__annotations__.items() if not n.isupper() and n[0] != "_"}


def literals_in(hint: object) -> set[object]:
    if typing.get_origin(hint) is typing.Literal:
        return set(typing.get_args(hint))
    return {word for part in typing.get_args(hint) for word in literals_in(part)}


class TestAnAnswerOfTheSandbox:
    async def test_names_the_request(self, stand_in):
        answer = await stand_in.wire.get("/v1/refunds")

        assert answer.headers["request-id"].startswith("req_")
        assert answer.headers["stripe-version"] == stripe.api_version

    async def test_is_read_by_the_sdk_as_the_object_it_is(self, stand_in):
        client = stripe.StripeClient(
            "sk_test_x",
            base_addresses={"api": str(stand_in.wire.base_url).rstrip("/")},
            http_client=stripe.RequestsClient(),
        )
        intent = client.v1.payment_intents.create(
            {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
        )
        refund = client.v1.refunds.create(
            {"payment_intent": intent.id, "expand": ["charge.refunds", "payment_intent"]}
        )

        assert isinstance(refund, stripe.Refund)
        assert isinstance(refund.charge, stripe.Charge)
        assert refund.payment_intent == intent
        assert [inside.id for inside in refund.charge.refunds] == [refund.id]
