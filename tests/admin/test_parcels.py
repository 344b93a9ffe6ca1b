"""The quarantine as the warehouse meets it, without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest

from returns_engine.rules.words import Role
from returns_engine.tables.engine import the_engine
from tests.admin.conftest import StaffSide, a_photo
from tests.api.orders import asked
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor

PASSED = ["as_received", "unused", "tags_attached", "original_packaging"]


async def bench_of(staff: StaffSide) -> Visitor:
    return await staff.signed_in("wanda", Role.WAREHOUSE)


async def taken_in(bench: Visitor, query: str = "", **said: str) -> str:
    """Take a parcel in by its form, and return its path."""
    await bench.open(f"/admin/parcels/new{query}")
    await bench.send("/admin/parcels", **said)
    assert bench.path.startswith("/admin/parcels/"), bench.text
    return bench.path


async def only_parcel() -> dict[str, Any]:
    (row,) = await the_engine().fetch_rows("SELECT * FROM parcels")
    return dict(row)


async def mails() -> list[str]:
    found = await the_engine().fetch_rows(
        "SELECT template FROM messages WHERE template LIKE 'parcel%' ORDER BY template"
    )
    return [row["template"] for row in found]


class TestTheList:
    async def test_says_so_when_nothing_lies_there(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels")

        assert "Nothing lies in quarantine" in bench.text
        assert 'href="/admin/parcels/new"' in bench.text

    async def test_shows_what_lies_there_and_for_how_long(self, staff: StaffSide):
        bench = await bench_of(staff)
        await taken_in(bench, sender="Dana Reyes", contents="black covers")
        number = (await only_parcel())["number"]
        staff.clock.pass_by(timedelta(days=3))
        await bench.open("/admin/parcels")

        for words in (number, "3 days", "Dana Reyes", "black covers"):
            assert words in bench.text
        await bench.open("/admin")
        assert "In quarantine" in bench.text

    async def test_costs_eight_statements_at_most_as_do_its_pages(self, staff: StaffSide):
        await staff.open_return()
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana Reyes 60601")
        for page in ("/admin/parcels", path, "/admin/parcels/new", "/admin"):
            with every_statement() as said:
                await bench.open(page)
            assert len(said) <= 8, "\n\n".join([page, *said])

    async def test_is_for_those_who_take_parcels_in(self, staff: StaffSide):
        desk = await staff.signed_in("finn", Role.FINANCE)
        for path in ("/admin/parcels", "/admin/parcels/new"):
            assert (await desk.open(path)).status_code == 403


class TestTakingIn:
    async def test_begins_at_the_bench_with_the_code_that_nobody_knows(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/bench?code=1Z999AA10123456700")
        assert 'href="/admin/parcels/new?code=1Z999AA10123456700"' in bench.text

        await bench.open("/admin/parcels/new?code=1Z999AA10123456700")
        await bench.send("/admin/parcels")

        parcel = await only_parcel()
        assert bench.path == f"/admin/parcels/{parcel['id']}"
        assert parcel["tracking_number"] == "1Z999AA10123456700"
        assert parcel["number"] in bench.text
        assert "The label is being made" in bench.text

    async def test_keeps_photos_and_words_when_something_is_wrong(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels/new")
        photo = {"photos": ("box.jpg", a_photo(), "image/jpeg")}
        answer = await bench.send("/admin/parcels", files=photo, came_with="RMA-1", note="wet")

        assert answer.status_code == 422
        assert "There is no such return" in bench.text
        assert 'name="photo_id"' in bench.text
        await bench.send("/admin/parcels", came_with="")
        parcel = await only_parcel()
        assert parcel["note"] == "wet"
        assert len(parcel["photo_ids"]) > 10

    async def test_needs_something_to_be_said(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels/new")

        assert (await bench.send("/admin/parcels")).status_code == 422
        assert "Say at least one thing" in bench.text
        assert "the fields in question are marked" not in bench.text

    async def test_names_a_file_that_is_no_photo(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels/new")
        file = {"photos": ("x.jpg", b"<script>", "image/jpeg")}
        answer = await bench.send("/admin/parcels", files=file, sender="Dana")

        assert answer.status_code == 422
        assert "x.jpg: This file is no photo we can read." in bench.text
        assert "Dana" in bench.text

    async def test_keeps_the_photos_beside_a_file_that_is_none(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels/new")
        files = [
            ("photos", ("bad.jpg", b"<script>", "image/jpeg")),
            ("photos", ("ok.jpg", a_photo(), "image/jpeg")),
        ]
        answer = await bench.send("/admin/parcels", files=files, sender="Dana")

        assert answer.status_code == 422
        assert "bad.jpg: " in bench.text
        assert "ok.jpg: " not in bench.text
        await bench.send("/admin/parcels")
        assert (await only_parcel())["photo_ids"].count(",") == 0

    async def test_of_a_form_that_is_sent_twice_makes_one_parcel(self, staff: StaffSide):
        bench = await bench_of(staff)
        await bench.open("/admin/parcels/new")
        form = bench.form("/admin/parcels")
        await bench.send("/admin/parcels", form=form, sender="Dana")
        await bench.send("/admin/parcels", form=form, sender="Dana")

        assert bench.path == f"/admin/parcels/{(await only_parcel())['id']}"


class TestMatching:
    async def test_is_one_button_and_the_bench_one_step_away(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana Reyes, 1 Main St, Chicago 60601")
        assert "The customer's name is on it." in bench.text

        await bench.send(f"{path}/match")
        parcel = await only_parcel()
        assert bench.path == path
        bench_path = f"/admin/bench/{number}?parcel={parcel['number']}"
        assert f'href="{bench_path}"' in bench.text

        await bench.open("/admin/parcels?state=to_count_in")
        assert parcel["number"] in bench.text
        await bench.open("/admin")
        assert "Matched, to count in" in bench.text
        scanned = await bench.client.get("/admin/bench", params={"code": parcel["number"].lower()})
        assert str(scanned.url).endswith(bench_path)
        await bench.open(bench_path)
        await bench.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", "check-0": PASSED})

        assert (await staff.case(number))["state"] == "settling"
        receipt = await the_engine().fetch_row("SELECT parcel_reference FROM receipts")
        assert receipt["parcel_reference"] == parcel["number"]
        assert (await only_parcel())["counted_at"] is not None
        assert await mails() == ["parcel_matched"]
        await bench.open("/admin/parcels?state=to_count_in")
        assert "Nothing waits to be counted in" in bench.text
        await bench.open(path)
        assert "What was in it was counted in" in bench.text
        assert f"{path}/release" not in bench.text

    async def test_leaves_the_parcel_alone_where_another_one_is_on_the_bench(
        self, staff: StaffSide
    ):
        number = await staff.open_return()
        bench = await bench_of(staff)
        path = await taken_in(bench, note=number)
        await bench.send(f"{path}/match")
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED, "parcel": ""}
        await bench.send(f"/admin/bench/{number}", **fields)

        assert (await only_parcel())["counted_at"] is None
        assert await mails() == ["parcel_matched", "parcel_received"]

    async def test_by_hand_names_what_is_wrong_with_the_number(self, staff: StaffSide):
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="nobody known")
        for typed in ("RMA-1", "RMA-00000000"):
            answer = await bench.send(f"{path}/match", return_number=typed)
            assert answer.status_code == 422
            assert "There is no return with this number" in bench.text

    async def test_can_be_taken_back(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await bench_of(staff)
        path = await taken_in(bench, note=number)
        await bench.send(f"{path}/match")
        await bench.send(f"{path}/release")

        assert (await only_parcel())["state"] == "quarantined"
        assert "It belongs here" in bench.text


class TestAParcelOfNobodysReturn:
    async def test_lets_the_customer_be_asked_once(self, staff: StaffSide):
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana Reyes 60601")
        assert "nobody asked for a return" in bench.text
        await bench.send(f"{path}/ask")

        assert bench.path == path
        assert "The customer was asked on" in bench.text
        assert await mails() == ["parcel_unannounced"]
        answer = await bench.send(f"{path}/ask", order_number="EKR-1001")
        assert answer.status_code == 409
        assert "was asked already" in bench.text

    async def test_is_sent_back_and_the_customer_told(self, staff: StaffSide):
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana Reyes")
        home = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        answer = await bench.send(f"{path}/send-back", **home, whose="EKR-9")
        assert answer.status_code == 422
        assert "There is no order with this number" in bench.text
        await bench.send(f"{path}/send-back", **home, whose="EKR-1001")

        assert (await only_parcel())["state"] == "sent_back"
        assert "The customer of order EKR-1001 was told" in bench.text
        assert await mails() == ["parcel_sent_back"]
        await bench.open("/admin/parcels?state=sent_back")
        assert "1Z999" in bench.text

    async def test_needs_carrier_and_number_to_leave(self, staff: StaffSide):
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana Reyes")
        answer = await bench.send(f"{path}/send-back", carrier="ups", tracking_number=" ")

        assert answer.status_code == 422
        assert "Please fill this in" in bench.text


class TestAParcelOfAWithdrawnReturn:
    async def test_is_offered_the_way_into_quarantine(self, staff: StaffSide):
        number = await staff.open_return(
            "EKR-1001", asked(reason="defective", declared_condition={"unused": False})
        )
        bench = await bench_of(staff)
        await bench.open(f"/admin/bench/{number}")
        way = f"/admin/parcels/new?with={number}"
        assert f'href="{way}"' in bench.text

        path = await taken_in(bench, f"?with={number}", note="it came all the same")
        desk = await staff.signed_in("sam", Role.SUPPORT)
        await desk.open(f"/admin/returns/{number}")
        assert (await only_parcel())["number"] in desk.text
        assert f"/admin/returns/{number}" in bench.text
        assert "This return takes nothing in" in bench.text
        assert "It belongs here" not in bench.text
        answer = await bench.send(
            f"{path}/match", form=bench.form(f"{path}/match"), return_number=number
        )
        assert answer.status_code == 409
        assert "receive is not possible in the state in_review" in bench.text
        assert (await only_parcel())["state"] == "quarantined"


async def label_of(bench: Visitor, path: str) -> str:
    return (await bench.client.get(f"{path}/label")).text


class TestTheLabel:
    async def test_is_printed_as_often_as_it_is_needed(self, staff: StaffSide):
        bench = await bench_of(staff)
        path = await taken_in(bench, sender="Dana")
        assert (await bench.client.get(f"{path}/label.pdf")).status_code == 404
        await the_engine().fetch_rows("UPDATE parcels SET label_pdf = '%PDF-1.4'")

        assert "Print the label" in await label_of(bench, path)
        for _ in range(2):
            printed = await bench.client.get(f"{path}/label.pdf")
            assert printed.content == b"%PDF-1.4"

    @pytest.mark.parametrize("path", ["label", "label.pdf", ""])
    async def test_of_no_parcel_is_not_found(self, staff: StaffSide, path: str):
        bench = await bench_of(staff)
        nobody = f"/admin/parcels/00000000-0000-4000-8000-000000000000/{path}".rstrip("/")

        assert (await bench.open(nobody)).status_code == 404
