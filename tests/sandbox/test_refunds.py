"""What the stand-in allows and refuses: payments.md's record of Stripe, 2.1 to 2.7."""

import asyncio

import pytest


async def refund(wire, **fields):
    return await wire.post("/v1/refunds", data=fields)


def error_of(answer):
    error = answer.json()["error"]
    return answer.status_code, error.get("code"), error.get("param")


class TestARefund:
    async def test_without_an_amount_is_the_remainder(self, wire, payment):
        await refund(wire, payment_intent=payment, amount="1800")

        rest = await refund(wire, payment_intent=payment)

        assert rest.json()["amount"] == 3200

    async def test_shows_payment_and_charge_whichever_was_named(self, wire, payment):
        first = (await refund(wire, payment_intent=payment, amount="1")).json()
        second = (await refund(wire, charge=first["charge"], amount="1")).json()

        assert second["payment_intent"] == payment

    async def test_leaves_out_what_it_does_not_have(self, wire, payment):
        made = (await refund(wire, payment_intent=payment)).json()

        assert made.keys().isdisjoint(
            {"failure_reason", "next_action", "pending_reason", "description", "livemode"}
        )

    async def test_of_five_whole_ones_at_once_happens_once(self, wire, payment):
        answers = await asyncio.gather(*(refund(wire, payment_intent=payment) for _ in range(5)))

        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]

    async def test_that_is_pending_is_spent_but_not_yet_counted(self, wire):
        fields = {"reference": "pi_p", "amount": 900, "currency": "usd"}
        await wire.post("/_test/payments", json=fields | {"method": "pm_card_pendingRefund"})

        made = (await refund(wire, payment_intent="pi_p", amount="900")).json()
        more = await refund(wire, payment_intent="pi_p", amount="1")
        charge = (await wire.get(f"/v1/charges/{made['charge']}")).json()

        assert (made["status"], made["pending_reason"]) == ("pending", "processing")
        assert error_of(more) == (400, "charge_already_refunded", None)
        assert charge["amount_refunded"] == 0

    async def test_takes_metadata_and_lets_it_be_changed(self, wire, payment):
        made = (await refund(wire, payment_intent=payment, **{"metadata[rma]": "A"})).json()

        changed = await wire.post(
            f"/v1/refunds/{made['id']}", data={"metadata[rma]": "", "metadata[note]": "b"}
        )

        assert made["metadata"] == {"rma": "A"}
        assert changed.json()["metadata"] == {"note": "b"}


class TestARefusal:
    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"amount": "0"}, (400, "parameter_invalid_integer", "amount")),
            ({"amount": "-5"}, (400, "parameter_invalid_integer", "amount")),
            ({"amount": "1.5"}, (400, "parameter_invalid_integer", "amount")),
            ({"amount": "5001"}, (400, None, "amount")),
            ({"reason": "changed_mind"}, (400, None, "reason")),
            ({"color": "blue"}, (400, "parameter_unknown", "color")),
            ({"charge": "ch_other"}, (404, "resource_missing", "charge")),
            ({"metadata[" + "n" * 41 + "]": "x"}, (400, None, "metadata[" + "n" * 41 + "]")),
            ({"metadata[n]": "x" * 501}, (400, None, "metadata[n]")),
        ],
    )
    async def test_names_code_and_parameter(self, wire, payment, fields, error):
        assert error_of(await refund(wire, payment_intent=payment, **fields)) == error

    async def test_comes_for_no_payment_at_all(self, wire):
        assert (await refund(wire, amount="1")).status_code == 400

    async def test_comes_for_a_coin_that_the_currency_does_not_have(self, wire):
        fields = {"reference": "pi_kwd", "amount": 5000, "currency": "KWD"}
        await wire.post("/_test/payments", json=fields)

        odd = await refund(wire, payment_intent="pi_kwd", amount="1005")
        even = await refund(wire, payment_intent="pi_kwd", amount="1010")

        assert error_of(odd) == (400, None, "amount")
        assert even.status_code == 200

    async def test_comes_for_canceling_what_has_succeeded(self, wire, payment):
        made = (await refund(wire, payment_intent=payment)).json()

        answer = await wire.post(f"/v1/refunds/{made['id']}/cancel")

        assert error_of(answer) == (400, None, None)

    @pytest.mark.parametrize("key", ["", "sk_live_1", "pk_test_1"])
    async def test_comes_for_every_key_but_a_test_key(self, wire, key):
        answer = await wire.get("/v1/refunds", auth=(key, ""))

        assert answer.status_code == 401

    async def test_comes_for_what_a_restricted_key_may_not(self, wire):
        for key, reads, makes in (
            ("rk_test_without_write_refunds", 200, 403),
            ("rk_test_without_read_refunds", 403, 403),
            ("rk_test_without_read_disputes", 200, 400),
        ):
            assert (await wire.get("/v1/refunds", auth=(key, ""))).status_code == reads
            assert (await wire.post("/v1/refunds", auth=(key, ""))).status_code == makes

    async def test_comes_for_a_call_that_is_not_there(self, wire):
        assert (await wire.get("/v1/customers")).status_code == 404


