"""The list of returns, the case, and what support does there."""

from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, a_photo
from tests.api.orders import asked, order


class TestList:
    async def test_keeps_its_filters_in_the_address(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/returns?state=approved&q=dana")
        assert number in person.text
        assert '<option value="approved" selected>' in person.text
        assert 'value="dana"' in person.text

        await person.open("/admin/returns?state=closed")
        assert number not in person.text
        assert "No return fits." in person.text

    async def test_takes_nonsense_for_no_filter(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await person.open("/admin/returns?state=nonsense&cursor=x&q=%00")

        assert answer.status_code == 200
        assert number in person.text

    async def test_goes_on_where_the_page_ends(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.returns.listing.PAGE", 1)
        older, newer = await staff.open_return(), await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/returns")
        assert newer in person.text
        assert older not in person.text
        more = person.text.split('href="/admin/returns?cursor=')[1].split('"')[0]
        await person.open(f"/admin/returns?cursor={more}")
        assert older in person.text
        assert newer not in person.text


class TestReview:
    async def test_a_case_is_found_and_worked_on_however_its_number_was_typed(
        self, staff: StaffSide
    ):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        typed = number.lower()

        await person.open(f"/admin/returns/{typed}")
        assert number in person.text
        assert typed not in person.text
        approve = person.form(f"/admin/returns/{number}/approve")
        await person.send(f"/admin/returns/{typed}/approve", form=approve)

        assert (await staff.case(number))["state"] == "approved"
        assert person.path == f"/admin/returns/{number}"

    async def test_a_case_is_approved_by_support(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        await person.send(f"/admin/returns/{number}/approve")

        assert (await staff.case(number))["state"] == "approved"
        assert "Return approved" in person.text

    async def test_a_case_is_declined_with_a_reason(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        assert (await person.send(f"/admin/returns/{number}/decline")).status_code == 422
        assert person.text.count("Say why, in words that the customer reads.") == 2
        await person.send(f"/admin/returns/{number}/decline", reason="It was <b>cut</b>.")

        assert (await staff.case(number))["state"] == "declined"
        assert "It was &lt;b&gt;cut&lt;/b&gt;." in person.text

    async def test_the_customer_is_asked(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        await person.send(f"/admin/returns/{number}/request-info", question="A photo, please?")

        assert (await staff.case(number))["state"] == "needs_info"

    async def test_a_rule_is_set_aside_with_a_reason(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        await person.send(
            f"/admin/returns/{number}/override",
            **{"override_reason-0": "Seen on a call."},
        )

        assert (await staff.case(number))["flags"]["overridden"]

    async def test_several_rules_are_set_aside_at_once_each_with_its_reason(self, staff: StaffSide):
        abroad = order()["shipping_address"] | {"country": "CA"}
        await staff.put_order("EKR-9", shipping_address=abroad, reference="pi_9")
        number = await staff.open_return("EKR-9", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        answer = await person.send(f"/admin/returns/{number}/override")
        assert answer.status_code == 422
        assert "Say why the rule is set aside" in person.text
        why = {"override_reason-0": "Seen on a call.", "override_reason-1": "She pays the way."}
        await person.send(f"/admin/returns/{number}/override", **why)

        found = await rows(
            """SELECT data->>'rule' AS rule, value FROM events JOIN event_texts ON event = events.id
            WHERE type = 'rule.overridden' ORDER BY events.sequence"""
        )
        assert [tuple(one.values()) for one in found] == [
            ("photos", "Seen on a call."),
            ("destination", "She pays the way."),
        ]
        assert (await staff.case(number))["state"] == "in_review"

    async def test_a_case_that_moved_meanwhile_is_not_changed(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        sue = await staff.signed_in("sue", Role.SUPPORT)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        for person in (sue, sam):
            await person.open(f"/admin/returns/{number}")
        await sue.send(f"/admin/returns/{number}/request-info", question="A photo, please?")

        answer = await sam.send(f"/admin/returns/{number}/decline", reason="Too blurry to tell.")

        assert answer.status_code in {409, 412}
        assert (await staff.case(number))["state"] == "needs_info"

    async def test_a_message_goes_to_the_customer(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        await person.send(f"/admin/returns/{number}/messages", message="It is on its way.")

        assert "It is on its way." in person.text


class TestPhotos:
    async def test_are_served_so_that_nothing_runs(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        file = {"photos-0": ("x.jpg", a_photo(), "image/jpeg")}
        await bench.send(f"/admin/bench/{number}", files=file, **fields)
        await bench.open(f"/admin/returns/{number}")
        path = "/admin/photos/" + bench.text.split("/admin/photos/")[1].split('"')[0]

        answer = await bench.client.get(path)

        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await staff.client().get(path)).status_code == 303


class TestDashboard:
    async def test_counts_what_waits_and_links_to_it(self, staff: StaffSide):
        await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("mona", Role.MANAGER)

        await person.open("/admin")

        assert 'href="/admin/inbox?kind=review"' in person.text
        assert "Jobs that died" in person.text
        assert "Refunds owed now" in person.text
