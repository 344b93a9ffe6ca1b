"""The forms of the data browser: each by its use case, for those whose work it is."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from admin.data_forms import FORMS
from returns_engine.queries.rows import first_row, rows
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import ROLE_SCOPES, Role
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from tests.admin.conftest import StaffSide
from tests.admin.test_data import DATA, browser_of
from tests.admin.test_void_label import labelled

FORM = f"{DATA}/api/forms"
FILLED: dict[str, dict[str, Any]] = {
    "accept-goods": {"rma_number": "RMA-0123456X"},
    "void-a-label": {"rma_number": "RMA-0123456X", "reason": "So."},
    "requeue-a-dead-job": {"job": 1},
    "export": {"list": "returns", "first_day": "2026-03-01", "last_day": "2026-03-31"},
}


async def said(answer: httpx.Response) -> str:
    """Return what a form says was wrong."""
    assert answer.status_code == 422, answer.text
    words: str = answer.json()["custom_form_error"]
    return words


async def arrived(staff: StaffSide) -> str:
    """Return the number of a return whose goods wait at the bench."""
    number = await staff.open_return()
    unit = ReceivedUnits(line_id="L1", quantity=1)
    await receive_parcel(
        number, lines=[unit], parcel_reference=None, actor=SYSTEM, now=staff.clock()
    )
    return number


async def dead_job() -> int:
    found = await first_row(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
        " VALUES ('default', 'issue_label', '{\"number\": \"RMA-1\"}', 'failed') RETURNING id"
    )
    assert found is not None
    return int(found["id"])


class TestEveryForm:
    @pytest.mark.parametrize("role", list(Role))
    async def test_is_listed_and_taken_for_those_whose_work_it_is(
        self, staff: StaffSide, role: Role
    ):
        client = await browser_of(staff, role)
        theirs = {form.slug for form in FORMS if form.needs in ROLE_SCOPES[role]}

        listed = (await client.get(f"{FORM}/")).json()
        grouped = (await client.get(f"{FORM}/grouped/")).json()["grouped"]

        assert {form["slug"] for form in listed} == theirs
        assert {one["slug"] for group in grouped.values() for one in group} == theirs
        for form in FORMS:
            answers = {
                (await client.get(f"{FORM}/{form.slug}/")).status_code,
                (await client.get(f"{FORM}/{form.slug}/schema/")).status_code,
            }
            assert answers == ({200} if form.slug in theirs else {403}), form.slug
            sent = await client.post(f"{FORM}/{form.slug}/", json=FILLED[form.slug])
            assert (sent.status_code == 403) is (form.slug not in theirs), form.slug

    async def test_needs_the_token_of_the_page(self, staff: StaffSide):
        client = await browser_of(staff, *Role)
        del client.headers["X-CSRFToken"]

        for form in FORMS:
            answer = await client.post(f"{FORM}/{form.slug}/", json=FILLED[form.slug])
            assert answer.status_code == 403, form.slug

    @pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 50_000])
    async def test_that_is_none_is_refused_in_words(self, staff: StaffSide, body: bytes):
        client = await browser_of(staff, *Role)

        for form in FORMS:
            answer = await client.post(f"{FORM}/{form.slug}/", content=body)
            assert await said(answer) == "This form could not be read."

    async def test_that_is_not_there_is_not_found(self, staff: StaffSide):
        client = await browser_of(staff, *Role)

        assert (await client.post(f"{FORM}/nonsense/", json={})).status_code == 404

    async def test_is_sent_by_somebody(self, staff: StaffSide):
        stranger = staff.client()

        for form in FORMS:
            answer = await stranger.post(f"{FORM}/{form.slug}/", json=FILLED[form.slug])
            assert answer.status_code == 401


class TestAcceptingGoods:
    async def test_accepts_what_waits_and_whoever_is_signed_in_inspected_it(self, staff: StaffSide):
        number = await arrived(staff)
        client = await browser_of(staff, Role.WAREHOUSE)

        answer = await client.post(f"{FORM}/accept-goods/", json={"rma_number": number.lower()})

        assert answer.json() == {"custom_form_success": f"1 item of {number} accepted."}
        [inspected] = await rows(
            "SELECT i.inspected_by, l.verdict, l.grade, l.disposition FROM inspections i"
            " JOIN inspection_lines l ON l.inspection = i.id"
        )
        assert dict(inspected) == {
            "inspected_by": staff.people["warehouse"],
            "verdict": "accepted",
            "grade": "A",
            "disposition": "restock",
        }
        [refund] = await staff.refunds()
        assert refund["state"] == "proposed"

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"rma_number": "12"}, "is no RMA number"),
            ({"rma_number": " "}, "this needs a few words"),
            ({"rma_number": "x" * 3000}, "at most 2000 characters"),
            ({"rma_number": "RMA-\x00"}, "cannot be read"),
            ({"grade": "E"}, "a grade is A, B, C or D"),
            ({"found_cause": "magic"}, "a found cause is one of"),
        ],
    )
    async def test_says_what_is_wrong(self, staff: StaffSide, sent: dict[str, Any], words: str):
        number = await arrived(staff)
        client = await browser_of(staff, Role.WAREHOUSE)

        answer = await client.post(f"{FORM}/accept-goods/", json={"rma_number": number} | sent)

        assert words in await said(answer)

    async def test_refuses_a_return_of_which_nothing_waits(self, staff: StaffSide):
        number = await staff.open_return()
        client = await browser_of(staff, Role.WAREHOUSE)

        answer = await client.post(f"{FORM}/accept-goods/", json={"rma_number": number})

        assert "scan it in first" in await said(answer)


class TestVoidingALabel:
    async def test_lets_another_be_made(self, staff: StaffSide):
        number = await labelled(staff)
        client = await browser_of(staff, Role.SUPPORT)
        sent = {"rma_number": number, "reason": "The dock moved."}

        answer = await client.post(f"{FORM}/void-a-label/", json=sent)

        assert "is void" in answer.json()["custom_form_success"]
        assert (await staff.case(number))["label"] is None
        again = await client.post(f"{FORM}/void-a-label/", json=sent)
        assert "not possible in the state approved" in await said(again)


class TestRequeuing:
    async def test_puts_a_dead_job_back_with_who_did_it(self, staff: StaffSide):
        job = await dead_job()
        client = await browser_of(staff, Role.ADMINISTRATOR)

        answer = await client.post(f"{FORM}/requeue-a-dead-job/", json={"job": job})

        assert "waits for a worker again" in answer.json()["custom_form_success"]
        [event] = await rows("SELECT actor_id, data FROM events WHERE type = 'job.requeued'")
        assert event["actor_id"] == str(staff.people["administrator"])
        assert json.loads(event["data"])["job"] == job
        again = await client.post(f"{FORM}/requeue-a-dead-job/", json={"job": job})
        assert "is not dead" in await said(again)

    @pytest.mark.parametrize("job", [0, -1, 2**63, 987654])
    async def test_refuses_what_is_no_job(self, staff: StaffSide, job: int):
        client = await browser_of(staff, Role.ADMINISTRATOR)

        answer = await client.post(f"{FORM}/requeue-a-dead-job/", json={"job": job})

        assert "ob" in await said(answer)


class TestExport:
    async def test_gives_the_list_of_the_days_as_a_file(
        self, staff: StaffSide, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("admin.data_export.AT_ONCE", 1)
        numbers = [await staff.open_return(), await staff.open_return()]
        client = await browser_of(staff, Role.SUPPORT)
        day = staff.clock().date().isoformat()

        answer = await client.post(
            f"{FORM}/export/", json={"list": "Returns", "first_day": day, "last_day": day}
        )

        assert answer.headers["content-disposition"] == (
            f'attachment; filename="returns-{day}-{day}.csv"'
        )
        found = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["return_number"] for row in found] == numbers
        other = {"list": "returns", "first_day": "2020-01-01", "last_day": "2020-12-31"}
        empty = await client.post(f"{FORM}/export/", json=other)
        assert len(empty.text.splitlines()) == 1

    async def test_knows_refunds_and_inspections(self, staff: StaffSide):
        number = await arrived(staff)
        client = await browser_of(staff, Role.MANAGER)
        await client.post(f"{FORM}/accept-goods/", json={"rma_number": number})
        day = staff.clock().date().isoformat()

        for name in ("refunds", "inspections"):
            sent = {"list": name, "first_day": day, "last_day": day}
            answer = await client.post(f"{FORM}/export/", json=sent)
            [row] = csv.DictReader(io.StringIO(answer.text))
            assert row["return_number"] == number, name

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"list": "secrets"}, "there is no such list"),
            ({"list": "refunds"}, "your role does not read refunds"),
            ({"first_day": "tomorrow"}, "First day: choose a day."),
            ({"last_day": None}, "Last day: choose a day."),
            ({"last_day": "9999-12-31"}, "Last day: choose a day."),
            ({"first_day": "2026-04-01"}, "it comes before the first day"),
        ],
    )
    async def test_says_what_is_wrong(self, staff: StaffSide, sent: dict[str, Any], words: str):
        client = await browser_of(staff, Role.SUPPORT)

        answer = await client.post(f"{FORM}/export/", json=FILLED["export"] | sent)

        assert words in await said(answer)