class TestAList:
    async def test_is_cut_into_pages_both_ways(self, wire, payment):
        made = [
            (await refund(wire, payment_intent=payment, amount="1")).json()["id"] for _ in range(5)
        ][::-1]

        async def page(**query):
            answer = (await wire.get("/v1/refunds", params={"limit": 2, **query})).json()
            return [item["id"] for item in answer["data"]], answer["has_more"]

        assert await page() == (made[:2], True)
        assert await page(starting_after=made[1]) == (made[2:4], True)
        assert await page(starting_after=made[3]) == (made[4:], False)
        assert await page(ending_before=made[4]) == (made[2:4], True)
        assert await page(ending_before=made[2]) == (made[:2], False)

    async def test_is_filtered_by_time(self, wire, payment):
        old = (await refund(wire, payment_intent=payment, amount="1")).json()
        await wire.post("/_test/clock", json={"offset_seconds": 1000})
        new = (await refund(wire, payment_intent=payment, amount="1")).json()

        since = await wire.get("/v1/refunds", params={"created[gt]": old["created"]})
        until = await wire.get("/v1/refunds", params={"created[lte]": old["created"]})

        assert [item["id"] for item in since.json()["data"]] == [new["id"]]
        assert [item["id"] for item in until.json()["data"]] == [old["id"]]

    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"expand[]": "data.color"}])
    async def test_refuses_what_it_does_not_have(self, wire, payment, query):
        await refund(wire, payment_intent=payment)

        assert (await wire.get("/v1/refunds", params=query)).status_code == 400


class TestAPayment:
    async def test_is_confirmed_captured_and_given_back(self, wire):
        create = {"amount": "800", "currency": "eur", "capture_method": "manual"}
        intent = (await wire.post("/v1/payment_intents", data=create)).json()
        address = f"/v1/payment_intents/{intent['id']}"

        held = await wire.post(f"{address}/confirm", data={"payment_method": "pm_card_visa"})
        taken = await wire.post(f"{address}/capture", data={"amount_to_capture": "500"})
        over = await refund(wire, payment_intent=intent["id"], amount="501")

        assert intent["status"] == "requires_payment_method"
        assert (held.json()["status"], held.json()["amount_capturable"]) == (
            "requires_capture",
            800,
        )
        assert (taken.json()["status"], taken.json()["amount_received"]) == ("succeeded", 500)
        assert error_of(over) == (400, None, "amount")

    async def test_is_declined_by_the_card_made_for_it(self, wire):
        answer = await wire.post(
            "/v1/payment_intents",
            data={
                "amount": "800",
                "currency": "eur",
                "confirm": "true",
                "payment_method": "pm_card_chargeDeclined",
            },
        )

        assert error_of(answer) == (402, "card_declined", None)

    async def test_that_is_seeded_twice_is_there_once(self, wire, payment):
        same = {"reference": payment, "amount": 5000, "currency": "USD"}

        again = await wire.post("/_test/payments", json=same)
        other = await wire.post("/_test/payments", json=same | {"amount": 1})

        assert (again.status_code, other.status_code) == (201, 400)
