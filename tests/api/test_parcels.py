"""Parcels nobody announced (46), by the API alone."""

import asyncio
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from returns_engine.documents.policy_file import load_policy
from returns_engine.queries.audit import verify_chains
from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.tables.engine import the_engine
from returns_engine.tables.parcels import Parcel
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.remind_of_labels import remind_of_labels
from tests.api.conftest import Api
from tests.api.journey import in_review, opened, print_label
from tests.api.orders import asked, order, request
from tests.api.statements import every_statement
from tests.api.test_refusals import is_problem

HOME = {"carrier": "ups", "tracking_number": "1Z999AA10123456799"}
NOBODY = "00000000-0000-4000-8000-000000000000"


async def quarantined(api: Api, **said: Any) -> dict[str, Any]:
    answer = await api.by("bench").post("/parcels", json=said or {"sender": "Dana Reyes, 60601"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def post(api: Api, path: str, body: Any = None) -> httpx.Response:
    return await api.by("bench").post(path, json={} if body is None else body)


async def done(api: Api, path: str, body: Any = None) -> dict[str, Any]:
    answer = await post(api, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def mails() -> list[str]:
    found = await the_engine().fetch_rows("SELECT template FROM messages ORDER BY created_at, id")
    return sorted(row["template"] for row in found if row["template"] != "return_requested")


async def photo_of(client: httpx.AsyncClient, **fields: str) -> str:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "saddlebrown").save(kept, "JPEG")
    files = {"file": ("box.jpg", kept.getvalue(), "image/jpeg")}
    answer = await client.post("/photos", files=files, data=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["photo_id"]


def reasons(suggestion: dict[str, Any]) -> list[str]:
    assert all(reason["says"] for reason in suggestion["reasons"])
    return [reason["code"] for reason in suggestion["reasons"]]


class TestTakingIn:
    async def test_puts_a_parcel_into_quarantine_under_a_number(self, api: Api):
        photo = await photo_of(api.by("bench"))
        said = {
            "tracking_number": " 1Z 999AA1 0123456700 ",
            "sender": "Dana Reyes\n1 Main St",
            "contents": "black seat covers",
            "note": "The box is wet.",
            "photo_ids": [photo],
        }
        answer = await post(api, "/parcels", said)

        assert answer.status_code == 201
        parcel = answer.json()
        assert answer.headers["etag"] == '"1"'
        assert normalize_quarantine_number(parcel["number"]) == parcel["number"]
        assert parcel["state"] == "quarantined"
        assert parcel["tracking_number"] == "1Z999AA10123456700"
        assert {name: parcel[name] for name in ("sender", "contents", "note", "photo_ids")} == {
            name: said[name] for name in ("sender", "contents", "note", "photo_ids")
        }
        assert (parcel["return_number"], parcel["sent_back"]) == (None, None)
        assert parcel["suggestions"] == []
        shown = await api.by("bench").get(f"/parcels/{parcel['id']}")
        assert shown.json() == parcel

    @pytest.mark.parametrize(
        "said",
        [
            {"tracking_number": "X1"},
            {"sender": "Dana"},
            {"contents": "a cover"},
            {"note": "wet", "sender": None, "photo_ids": None},
        ],
    )
    async def test_needs_one_thing_that_was_said(self, api: Api, said: dict[str, Any]):
        assert (await post(api, "/parcels", said)).status_code == 201

    async def test_of_a_parcel_of_which_nothing_is_said_is_refused(self, api: Api):
        before = await api.row_counts()
        for said in ({}, {"sender": " \n", "note": ""}, {"photo_ids": []}):
            is_problem(await post(api, "/parcels", said), 422, "nothing_said")

        assert await api.row_counts() == before

    async def test_takes_no_state_and_nothing_too_long(self, api: Api):
        for said in (
            {"sender": "x", "state": "matched"},
            {"sender": "x", "number": "Q-1"},
            {"sender": "x" * 2001},
            {"tracking_number": "x" * 129},
            {"sender": 7},
            {"sender": "x\0"},
        ):
            assert (await post(api, "/parcels", said)).status_code == 400, said

    async def test_takes_photos_of_the_bench_alone(self, api: Api):
        await api.put_order()
        theirs = await photo_of(await api.customer())
        of_an_order = await photo_of(api.by("bench"), order_number="EKR-1001")
        for photo in (theirs, of_an_order, NOBODY, "no-id"):
            problem = is_problem(
                await post(api, "/parcels", {"photo_ids": [photo]}), 422, "unknown_photo"
            )
            assert problem["errors"][0]["pointer"] == "/photo_ids/0"

    async def test_with_a_key_happens_once(self, api: Api):
        bench = api.by("bench")
        key = {"Idempotency-Key": "box-1"}
        first = await bench.post("/parcels", json={"note": "a box"}, headers=key)
        again = await bench.post("/parcels", json={"note": "a box"}, headers=key)

        assert first.json() == again.json()
        assert len((await bench.get("/parcels")).json()["items"]) == 1

    async def test_names_the_return_it_came_with(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api, note="one mat too many", came_with=number.lower())

        assert parcel["came_with"] == number
        assert reasons(parcel["suggestions"][0]) == ["came_with"]
        unknown = await post(api, "/parcels", {"came_with": "RMA-00000000"})
        is_problem(unknown, 422, "unknown_return")


class TestSuggestions:
    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"note": "It says rma {digits} inside"}, "rma_number"),
            ({"tracking_number": "420606019400111899223197428490"}, "tracking_number"),
            ({"contents": "packing slip of order ekr-1001"}, "order_number"),
            ({"tracking_number": "1Z999AA10123456784"}, "our_shipment"),
            ({"sender": "<DANA@example.com>"}, "email"),
            ({"sender": "tel. (312) 555-0123"}, "phone"),
            ({"sender": "REYES, DANA"}, "name"),
            ({"sender": "Dana Reyez"}, "name_alike"),
            ({"sender": "1 Main St, Chicago IL 60601-2212"}, "postcode"),
            ({"contents": "1x EKR-F150-BLK"}, "sku"),
            ({"contents": "covers for an f-150"}, "title"),
        ],
    )
    async def test_tell_what_they_rest_on(self, api: Api, said: dict[str, str], why: str):
        number = (await opened(api))["number"]
        tracking = {"carrier": "usps", "tracking_number": "9400111899223197428490"}
        await api.by("support").post(f"/returns/{number}/tracking", json=tracking)
        said = {name: text.format(digits=number[4:].lower()) for name, text in said.items()}

        (suggestion,) = (await quarantined(api, **said))["suggestions"]

        assert why in reasons(suggestion)
        assert (suggestion["return_number"], suggestion["order_number"]) == (number, "EKR-1001")
        assert (suggestion["state"], suggestion["takes_parcels"]) == ("in_transit", True)
        assert suggestion["items"] == ["1 × Seat covers, Ford F-150, black"]

    @pytest.mark.parametrize(
        ("name", "sender"),
        [
            *(("José Núñez", "Jose Nunez"), ("Łukasz Żak", "LUKASZ ZAK"), ("김민준", "김민준")),
            *(("Pat O’Brien", "Pat O'Brien"), ("Pat O’Brien", "PAT OBRIEN")),
        ],
    )
    async def test_know_a_name_without_its_accents(self, api: Api, name: str, sender: str):
        customer = order()["customer"] | {"name": name, "phone": None, "email": "x@y.test"}
        address = order()["shipping_address"] | {"name": name, "postal_code": "99501"}
        await api.put_order(customer=customer, shipping_address=address)

        for code in ("1Z12345E0205271688", "1Z12345E0205271689"):
            said = {"sender": sender, "tracking_number": code}
            (suggestion,) = (await quarantined(api, **said))["suggestions"]
            assert suggestion["order_number"] == "EKR-1001"
            assert {"name", "name_alike"} & set(reasons(suggestion))
            # And once more while a return of it is open.
            await api.by("support").post("/returns", json=request("EKR-1001", asked()))

    async def test_name_an_order_nobody_asked_a_return_for(self, api: Api):
        await api.put_order()
        (suggestion,) = (await quarantined(api))["suggestions"]

        assert (suggestion["order_number"], suggestion["return_number"]) == ("EKR-1001", None)
        assert suggestion["takes_parcels"] is False

    async def test_say_that_a_withdrawn_return_takes_nothing_in(self, api: Api):
        number = (await opened(api))["number"]
        await api.by("support").post(f"/returns/{number}/withdraw", json={})
        (suggestion,) = (await quarantined(api, note=number))["suggestions"]

        assert (suggestion["return_number"], suggestion["state"]) == (number, "withdrawn")
        assert suggestion["takes_parcels"] is False

    async def test_put_the_open_return_first_and_are_ten_at_most(self, api: Api):
        for place in range(12):
            await api.put_order(f"EKR-{place}", reference=f"pi_{place}")
        asked_for = await api.by("support").post("/returns", json=request("EKR-3", asked()))
        suggestions = (await quarantined(api))["suggestions"]

        assert len(suggestions) == 10
        assert suggestions[0]["return_number"] == asked_for.json()["number"]

    async def test_name_no_customer_and_nothing_without_a_clue(self, api: Api):
        await opened(api)

        assert (await quarantined(api, sender="Lee Novak", contents="toaster"))["suggestions"] == []
        assert "dana" not in str((await quarantined(api))["suggestions"]).lower()

    async def test_cost_two_statements_however_many_there_are(self, api: Api):
        for place in range(12):
            await api.put_order(f"EKR-{place}", reference=f"pi_{place}")
        parcel = await quarantined(api, sender="Dana Reyes 60601", contents="EKR-F150-BLK covers")
        with every_statement() as said:
            await api.by("bench").get(f"/parcels/{parcel['id']}")

        assert 3 <= len(said) <= 4, "\n\n".join(said)

    async def test_take_whatever_people_write(self, api: Api):
        await opened(api)
        odd = "%_\\ {} ' \" 山田 太郎 ** @@ " + "60601 " * 200
        parcel = await quarantined(api, sender=odd, contents=odd, note=odd, tracking_number="%")

        assert parcel["suggestions"]


