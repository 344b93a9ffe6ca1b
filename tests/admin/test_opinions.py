"""Second opinions on the staff's side: blind until given, side by side where they differ."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, a_photo
from tests.admin.opinions import HERS, asked_for, dear_return
from tests.admin.test_appeals import appealed, rejected
from tests.admin.test_bench import PASSED
from tests.admin.test_dashboard import figures_in
from tests.portal.conftest import Visitor

SEEN = {"verdict": "accepted", "grade": "B", "check": PASSED, "note": "A thread of the seat."}


async def differing(staff: StaffSide) -> tuple[str, Visitor]:
    """Two opinions that differ: their page, and the browser of who gave the second."""
    wanda = await staff.hire("wanda", Role.WAREHOUSE)
    page = f"/admin/opinions/{await asked_for(staff, by=wanda)}"
    will = await staff.signed_in("will", Role.WAREHOUSE)
    await will.open(page)
    await will.send(f"{page}/give", **SEEN)
    return page, will


class TestTheBench:
    async def test_says_that_another_person_looks_first(self, staff: StaffSide):
        number = await dear_return(staff)
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        await wanda.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": HERS}
        files = {"photos-0": ("hair.jpg", a_photo(), "image/jpeg")}
        await wanda.send(f"/admin/bench/{number}", files=files, **fields)

        assert "1 item waits for a second opinion" in wanda.text
        assert "not accepted" not in wanda.text
        assert (await staff.case(number))["lines"][0]["rejected"] == 0
        await wanda.open(f"/admin/bench/{number}")
        assert "1 item waits for a second opinion." in wanda.text
        assert "There is nothing to do here for the bench." not in wanda.text
        await wanda.open(f"/admin/returns/{number}")
        assert "until then the customer hears nothing" in wanda.text


class TestTheQueue:
    async def test_helps_where_it_is_empty(self, staff: StaffSide):
        will = await staff.signed_in("will", Role.WAREHOUSE)

        await will.open("/admin/opinions")

        assert "Nobody waits for a second opinion." in will.text

    async def test_tells_whose_turn_it_is(self, staff: StaffSide):
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        opinion = await asked_for(staff, by=staff.people["wanda"])
        will = await staff.signed_in("will", Role.WAREHOUSE)

        await wanda.open("/admin/opinions")
        assert "You judged it first." in wanda.text
        await will.open("/admin/opinions")
        assert f'href="/admin/opinions/{opinion}"' in will.text
        assert "You judged it first." not in will.text
        assert "Wanda" not in will.text
        await will.open("/admin")
        assert "Second opinions to give" in will.text


class TestASecondOpinion:
    async def test_is_given_without_a_sight_of_the_first(self, staff: StaffSide):
        wanda = await staff.hire("wanda", Role.WAREHOUSE)
        page = f"/admin/opinions/{await asked_for(staff, by=wanda)}"
        will = await staff.signed_in("will", Role.WAREHOUSE)

        await will.open(page)

        assert "Photo of the bench" in will.text
        for hidden in (HERS, "Wanda", "Quarantine", "not accepted"):
            assert hidden not in will.text
        await will.send(f"{page}/give", verdict="rejected", grade="C", note="Hair.")
        assert will.path == page
        assert "They agree" in will.text
        assert HERS in will.text
        assert "Wanda" in will.text

    async def test_is_not_for_whoever_judged_first(self, staff: StaffSide):
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        page = f"/admin/opinions/{await asked_for(staff, by=staff.people['wanda'])}"
        await wanda.open(page)
        assert "Another person looks at it now." in wanda.text
        form = wanda.form("/admin/sign-out")
        assert (await wanda.send(f"{page}/give", form=form, **SEEN)).status_code == 403

    async def test_keeps_what_was_typed_where_something_is_missing(self, staff: StaffSide):
        page = f"/admin/opinions/{await asked_for(staff)}"
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open(page)

        answer = await will.send(f"{page}/give", verdict="accepted", note="A thread.", check=PASSED)

        assert answer.status_code == 422
        assert "Choose a grade from A to D." in will.text
        assert "A thread." in will.text
        assert will.text.count(" checked") == 5

    async def test_loses_nothing_typed_where_somebody_was_faster(self, staff: StaffSide):
        page = f"/admin/opinions/{await asked_for(staff)}"
        will = await staff.signed_in("will", Role.WAREHOUSE)
        walt = await staff.signed_in("walt", Role.WAREHOUSE)
        await will.open(page)
        await walt.open(page)
        await will.send(f"{page}/give", verdict="rejected", grade="D")

        answer = await walt.send(f"{page}/give", **SEEN)

        assert answer.status_code == 412
        assert "A thread of the seat." in walt.text
        assert "Will" in walt.text


class TestWhereTheyDiffer:
    async def test_both_stand_side_by_side_and_a_manager_decides(self, staff: StaffSide):
        page, will = await differing(staff)
        assert "They differ" in will.text
        mona = await staff.signed_in("mona", Role.MANAGER)
        await mona.open("/admin")
        assert {one.name: one.count for one in figures_in(mona.text)}["Opinions that differ"] == 1
        await mona.open("/admin/opinions?show=disputed")
        assert "Wanda: reject · Will: accept" in mona.text
        await mona.open(page)
        assert HERS in mona.text
        assert "A thread of the seat." in mona.text

        assert (await mona.send(f"{page}/decide", verdict="accepted")).status_code == 422
        await mona.send(f"{page}/decide", verdict="accepted", note="It is ours.")

        assert mona.path == page
        assert "It is ours." in mona.text
        assert [one["proposed"] for one in await staff.refunds()] == [60_000]

    async def test_a_manager_who_gave_the_second_leaves_it_to_another(self, staff: StaffSide):
        page = f"/admin/opinions/{await asked_for(staff)}"
        mona = await staff.signed_in("mona", Role.MANAGER)
        await mona.open(page)
        await mona.send(f"{page}/give", **SEEN)

        assert "a third person decides" in mona.text
        assert f'action="{page}/decide"' not in mona.text


class TestOnAppeal:
    async def test_the_page_is_blind_and_the_hearer_reads_what_was_given(self, staff: StaffSide):
        number, wanda = await rejected(staff)
        url = await appealed(staff, number)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        assert "asked, not given yet; you may decide without it" in sam.text
        await wanda.open("/admin/opinions")
        assert "You judged it first." in wanda.text
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open("/admin/opinions")
        assert "on appeal" in will.text
        page = will.text.split('href="/admin/opinions/')[1].split('"')[0]
        await will.open(f"/admin/opinions/{page}")
        assert "Photo of the bench" in will.text
        hidden = ("A coffee stain.", "Wanda", "Quarantine", "not accepted", "your</b> coffee")
        for word in (*hidden, "It rests on"):
            assert word not in will.text
        await wanda.open(f"/admin/opinions/{page}")
        assert "You refused it before." in wanda.text

        await will.open(f"/admin/opinions/{page}")
        await will.send(f"/admin/opinions/{page}/give", **SEEN)

        assert "The appeal decides between the two." in will.text
        assert "A coffee stain." in will.text
        assert "return.condition" in will.text.split("It rests on")[1].split("</p>")[0]
        await sam.open(url)
        assert "differs: would accept" in sam.text
        assert "A thread of the seat." in sam.text
        assert "Will" in sam.text
        mona = await staff.signed_in("mona", Role.MANAGER)
        await mona.open("/admin/opinions?show=disputed_on_appeal")
        assert "Whoever hears the appeal" in mona.text
        await mona.open(f"/admin/opinions/{page}")
        assert f"/admin/opinions/{page}/decide" not in mona.text
        await sam.send(f"{url}/approve")
        await mona.open(f"/admin/opinions/{page}")
        assert "by the outcome of the appeal" in mona.text

    async def test_that_differs_waits_for_the_hearer_and_for_no_manager(self, staff: StaffSide):
        number, _ = await rejected(staff)
        await appealed(staff, number)
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open("/admin/opinions")
        page = will.text.split('href="/admin/opinions/')[1].split('"')[0]
        await will.open(f"/admin/opinions/{page}")
        await will.send(f"/admin/opinions/{page}/give", **SEEN)
        mona = await staff.signed_in("mona", Role.MANAGER)

        await mona.open("/admin")
        waits = {one.name: one for one in figures_in(mona.text)}
        assert waits["Opinions that differ"].count == 0
        assert waits["Appeals"].count == 1

        await mona.open(waits["Opinions that differ"].link)
        assert "No two opinions differ that a manager is to decide between." in mona.text
        await mona.open("/admin/opinions?show=disputed_on_appeal")
        assert f'href="/admin/opinions/{page}"' in mona.text
        await mona.open(f"/admin/opinions/{page}")
        assert 'href="/admin/opinions?show=disputed_on_appeal"' in mona.text

    async def test_no_page_tells_the_bench_the_first_verdict_before(self, staff: StaffSide):
        number, _ = await rejected(staff)
        url = await appealed(staff, number)
        will = await staff.signed_in("will", Role.WAREHOUSE)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        secret = ("A coffee stain.", "your</b> coffee", "your&lt;/b&gt; coffee", "Quarantine")
        pages = (url, f"/admin/bench/{number}", f"/admin/search?q={number}", "/admin/returns")
        for page in (*pages, "/admin/opinions", "/admin/opinions.csv"):
            await will.open(page)
            assert not [word for word in secret if word in will.text], page
        for table in ("inspection_lines", "events"):
            await will.open(f"/admin/data/api/tables/{table}/")
            assert "A coffee stain." not in will.text
            assert '"grade"' not in will.text

        await will.open(url)
        assert "Hidden until the second opinion is given" in will.text
        assert "asked, not given yet" in will.text
        assert "you may decide without it" not in will.text
        await sam.open(url)
        assert "A coffee stain." in sam.text
        await will.open("/admin/opinions")
        page = will.text.split('href="/admin/opinions/')[1].split('"')[0]
        await will.open(f"/admin/opinions/{page}")
        await will.send(f"/admin/opinions/{page}/give", **SEEN)
        await will.open(url)
        assert "A coffee stain." in will.text
        assert "Hidden until" not in will.text

    async def test_who_gave_it_does_not_hear_the_appeal(self, staff: StaffSide):
        number, _ = await rejected(staff)
        url = await appealed(staff, number)
        mona = await staff.signed_in("mona", Role.MANAGER)
        await mona.open(url)
        form = mona.form(f"{url}/approve")
        await mona.open("/admin/opinions")
        page = mona.text.split('href="/admin/opinions/')[1].split('"')[0]
        await mona.open(f"/admin/opinions/{page}")
        await mona.send(f"/admin/opinions/{page}/give", **SEEN)

        await mona.open(url)
        assert "You gave a second opinion on it." in mona.text
        assert f'action="{url}/approve"' not in mona.text
        assert (await mona.send(f"{url}/approve", form=form)).status_code == 403

    async def test_ends_with_the_appeal_where_nobody_gave_one(self, staff: StaffSide):
        number, _ = await rejected(staff)
        url = await appealed(staff, number)
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open("/admin/opinions")
        page = will.text.split('href="/admin/opinions/')[1].split('"')[0]
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        await sam.send(f"{url}/decline", reason="It is a stain.")

        assert "asked, and not given before the appeal was decided" in sam.text
        await will.open("/admin/opinions")
        assert page not in will.text
        await will.open("/admin/opinions?show=done")
        assert "Not needed any more" in will.text
        await will.open(f"/admin/opinions/{page}")
        assert "Nobody needs to judge this any more." in will.text


class TestTheRate:
    async def test_is_on_the_managers_dashboard_with_what_it_is_of(self, staff: StaffSide):
        await differing(staff)
        second = f"/admin/opinions/{await asked_for(staff, 'EKR-2002')}"
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open(second)
        await will.send(f"{second}/give", verdict="rejected", grade="D")
        mona = await staff.signed_in("mona", Role.MANAGER)

        await mona.open("/admin")

        assert "50 %" in mona.text
        assert "1 of 2, of those given in the last 90 days" in mona.text
        await will.open("/admin")
        assert "50 %" not in will.text
        await mona.open("/admin/opinions?show=done")
        assert "by the moment they were given" in mona.text
        assert "Because of the value: 50 %" in mona.text
        assert "On appeal: none" in mona.text
