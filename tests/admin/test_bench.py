"""The bench: what is scanned, what is saved, and what is refused."""

import asyncio

import pytest

from admin.bench.scanned_code import CodeKind, read_code
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, a_photo
from tests.api.orders import asked, order
from tests.s3_server import away_store

PASSED = ["as_received", "unused", "tags_attached", "original_packaging"]


class TestScannedCode:
    @pytest.mark.parametrize(
        ("scanned", "tracking"),
        [
            ("420606019400111899223197428490", "9400111899223197428490"),
            ("420 60601-1234 9400 1118 9922 3197 4284 90", "9400111899223197428490"),
            ("9622001900000000000000123456789012", "123456789012"),
            ("9632001960000000000012345678901234", "12345678901234"),
            ("1z999aa10123456784", "1Z999AA10123456784"),
            ("ekr-1001", "EKR1001"),
        ],
    )
    def test_takes_carriers_prefixes_off(self, scanned: str, tracking: str):
        assert read_code(scanned).value == tracking

    @pytest.mark.parametrize("scanned", ["", "   ", "\x1d", "--"])
    def test_knows_nothing_from_something(self, scanned: str):
        assert read_code(scanned).kind is CodeKind.NOTHING


class TestFinding:
    async def test_opens_a_return_by_its_number_in_any_letter_case(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        for spelled in (number, number.lower(), number.replace("-", " ")):
            await bench.client.get("/admin/bench", params={"code": spelled})
            page = await bench.client.get("/admin/bench", params={"code": spelled})
            assert page.url.path == f"/admin/bench/{number}"

    @pytest.mark.parametrize(
        "code", ["EKR-1001", "ekr1001", "EKR 1001", "#ekr-1001", "1z999aa10123456784"]
    )
    async def test_opens_a_return_by_order_or_parcel(self, staff: StaffSide, code: str):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        page = await bench.client.get("/admin/bench", params={"code": code})

        assert page.url.path == f"/admin/bench/{number}"

    async def test_says_that_a_code_is_unknown_and_writes_nothing(self, staff: StaffSide):
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        page = await bench.client.get("/admin/bench", params={"code": "<nonsense>"})

        assert page.status_code == 200
        assert "We don&#39;t know this code" in page.text or "We don't know this code" in page.text
        assert "<nonsense>" not in page.text

    async def test_takes_a_nul_in_a_code_for_nothing(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        page = await bench.client.get("/admin/bench", params={"code": f"{number}\0"})
        alone = await bench.client.get("/admin/bench", params={"code": "\0"})

        assert page.url.path == f"/admin/bench/{number}"
        assert alone.status_code == 200

    async def test_finds_whose_item_it_is_by_its_sku(self, staff: StaffSide):
        numbers = {await staff.open_return(), await staff.open_return()}
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        sku = order()["lines"][0]["sku"]

        page = await bench.client.get("/admin/bench", params={"code": sku.lower()})

        assert all(f'href="/admin/bench/{number}"' in page.text for number in numbers)

    async def test_says_that_no_return_waits_for_an_item(self, staff: StaffSide):
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        sku = order()["lines"][0]["sku"]

        page = await bench.client.get("/admin/bench", params={"code": sku.lower()})

        assert "No return waits for this item:" in page.text
        assert "know this code" not in page.text
        assert f'href="/admin/parcels/new?code={sku.lower()}"' in page.text

    async def test_takes_the_number_of_a_return_without_its_first_letters(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        for typed in (number.removeprefix("RMA-"), number.removeprefix("RMA-").lower()):
            page = await bench.client.get("/admin/bench", params={"code": typed})
            assert page.url.path == f"/admin/bench/{number}"

    @pytest.mark.parametrize("typed", ["EKR-1001", "ekr-1001", "1Z999AA10123456784"])
    async def test_says_that_nobody_asked_for_a_return_of_an_order(
        self, staff: StaffSide, typed: str
    ):
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        await bench.open(f"/admin/bench?code={typed}")

        assert "Nobody asked for a return of this order:" in bench.text
        assert 'href="/admin/orders/EKR-1001"' in bench.text
        assert f'href="/admin/parcels/new?code={typed}"' in bench.text
        assert "We don't know this code" not in bench.text

    async def test_lets_a_person_choose_between_two(self, staff: StaffSide):
        numbers = {await staff.open_return(), await staff.open_return()}
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        page = await bench.client.get("/admin/bench", params={"code": "EKR-1001"})

        assert all(f'href="/admin/bench/{number}"' in page.text for number in numbers)


class TestSaving:
    async def test_a_good_item_is_received_and_inspected_at_once(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        fields = {"verdict-0": "accepted", "check-0": PASSED}
        await bench.send(f"/admin/bench/{number}", **fields)

        assert bench.path == "/admin/bench"
        assert "1 accepted" in bench.text
        case = await staff.case(number)
        assert case["state"] == "settling"
        assert case["lines"][0]["accepted"] == 1
        assert [one["state"] for one in await staff.refunds()] == ["proposed"]

    async def test_a_rejection_says_what_it_needs_and_keeps_what_was_typed(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        fields = {"verdict-0": "rejected", "grade-0": "D"}
        answer = await bench.send(
            f"/admin/bench/{number}",
            files={"photos-0": ("seam.jpg", a_photo(), "image/jpeg")},
            **fields,
        )

        assert answer.status_code == 422
        assert "A rejection needs a note" in bench.text
        assert 'name="photo_id-0"' in bench.text
        assert (await staff.case(number))["lines"][0]["received"] == 0

        note = {"note-0": "Coffee on the seat."}
        await bench.send(f"/admin/bench/{number}", **note)

        assert bench.path == "/admin/bench"
        assert "1 not accepted" in bench.text
        assert (await staff.case(number))["lines"][0]["rejected"] == 1

    async def test_units_that_differ_are_judged_apart(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}?split=L1")

        fields = {
            "units-0": "1",
            "verdict-0": "accepted",
            "check-0": PASSED,
            "units-1": "1",
            "verdict-1": "rejected",
            "grade-1": "D",
            "note-1": "Torn.",
        }
        photo = {"photos-1": ("torn.jpg", a_photo(), "image/jpeg")}
        await bench.send(f"/admin/bench/{number}", files=photo, **fields)

        line = (await staff.case(number))["lines"][0]
        assert (line["received"], line["accepted"], line["rejected"]) == (2, 1, 1)

    async def test_a_parcel_can_be_taken_in_now_and_looked_at_later(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        later = {"verdict-0": "received", "units-0": "1"}
        await bench.send(f"/admin/bench/{number}", **later)

        assert (await staff.case(number))["state"] == "partially_received"

        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "2"}
        await bench.send(f"/admin/bench/{number}", **fields)

        line = (await staff.case(number))["lines"][0]
        assert (line["received"], line["accepted"]) == (2, 2)

    async def test_a_form_that_is_sent_twice_counts_once(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        form = bench.form(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "1"}

        await bench.send(f"/admin/bench/{number}", form=form, **fields)
        said = " ".join(bench.text.split())
        assert "waits for finance. 1 item has not come yet." in said
        again = await bench.send(f"/admin/bench/{number}", form=form, **fields)

        assert again.status_code == 200
        assert "it counts once" in bench.text
        assert (await staff.case(number))["lines"][0]["accepted"] == 1

    async def test_a_form_that_arrives_twice_at_the_same_moment_counts_once(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        form = bench.form(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "1"}
        answers = await asyncio.gather(
            *[bench.send(f"/admin/bench/{number}", form=form, **fields) for _ in range(3)]
        )

        assert [one.status_code for one in answers] == [200, 200, 200]
        assert (await staff.case(number))["lines"][0]["accepted"] == 1

    async def test_a_form_of_somebody_else_from_before_is_refused(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        other = await staff.signed_in("walt", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        await other.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "1"}

        await bench.send(f"/admin/bench/{number}", **fields)
        late = await other.send(f"/admin/bench/{number}", **fields)

        assert late.status_code == 412
        assert (await staff.case(number))["lines"][0]["accepted"] == 1

    async def test_nothing_decided_is_nothing_saved(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        answer = await bench.send(f"/admin/bench/{number}")

        assert answer.status_code == 422
        assert "Nothing was decided yet" in bench.text

    async def test_a_file_that_is_no_photo_is_named(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        file = {"photos-0": ("x.jpg", b"<script>alert(1)</script>", "image/jpeg")}
        answer = await bench.send(f"/admin/bench/{number}", files=file, **fields)

        assert answer.status_code == 422
        assert "x.jpg: This file is no photo we can read." in bench.text
        assert "Torn." in bench.text

    async def test_photos_that_cannot_be_kept_now_lose_no_word(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        object.__setattr__(staff.services, "photos", away_store())

        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        file = {"photos-0": ("x.jpg", a_photo(), "image/jpeg")}
        answer = await bench.send(f"/admin/bench/{number}", files=file, **fields)

        assert answer.status_code == 503
        assert "The store of photos does not answer" in bench.text
        assert "Torn." in bench.text

    async def test_takes_ten_photos_of_an_item_and_not_one_more(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")

        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        files = [("photos-0", (f"{n}.jpg", a_photo(), "image/jpeg")) for n in range(11)]
        answer = await bench.send(f"/admin/bench/{number}", files=files, **fields)

        assert answer.status_code == 422
        assert "10.jpg: Send at most 10 photos for one item." in bench.text
        assert bench.text.count('name="photo_id-0"') == 10

    async def test_a_return_that_expects_nothing_offers_no_form(self, staff: StaffSide):
        number = await staff.open_return(
            "EKR-1001", asked(reason="defective", declared_condition={"unused": False})
        )
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)

        await bench.open(f"/admin/bench/{number}")

        assert (await staff.case(number))["state"] == "in_review"
        assert "There is nothing to do here for the bench" in bench.text
        assert "data-bench" not in bench.text


class TestSomethingElseThanAnnounced:
    async def test_is_taken_in_as_a_parcel_nobody_announced(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        way = f"/admin/parcels/new?with={number}"
        assert f'href="{way}"' in bench.text

        await bench.open(way)
        await bench.send("/admin/parcels", contents="a toaster instead of the cover")

        assert f'href="/admin/returns/{number}"' in bench.text
        assert "It came with this return's papers, or in its parcel." in bench.text
        case = await staff.case(number)
        assert (case["state"], case["lines"][0]["received"]) == ("approved", 0)
        assert await staff.refunds() == []

    async def test_beside_what_was_announced_is_offered_after_saving_too(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED}
        await bench.send(f"/admin/bench/{number}", **fields)

        assert bench.path == "/admin/bench"
        assert f'href="/admin/parcels/new?with={number}"' in bench.text

    async def test_is_taken_in_right_after_saving_where_the_box_held_a_wrong_item(
        self, staff: StaffSide
    ):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "1"}
        await bench.send(f"/admin/bench/{number}", something_else="1", **fields)

        assert bench.path == "/admin/parcels/new"
        assert "Now the wrong or extra item that was with it." in bench.text
        assert f'value="{number}"' in bench.text
        assert (await staff.case(number))["lines"][0]["accepted"] == 1

    async def test_alone_leads_to_the_parcel_and_counts_nothing(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        await bench.send(f"/admin/bench/{number}", something_else="1")

        assert bench.path == "/admin/parcels/new"
        assert (await staff.case(number))["lines"][0]["received"] == 0

    async def test_more_units_are_refused_with_the_way_on(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "units-0": "3"}
        answer = await bench.send(f"/admin/bench/{number}", **fields)

        assert answer.status_code == 422
        assert "More of “Seat covers, Ford F-150, black” arrived than" in bench.text
        assert "take the rest in as a parcel nobody announced" in bench.text
        assert "line L1" not in bench.text
        assert f'href="/admin/parcels/new?with={number}"' in bench.text
        assert (await staff.case(number))["lines"][0]["received"] == 0

    async def test_of_a_quarantined_parcel_opens_by_its_label_or_its_carriers(
        self, staff: StaffSide
    ):
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open("/admin/parcels/new")
        await bench.send("/admin/parcels", tracking_number="1Z999AA10123456700")
        parcel = bench.path

        await bench.open("/admin/bench?code=1z999aa10123456700")
        assert bench.path == parcel