class TestMatching:
    async def test_links_a_parcel_and_leaves_the_counting_to_the_bench(self, api: Api):
        number = (await opened(api))["number"]
        photo = await photo_of(api.by("bench"))
        parcel = await quarantined(api, sender="Dana", photo_ids=[photo])
        matched = await done(
            api, f"/parcels/{parcel['id']}/match", {"return_number": number.lower()}
        )

        assert (matched["state"], matched["return_number"]) == ("matched", number)
        assert (matched["counted_at"], matched["suggestions"]) == (None, [])
        case = (await api.by("bench").get(f"/returns/{number}")).json()
        assert (case["state"], case["lines"][0]["received"]) == ("approved", 0)

        counted = await post(
            api,
            f"/returns/{number}/receipts",
            {"lines": [{"line_id": "L1", "quantity": 1}], "parcel_reference": matched["number"]},
        )
        assert counted.json()["state"] == "received"
        shown = (await api.by("bench").get(f"/parcels/{parcel['id']}")).json()
        assert shown["counted_at"] is not None
        assert await mails() == ["parcel_matched"]
        assert (await verify_chains()).ok

    async def test_with_lines_counts_them_in_at_once(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        body = {"return_number": number, "lines": [{"line_id": "L1", "quantity": 1}]}
        matched = await done(api, f"/parcels/{parcel['id']}/match", body)

        assert matched["counted_at"] is not None
        case = (await api.by("bench").get(f"/returns/{number}")).json()
        assert (case["state"], case["lines"][0]["received"]) == ("received", 1)
        receipt = await the_engine().fetch_row("SELECT parcel_reference FROM receipts")
        assert receipt["parcel_reference"] == parcel["number"]
        assert await mails() == ["parcel_received"]

    async def test_changes_nothing_where_the_units_cannot_be_counted(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        before = await api.row_counts()
        for line, code in (
            ({"line_id": "L1", "quantity": 2}, "exceeds_expected"),
            ({"line_id": "L9", "quantity": 1}, "not_in_return"),
            ({"line_id": "L1", "quantity": 0}, "quantity_below_1"),
        ):
            body = {"return_number": number, "lines": [line]}
            is_problem(await post(api, f"/parcels/{parcel['id']}/match", body), 422, code)

        shown = (await api.by("bench").get(f"/parcels/{parcel['id']}")).json()
        assert (shown["state"], shown["version"]) == ("quarantined", 1)
        assert await api.row_counts() == before

    async def test_refuses_a_return_that_takes_nothing_in(self, api: Api):
        number = (await in_review(api))["number"]
        parcel = await quarantined(api)
        answer = await post(api, f"/parcels/{parcel['id']}/match", {"return_number": number})

        problem = is_problem(answer, 409, "transition_not_allowed")
        assert (problem["state"], problem["action"]) == ("in_review", "receive")
        await api.by("support").post(f"/returns/{number}/decline", json={"reason": "Used."})
        answer = await post(api, f"/parcels/{parcel['id']}/match", {"return_number": number})
        assert is_problem(answer, 409, "transition_not_allowed")["state"] == "declined"

    async def test_happens_once(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}"
        await done(api, f"{path}/match", {"return_number": number})

        again = await post(api, f"{path}/match", {"return_number": number})
        problem = is_problem(again, 409, "transition_not_allowed")
        assert (problem["state"], problem["action"]) == ("matched", "match")
        is_problem(await post(api, f"{path}/send-back", HOME), 409, "transition_not_allowed")
        assert await mails() == ["parcel_matched"]

    async def test_knows_no_return_that_is_not_there(self, api: Api):
        parcel = await quarantined(api)
        for number in ("RMA-00000000", "EKR-1001"):
            answer = await post(api, f"/parcels/{parcel['id']}/match", {"return_number": number})
            is_problem(answer, 404, "not_found")

    async def test_of_a_parcel_that_changed_meanwhile_is_refused(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        answer = await api.by("bench").post(
            f"/parcels/{parcel['id']}/match",
            json={"return_number": number},
            headers={"If-Match": '"7"'},
        )

        is_problem(answer, 412, "stale_version")

    async def test_of_the_wrong_return_can_be_taken_back(self, api: Api):
        number = (await opened(api))["number"]
        photo = await photo_of(api.by("bench"))
        parcel = await quarantined(api, note="whose?", photo_ids=[photo])
        path = f"/parcels/{parcel['id']}"
        await done(api, f"{path}/match", {"return_number": number})
        released = await done(api, f"{path}/release")

        assert (released["state"], released["return_number"]) == ("quarantined", None)
        assert await mails() == ["parcel_matched", "parcel_released"]
        receipt = {"lines": [{"line_id": "L1", "quantity": 1}]}
        named = receipt | {"parcel_reference": parcel["number"]}
        refused = await post(api, f"/returns/{number}/receipts", named)
        is_problem(refused, 422, "parcel_not_matched")
        is_problem(await post(api, f"{path}/release"), 409, "transition_not_allowed")
        row = await the_engine().fetch_row('SELECT "order" FROM photos')
        assert row["order"] is None

        await done(api, f"{path}/match", {"return_number": number} | receipt)
        is_problem(await post(api, f"{path}/release"), 409, "parcel_counted_in")
        assert (await verify_chains()).ok


class TestAReturnWhoseParcelIsHere:
    async def test_is_not_withdrawn_before_it_was_opened(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        await done(api, f"/parcels/{parcel['id']}/match", {"return_number": number})
        withdraw = f"/returns/{number}/withdraw"
        problem = is_problem(
            await api.by("support").post(withdraw, json={}), 409, "transition_not_allowed"
        )
        assert problem["action"] == "withdraw"
        assert "parcel of this return is here" in problem["detail"]

        await done(api, f"/parcels/{parcel['id']}/release")
        answer = await api.by("support").post(withdraw, json={})
        assert answer.json()["state"] == "withdrawn"

    async def test_neither_expires_nor_is_reminded_of_its_label(self, api: Api):
        number = (await opened(api))["number"]
        await print_label(number, b"%PDF")
        await the_engine().fetch_rows(
            "DO $$ BEGIN PERFORM set_config('app.transition', '1', true);"
            " UPDATE returns SET state = 'label_issued', label_issued_at = now();"
            " UPDATE labels SET issued_at = '2026-03-10T12:00:00Z',"
            " expires_at = '2026-03-31T12:00:00Z'; END $$"
        )
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}"
        await done(api, f"{path}/match", {"return_number": number})
        policy, later = load_policy(None), api.clock() + timedelta(days=30)

        assert await expire_labels(now=later) == 0
        assert await remind_of_labels(policy=policy, now=api.clock()) == 0
        await done(api, f"{path}/release")
        assert await remind_of_labels(policy=policy, now=api.clock()) == 1
        assert await expire_labels(now=later) == 1

    async def test_is_matched_to_one_parcel_of_two_people_at_once(self, api: Api):
        number = (await opened(api))["number"]
        parcel = await quarantined(api)
        path, body = f"/parcels/{parcel['id']}", {"return_number": number}
        answers = await asyncio.gather(
            post(api, f"{path}/match", body),
            post(api, f"{path}/match", body),
            post(api, f"{path}/send-back", HOME),
        )

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        assert (await verify_chains()).ok


class TestAParcelForAReturnThatTakesNothingIn:
    async def test_is_told_where_it_goes(self, api: Api):
        number = (await opened(api))["number"]
        await api.by("support").post(f"/returns/{number}/withdraw", json={})
        receipt = {"lines": [{"line_id": "L1", "quantity": 1}]}
        answer = await post(api, f"/returns/{number}/receipts", receipt)

        problem = is_problem(answer, 409, "transition_not_allowed")
        assert (problem["state"], problem["action"]) == ("withdrawn", "receive")
        assert "/parcels" in problem["detail"]


class TestSendingBack:
    async def test_is_recorded_once_and_tells_nobody_where_nobody_is_known(self, api: Api):
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}"
        sent = await done(api, f"{path}/send-back", HOME)

        assert sent["state"] == "sent_back"
        assert sent["sent_back"] == HOME | {"at": "2026-03-30T12:00:00Z"}
        assert await mails() == []
        is_problem(await post(api, f"{path}/send-back", HOME), 409, "transition_not_allowed")
        number = (await opened(api))["number"]
        answer = await post(api, f"{path}/match", {"return_number": number})
        assert is_problem(answer, 409, "transition_not_allowed")["state"] == "sent_back"

    async def test_tells_the_customer_whose_it_is(self, api: Api):
        await api.put_order()
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}/send-back"
        is_problem(await post(api, path, HOME | {"order_number": "X"}), 404, "not_found")
        sent = await done(api, path, HOME | {"order_number": "ekr-1001"})

        assert sent["order_number"] == "EKR-1001"
        assert await mails() == ["parcel_sent_back"]

    async def test_under_a_number_that_no_carrier_prints_is_refused(self, api: Api):
        parcel = await quarantined(api)
        home = HOME | {"tracking_number": "1Z?"}
        refused = await post(api, f"/parcels/{parcel['id']}/send-back", home)

        assert is_problem(refused, 422, "tracking_number_impossible")["errors"][0]["pointer"] == (
            "/tracking_number"
        )
        assert await mails() == []

    async def test_needs_carrier_and_number(self, api: Api):
        parcel = await quarantined(api)
        for body in ({}, {"carrier": "ups"}, HOME | {"carrier": " "}, HOME | {"state": "x"}):
            answer = await post(api, f"/parcels/{parcel['id']}/send-back", body)
            is_problem(answer, 400, "invalid_request")


class TestAsking:
    async def test_mails_the_customer_once_because_a_person_says_so(self, api: Api):
        await api.put_order()
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}"
        asked_for = await done(api, f"{path}/ask", {"order_number": "EKR-1001"})

        assert (asked_for["state"], asked_for["order_number"]) == ("quarantined", "EKR-1001")
        assert asked_for["asked_at"] is not None
        again = await post(api, f"{path}/ask", {"order_number": "EKR-1001"})
        is_problem(again, 409, "already_asked")
        assert await mails() == ["parcel_unannounced"]

        wish = await api.by("support").post("/returns", json=request())
        shown = (await api.by("bench").get(path)).json()
        assert shown["suggestions"][0]["return_number"] == wish.json()["number"]
        assert "asked" in reasons(shown["suggestions"][0])
        await done(api, f"{path}/send-back", HOME)
        assert "parcel_sent_back" in await mails()

    async def test_is_not_possible_where_nobody_could_read_it(self, api: Api):
        nobody = {"email": None, "phone": "+13125550123", "name": "Dana", "account_id": None}
        await api.put_order(customer=nobody)
        parcel = await quarantined(api)
        answer = await post(api, f"/parcels/{parcel['id']}/ask", {"order_number": "EKR-1001"})

        is_problem(answer, 409, "no_address")


