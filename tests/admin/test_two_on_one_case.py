"""Two people on one case: the second sees who changed what, and loses nothing typed."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import inspected
from tests.admin.test_bench import PASSED


class TestTwoPeopleOnARefund:
    async def test_show_the_second_what_the_first_did(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        fay = await staff.signed_in("fay", Role.FINANCE)
        flo = await staff.signed_in("flo", Role.FINANCE)
        await fay.open(path)
        await flo.open(path)
        await flo.send(f"{path}/refuse", reason="Worn through.")

        answer = await fay.send(
            f"{path}/approve", amount="100.00", note="A strap is torn.", clause="return.condition"
        )

        assert answer.status_code == 412
        assert "<strong>Flo</strong>: Refund refused" in fay.text
        assert "Worn through." in fay.text
        # Its form is gone with the proposal, yet the words are not.
        assert "A strap is torn." in fay.text
        assert "now is version" not in fay.text
        assert [one["state"] for one in await staff.refunds()] == ["refused"]

    async def test_fill_the_form_in_again_where_it_is_still_there(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        fay = await staff.signed_in("fay", Role.FINANCE)
        flo = await staff.signed_in("flo", Role.FINANCE)
        await fay.open(path)
        await flo.open(path)
        await flo.send(f"{path}/hold", hold_reason="Ask the bank.")

        await fay.send(
            f"{path}/approve", amount="100.00", note="A strap is torn.", clause="return.condition"
        )

        sent = dict(fay.form(f"{path}/approve").fields)
        assert (sent["amount"], sent["note"]) == ("100.00", "A strap is torn.")
        assert sent["clause"] == "return.condition"
        assert "<strong>Flo</strong>: Refund put on hold" in fay.text

    async def test_are_not_named_where_nothing_happened_meanwhile(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)
        await fay.send(f"{path}/refuse", reason=" ")

        assert "Say why: the customer reads it." in fay.text
        assert "Somebody was here" not in fay.text


class TestTwoPeopleOnAReturn:
    async def test_show_the_second_what_the_first_did(self, staff: StaffSide):
        number = await staff.open_return()
        sue = await staff.signed_in("sue", Role.SUPPORT)
        mona = await staff.signed_in("mona", Role.MANAGER)
        path = f"/admin/returns/{number}"
        await sue.open(path)
        await mona.open(path)
        await mona.send(f"{path}/messages", message="Your parcel is here.")
        answer = await sue.send(f"{path}/messages", message="We miss your parcel.")

        assert answer.status_code == 412
        assert "<strong>Mona</strong>: Message" in sue.text
        assert dict(sue.form(f"{path}/messages").fields)["message"] == "We miss your parcel."

    async def test_show_the_second_at_the_bench_too(self, staff: StaffSide):
        number = await staff.open_return()
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        walt = await staff.signed_in("walt", Role.WAREHOUSE)
        path = f"/admin/bench/{number}"
        await wanda.open(path)
        await walt.open(path)
        await walt.send(path, **{"verdict-0": "received"})
        answer = await wanda.send(path, **{"verdict-0": "accepted", "check-0": PASSED})

        assert answer.status_code == 412
        assert "<strong>Walt</strong>: Parcel received" in wanda.text


class TestASessionThatIsOver:
    async def test_leads_back_to_the_page_that_was_open(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)
        fay.client.cookies.delete("id")
        for open_page in (path, f"{path}/hold"):
            fay.client.headers["referer"] = f"http://shop.test{open_page}"
            form = dict(fay.form(f"{path}/hold").fields) | {"hold_reason": "Wait."}
            answer = await fay.client.post(f"{path}/hold", data=form, follow_redirects=False)

            assert answer.status_code == 303
            assert answer.headers["location"].endswith(path.replace("/", "%2F"))

    async def test_leads_to_no_other_site(self, staff: StaffSide):
        client = staff.client()
        named_pages = (
            *("http://evil.test/admin/approvals", "not an address", "http://shop.test/x"),
            *("http://[", f"http://shop.test{'/admin/a1' * 7_000}!"),
        )
        for named in named_pages:
            headers = {"hx-request": "true", "hx-current-url": named}
            answer = await client.get("/admin/approvals", headers=headers)
            assert answer.headers["hx-redirect"] == "/admin/sign-in?next=%2Fadmin"
