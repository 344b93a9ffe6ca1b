"""What is late is noticed by us: listed, in the inbox, on the dashboard, until somebody looked."""

from datetime import timedelta

import pytest

from returns_engine.cli.demo.seed import put_order
from returns_engine.queries.late_orders import list_late
from returns_engine.queries.order_view import read_order
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import NOTHING_KNOWN, ChoiceKind
from returns_engine.rules.words import Role
from returns_engine.sandbox.sample_orders import sample_orders
from returns_engine.workflow.late_orders import late_limits, late_parts
from returns_engine.workflow.look_at_late import look_at_late
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.review_return import approve_return
from tests.admin.conftest import StaffSide
from tests.admin.test_lists import file_of, onward
from tests.api.orders import asked, line
from tests.portal.test_order_status import CUSTOM, UNPAID, address, bought_on, parcel
from tests.workflow.shop import value

LIST = "/admin/late-orders"
LATE_PARCEL = {"shipments": [parcel(shipped_at="2026-03-18T18:00:00Z")]}


async def on_the_list(staff: StaffSide) -> set[tuple[str, str]]:
    limits = late_limits(staff.services.policy, staff.clock())
    page = await list_late(limits, limit=200)
    return {(one["number"], one["thing"]) for one in page.items}


class TestALateOrder:
    async def test_is_listed_with_how_late_it_is_and_the_carriers_page(self, staff: StaffSide):
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(LIST)

        assert 'href="/admin/orders/EKR-7#late"' in person.text
        assert "Should have arrived" in person.text
        # On a phone, where no head stands above, what the days are.
        assert '<td data-label="Late">3 days' in person.text
        assert "<kbd>J</kbd> opens the first." in person.text
        assert 'href="https://www.ups.com/track?tracknum=1Z999AA10123456784"' in person.text
        assert "in the last 90 days" in person.text
        [row] = await file_of(person, f"{LIST}.csv")
        assert (row["order_number"], row["late"]) == ("EKR-7", "parcel")
        # To be there on March 25, a remote place's two business days on top.
        assert row["due"] == "2026-03-27"

    async def test_is_gone_once_somebody_noted_what_they_did_and_comes_back(self, staff: StaffSide):
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin")
        assert LIST in person.text
        await person.open("/admin/inbox?kind=late")
        assert 'href="/admin/orders/EKR-7#late"' in person.text
        # The last day it was usual on, once, as the list of late orders has it.
        assert '<td data-label="Due"><span>Fri, Mar 27 <span class="tag tag-bad">' in person.text
        [row] = await file_of(person, "/admin/inbox.csv?kind=late")
        assert (row["order_number"], row["due"]) == ("EKR-7", "2026-03-27")

        await person.open("/admin/orders/EKR-7")
        await person.send("/admin/orders/EKR-7/late", late_note="Asked UPS, they look.")

        assert "Noted." in person.text
        assert '<a href="/admin/inbox" data-key="j">Back to the inbox</a>' in person.text
        assert "Last looked at Mar 30, 2026: Asked UPS, they look." in person.text
        await person.open(LIST)
        assert "Nothing is late that nobody looked at." in person.text
        await person.open("/admin/inbox")
        assert "EKR-7" not in person.text
        said = "SELECT count(*) FROM events WHERE type = 'order.late_looked_at'"
        assert await value(said) == 1
        staff.clock.pass_by(timedelta(days=4))
        person = await staff.signed_in("sue")
        await person.open(LIST)
        assert "EKR-7" in person.text
        assert "Asked UPS, they look." in person.text

    async def test_is_found_by_what_of_it_is_late_and_whether_somebody_looked(
        self, staff: StaffSide, monkeypatch: pytest.MonkeyPatch
    ):
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        await staff.put_order("EKR-8", reference="pi_8", **bought_on("2026-03-20"))
        await staff.put_order("EKR-9", reference="pi_9", **bought_on("2026-03-21"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/orders/EKR-9")
        await person.send("/admin/orders/EKR-9/late", late_note="Asked the warehouse.")

        async def numbers(words: str) -> list[str]:
            await person.open(f"{LIST}?{words}")
            file = await file_of(person, f"{LIST}.csv?{words}")
            found = [row["order_number"] for row in file]
            assert [number for number in ("EKR-7", "EKR-8", "EKR-9") if number in person.text] == (
                found
            )
            return found

        assert await numbers("kind=parcel") == ["EKR-7"]
        assert await numbers("kind=line") == ["EKR-8"]
        assert await numbers("kind=line&looked=1") == ["EKR-9"]
        assert "Looked at Mar 30, 2026: Asked the warehouse." in " ".join(person.text.split())
        assert await numbers("looked=1") == ["EKR-9"]
        assert await numbers("kind=payment") == []
        assert "No late order fits." in person.text
        assert await numbers("kind=nonsense&looked=nonsense") == ["EKR-7", "EKR-8"]
        monkeypatch.setattr("admin.late_orders.page.PAGE", 1)
        await staff.put_order("EKR-10", reference="pi_10", **bought_on("2026-03-22"))
        await person.open(f"{LIST}?kind=line")
        await person.open(onward(person.text))
        assert "EKR-10" in person.text
        assert "EKR-7" not in person.text

    async def test_needs_a_note_to_go(self, staff: StaffSide):
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/orders/EKR-7")

        await person.send("/admin/orders/EKR-7/late", late_note="")

        assert "Say what you found or did." in person.text
        assert await on_the_list(staff) == {("EKR-7", "parcel:S1")}

    async def test_is_back_at_once_where_something_else_of_it_is_late(self, staff: StaffSide):
        lines = [line(), line(line_id="L2", **CUSTOM)]
        sent = [parcel(shipped_at="2026-03-18T18:00:00Z")]
        await staff.put_order(
            "EKR-7", reference="pi_7", **bought_on("2026-03-17", lines=lines, shipments=sent)
        )
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/orders/EKR-7")
        await person.send("/admin/orders/EKR-7/late", late_note="Asked UPS.")
        assert await on_the_list(staff) == set()

        staff.clock.pass_by(timedelta(days=2))

        # Made in two weeks, by March 31; what was looked at stays away.
        assert await on_the_list(staff) == {("EKR-7", "line:L2")}

    async def test_stands_on_a_page_of_its_own_where_the_first_is_full(
        self, staff: StaffSide, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("admin.late_orders.page.PAGE", 1)
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        await staff.put_order("EKR-8", reference="pi_8", **bought_on("2026-03-20"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(LIST)
        assert "EKR-7" in person.text
        assert "EKR-8" not in person.text

        await person.open(onward(person.text))

        assert "EKR-8" in person.text
        assert "EKR-7" not in person.text
        assert "Back to the longest" in person.text
        rows = await file_of(person, f"{LIST}.csv")
        assert [row["order_number"] for row in rows] == ["EKR-7", "EKR-8"]

    async def test_is_one_that_is_not_paid_after_two_hours_until_somebody_looked(
        self, staff: StaffSide
    ):
        await staff.put_order(
            "EKR-7", reference="pi_7", **UNPAID | {"placed_at": "2026-03-30T11:00:00Z"}
        )
        assert await on_the_list(staff) == set()
        staff.clock.pass_by(timedelta(hours=4))
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(LIST)
        assert "Not paid" in person.text
        assert "5 hours" in person.text
        await person.open("/admin/inbox?kind=late")
        assert "takes longer than usual" in person.text
        await person.open("/admin/orders/EKR-7")
        assert "Not paid since it was placed:" in person.text
        await person.send("/admin/orders/EKR-7/late", late_note="Wrote to the customer.")

        assert await on_the_list(staff) == set()
        staff.clock.pass_by(timedelta(days=4))
        assert await on_the_list(staff) == {("EKR-7", "payment")}
        staff.clock.pass_by(timedelta(days=4))
        assert await on_the_list(staff) == set()

    async def test_is_a_parcel_abroad_only_after_a_month(self, staff: StaffSide):
        await staff.put_order(
            "EKR-7",
            reference="pi_7",
            shipments=[parcel(shipped_at="2026-02-28T18:00:00Z")],
            shipping_address=address("CA"),
        )
        assert await on_the_list(staff) == set()
        staff.clock.pass_by(timedelta(days=1))
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(LIST)

        assert "Long under way abroad" in person.text
        [row] = await file_of(person, f"{LIST}.csv")
        assert (row["late"], row["due"], row["days_late"]) == ("abroad", "2026-03-30", "1")
        await person.open("/admin/orders/EKR-7")
        assert "A parcel to another country is under way for long" in person.text

    async def test_is_not_what_was_paid_or_left_long_ago(self, staff: StaffSide):
        await staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        staff.clock.pass_by(timedelta(days=100))

        assert await on_the_list(staff) == set()

    @pytest.mark.parametrize("abroad", [False, True])
    async def test_is_not_a_parcel_that_could_not_be_delivered(
        self, staff: StaffSide, *, abroad: bool
    ):
        """The customer chooses, and then it is paid back or sent again: no day holds any more."""
        shipped = parcel(shipped_at="2026-02-18T18:00:00Z")
        to = {"shipping_address": address("CA")} if abroad else {}
        await staff.put_order("EKR-7", reference="pi_7", shipments=[shipped], **to)
        late = ("EKR-7", f"parcel:{shipped['shipment_id']}")
        assert await on_the_list(staff) == {late}
        policy, now = staff.services.policy, staff.clock()
        offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)], news=NOTHING_KNOWN)
        await offer_choice("EKR-7", offer, actor=SYSTEM, policy=policy, now=now)

        assert await on_the_list(staff) == set()
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/orders/EKR-7")
        assert "It is late" not in person.text
        assert not await look_at_late("EKR-7", note="Asked.", actor=SYSTEM, policy=policy, now=now)

    async def test_is_not_a_parcel_that_was_paid_back(self, staff: StaffSide):
        shipped = parcel(shipped_at="2026-02-18T18:00:00Z")
        await staff.put_order("EKR-7", reference="pi_7", shipments=[shipped])
        missed = asked(reason="not_received", quantity=2)
        number = await staff.open_return("EKR-7", missed, kind="delivery_problem")
        policy, now = staff.services.policy, staff.clock()
        await approve_return(number, policy=policy, actor=SYSTEM, now=now)

        assert [one["state"] for one in await staff.refunds()] == ["proposed"]
        assert await on_the_list(staff) == set()

    @pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE])
    async def test_is_not_for_others_than_support(self, staff: StaffSide, role: Role):
        person = await staff.signed_in("wes", role)

        answer = await person.client.get(LIST)

        assert answer.status_code == 403

    async def test_is_late_on_the_list_on_the_day_it_is_for_the_customer(self, staff: StaffSide):
        orders = {
            "EKR-11": {"shipments": [parcel()]},
            "EKR-12": {"shipments": [parcel(shipped_at="2026-03-27T23:30:00Z")]},
            "EKR-13": bought_on("2026-03-28"),
            "EKR-14": bought_on("2026-03-20", lines=[line(**CUSTOM)]),
            "EKR-15": {"shipments": [parcel()], "shipping_address": address("CA")},
            "EKR-19": {
                "shipments": [parcel(shipped_at="2026-03-05T18:00:00Z")],
                "shipping_address": address("CA"),
            },
            "EKR-20": UNPAID | {"placed_at": "2026-03-30T15:00:00Z"},
            "EKR-16": bought_on("2026-03-20", status="canceled"),
            "EKR-17": bought_on("2026-03-20", confirmed_at="2026-03-29T15:00:00Z"),
            "EKR-18": {
                "shipments": [
                    parcel(delivered_at="2026-03-29T18:00:00Z", delivery_evidence="carrier_scan")
                ]
            },
        }
        for number, changes in orders.items():
            await staff.put_order(number, reference=f"pi_{number}", **changes)
        policy = staff.services.policy
        seen = set()
        for _ in range(24):
            told = set()
            for number in orders:
                order = await read_order(number, policy=policy, now=staff.clock())
                assert order is not None
                late = late_parts(order, policy, staff.clock(), told=())
                told |= {(number, thing) for thing in late}
            assert await on_the_list(staff) == told, staff.clock()
            seen |= told
            staff.clock.pass_by(timedelta(days=1))
        assert {number for number, _ in seen} == {
            *("EKR-11", "EKR-12", "EKR-13", "EKR-14", "EKR-17", "EKR-19", "EKR-20"),
        }


class TestTheDemo:
    async def test_has_two_orders_that_should_have_left_us(self, staff: StaffSide):
        for one in sample_orders(staff.clock())[1:]:
            await put_order(one, staff.clock())

        assert await on_the_list(staff) == {("EKR-1008", "line:L1"), ("EKR-1017", "line:L1")}