class TestTheListOfParcels:
    async def test_goes_on_where_it_stopped_oldest_first(self, api: Api):
        numbers = [(await quarantined(api, note=f"box {n}"))["number"] for n in range(5)]
        seen, cursor = [], ""
        while cursor is not None:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await api.by("bench").get("/parcels", params=params)).json()
            seen += [one["number"] for one in page["items"]]
            cursor = page["next_cursor"]

        assert sorted(seen) == sorted(numbers)
        assert len(seen) == 5

    async def test_is_filtered_by_state_and_refuses_other_filters(self, api: Api):
        bench = api.by("bench")
        stays, goes = await quarantined(api), await quarantined(api)
        await done(api, f"/parcels/{goes['id']}/send-back", HOME)

        async def found(state: str) -> list[str]:
            page = (await bench.get("/parcels", params={"state": state})).json()
            return [one["number"] for one in page["items"]]

        assert await found("quarantined") == [stays["number"]]
        assert await found("sent_back") == [goes["number"]]
        assert await found("matched") == []
        is_problem(await bench.get("/parcels?state=lost"), 400, "invalid_request")
        is_problem(await bench.get("/parcels?sender=x"), 400, "invalid_request")


class TestTheLabel:
    async def test_is_not_ready_until_the_worker_printed_it(self, api: Api):
        parcel = await quarantined(api)
        path = f"/parcels/{parcel['id']}/label.pdf"
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'print_quarantine_label'"
        assert (await the_engine().fetch_row(jobs))[0] == 1
        is_problem(await api.by("bench").get(path), 409, "label_not_ready")
        await Parcel.update({Parcel.label_pdf: b"%PDF-1.4"}).where(Parcel.id == UUID(parcel["id"]))

        printed = await api.by("bench").get(path)
        assert (printed.content, printed.headers["content-type"]) == (
            b"%PDF-1.4",
            "application/pdf",
        )


class TestScanning:
    async def test_knows_a_quarantine_number_and_the_parcels_own(self, api: Api):
        parcel = await quarantined(api, tracking_number="1Z999AA10123456700")
        for code in (parcel["number"].lower(), "1z999aa10123456700"):
            answer = (await post(api, "/scan", {"code": code})).json()
            assert answer == {
                "kind": "parcel",
                "number": parcel["number"],
                "parcel_id": parcel["id"],
                "state": "quarantined",
                "return_number": None,
                "tracking_number": "1Z999AA10123456700",
            }

    async def test_knows_a_return_before_a_parcel(self, api: Api):
        number = (await opened(api))["number"]
        await quarantined(api, tracking_number="1Z999AA10123456784", note=number)

        assert (await post(api, "/scan", {"code": number})).json()["kind"] == "return"


class TestTheRecord:
    async def test_of_a_parcel_holds_no_words_of_it(self, api: Api):
        number = (await opened(api))["number"]
        said = {"sender": "Dana Secret", "contents": "secret goods", "note": "secret note"}
        parcel = await quarantined(api, **said)
        await done(api, f"/parcels/{parcel['id']}/match", {"return_number": number})
        hashed = await the_engine().fetch_rows("SELECT e::text AS row FROM events e")
        written = "\n".join(row["row"] for row in hashed)

        assert f"parcel:{parcel['number']}" in written
        assert "ecret" not in written
        assert (await verify_chains()).ok
