import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.policy_toml import read_policy
from returns_engine.texts.carriers import CARRIERS
from tests.api.orders import line
from tests.rules.test_policy import TEXT, refusal

UNPAID = {"status": "pending", "paid_at": None, "shipments": [], "payments": []}
CUSTOM = {"kind": "custom", "title": "Custom seat covers, Toyota Tacoma"}


def parcel(**changes):
    return {
        "shipment_id": "S1",
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "shipped_at": "2026-03-26T18:00:00Z",
        "delivered_at": None,
        "delivery_evidence": None,
        "lines": [{"line_id": "L1", "quantity": 2}],
    } | changes


def bought_on(day, **changes):
    """An order of the day, paid the same minute, with nothing shipped."""
    at = f"{day}T15:00:00Z"
    return {"status": "processing", "placed_at": at, "paid_at": at, "shipments": []} | changes


def address(country):
    return {
        "name": "Dana Reyes",
        "line1": "1 Main St",
        "line2": None,
        "city": "Somewhere",
        "region": None,
        "postal_code": "1",
        "country": country,
    }


async def shown(portal, **changes):
    """Put an order and return the text of its page, as people read it."""
    await portal.put_order("EKR-7", reference="pi_7", **changes)
    visitor = await portal.signed_in("EKR-7")
    answer = await visitor.open("/order/status")
    assert answer.status_code == 200
    return " ".join(visitor.text.split())


class TestTheOrderSays:
    async def test_that_completed_means_shipped_and_when_it_usually_arrives(self, portal):
        page = await shown(portal, shipments=[parcel()])

        assert "<h1>Your order is on its way to you.</h1>" in page
        assert "With the carrier" in page
        assert "It left us on March 26, 2026." in page
        # Thursday the 26th and 3 to 5 business days more (21).
        assert "It usually arrives between Mar 31, 2026 and Apr 2, 2026." in page
        assert "It should be with you by April 2, 2026." in page
        assert 'href="https://www.ups.com/track?tracknum=1Z999AA10123456784"' in page

    async def test_that_it_has_arrived_and_how_we_know(self, portal):
        there = parcel(delivered_at="2026-03-29T18:00:00Z", delivery_evidence="carrier_scan")

        page = await shown(portal, shipments=[there])

        assert "<h1>Your order has arrived.</h1>" in page
        assert '<span class="tag tag-plain">Delivered</span>' in page
        assert "Shipped</span></p>" not in page
        assert "It arrived on March 29, 2026 (carrier scan)." in page
        assert "I don't have it" in page
        assert "Ask everybody in your household" in page
        assert 'href="/order?issue=tracking_delayed&amp;kind=delivery_problem#items"' in page
        assert "When something looks wrong" not in page

    async def test_that_an_estimate_is_no_delivery(self, portal):
        there = parcel(delivered_at="2026-03-29T18:00:00Z", delivery_evidence="estimate")

        page = await shown(portal, shipments=[there])

        assert "<h1>Your parcel should be there by now. If it is not, tell us.</h1>" in page
        assert "the carrier has not told us" in page

    async def test_that_a_parcel_is_late_once_a_remote_place_would_have_it_too(self, portal):
        page = await shown(portal, shipments=[parcel(shipped_at="2026-03-18T18:00:00Z")])

        assert "<h1>Your parcel takes longer than usual." in page
        assert "We have noticed and are looking into it." in page
        assert "It was to be with you by March 25, 2026." in page
        assert "We are looking into it: you can wait, or give it up." in page
        assert 'href="/order?issue=long_wait&amp;kind=delivery_problem#items"' in page
        assert "Ask us to look for it" not in page
        assert "If you worry, ask us" not in page

    async def test_to_ask_us_for_a_parcel_that_left_too_long_ago_for_our_list(self, portal):
        page = await shown(portal, shipments=[parcel(shipped_at="2025-12-18T18:00:00Z")])

        assert "Most still come; if yours does not, tell us.</h1>" in page
        assert "Ask us to look for it" in page
        assert "We have noticed" not in page
        assert "We are looking into it" not in page

    async def test_no_day_abroad_and_explains_why_the_tracking_is_silent(self, portal):
        page = await shown(
            portal,
            shipments=[parcel(shipped_at="2026-03-10T18:00:00Z")],
            shipping_address=address("CA"),
        )

        assert "<h1>Your order is on its way to you.</h1>" in page
        assert "It goes to another country, so we cannot name a day" in page
        assert "If it is not with you by April 9, 2026, we look into it" in page
        assert "Look at the page of your own country's post too" in page
        assert "Ask us to look for it" in page
        assert "<details open><summary>The tracking is silent</summary>" in page
        assert "<details open><summary>Customs hold it</summary>" in page
        assert "usually arrives" not in page

    async def test_that_we_look_for_a_parcel_long_abroad_and_nothing_says_it_is_lost(self, portal):
        page = await shown(
            portal,
            shipments=[parcel(shipped_at="2026-02-27T18:00:00Z")],
            shipping_address=address("CA"),
        )

        assert "<h1>Your parcel takes longer than usual. Most still come.</h1>" in page
        assert "We have noticed and are looking into it." in page
        assert "Nothing says that it is lost." in page
        assert "I do not want to wait for it" in page
        assert "Ask us to look for it" not in page

    async def test_to_look_again_later_while_a_payment_may_be_in_process(self, portal):
        page = await shown(portal, **UNPAID, placed_at="2026-03-30T10:00:00Z")

        assert "<h1>We wait for your payment; then we begin.</h1>" in page
        assert "it can take up to 2 hours" in page
        assert "We have noticed" not in page

    async def test_what_to_do_about_a_payment_that_does_not_come_in(self, portal):
        page = await shown(portal, **UNPAID, placed_at="2026-03-30T09:59:00Z")

        assert "<h1>Your payment has not reached us yet.</h1>" in page
        assert "We have noticed and are looking into it." in page
        assert "Was it declined?" in page
        assert "Do not pay twice" in page
        assert "name order EKR-7" in page
        assert "there is nothing to cancel" in page

    async def test_that_an_order_nobody_paid_for_days_is_left_alone(self, portal):
        page = await shown(portal, **UNPAID, placed_at="2026-03-20T10:00:00Z")

        assert "<h1>No payment for this order has reached us.</h1>" in page
        assert "We have noticed" not in page

    async def test_that_covers_are_being_made_from_paid_and_confirmed(self, portal):
        page = await shown(
            portal,
            **bought_on("2026-03-20", confirmed_at="2026-03-25T15:00:00Z", lines=[line(**CUSTOM)]),
        )

        assert "<h1>We are making your order for you.</h1>" in page
        assert "Our turn" in page
        assert "Made for you" in page
        # One to two weeks from the later of the two (15).
        assert "It leaves us between Apr 1, 2026 and Apr 8, 2026." in page
        assert "It should leave us by April 8, 2026." in page

    async def test_that_we_see_what_waits_too_long(self, portal):
        page = await shown(portal, **bought_on("2026-03-20"))

        assert "<h1>This takes longer than usual.</h1>" in page
        assert "We have noticed and are looking into it." in page
        assert "It was to leave us by March 22, 2026." in page
        assert "We are looking into it: you can wait, or cancel it." in page
        assert "about it, or cancel it" not in page

    async def test_to_ask_us_where_it_is_too_long_ago_for_our_list(self, portal):
        page = await shown(portal, **bought_on("2025-12-20"))

        assert "<h1>This takes longer than usual. Ask us, and a person looks into it.</h1>" in page
        assert "about it, or cancel it" in page
        assert "We have noticed" not in page
        assert "We are looking into it" not in page

    async def test_that_a_part_is_sent_and_the_rest_follows(self, portal):
        half = parcel(lines=[{"line_id": "L1", "quantity": 1}])

        page = await shown(portal, **bought_on("2026-03-29", shipments=[half]))

        assert "<h1>A part of your order was sent; we are getting the rest ready.</h1>" in page
        assert "<span>1 × Seat covers, Ford F-150, black</span>" in page

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"status": "canceled", "shipments": []}, "This order was canceled"),
            (UNPAID | {"placed_at": "2026-03-30T11:00:00Z"}, "We wait for your payment"),
            ({"shipments": []}, "Your order was shipped; we do not have its tracking number yet."),
        ],
    )
    async def test_what_holds_where_there_is_no_parcel(self, portal, changes, says):
        assert f"<h1>{says}" in await shown(portal, **changes)


class TestTheData:
    def test_of_carriers_names_those_of_the_merchant(self):
        assert list(CARRIERS.values()) == ["UPS", "USPS", "FedEx", "DHL"]

    def test_of_a_policy_without_estimates_is_read_all_the_same(self):
        before, rest = TEXT.split("[delivery]", 1)
        silent = read_policy(before + rest[rest.index("[cancellation]") :], "shop.toml")

        assert not silent.delivery.pace
        assert (silent.delivery.abroad_days, silent.delivery.payment_hours) == (None, None)
        assert load_policy(None).delivery.pace

    def test_of_an_unknown_kind_of_item_is_refused_by_name(self):
        assert "delivery.rented" in refusal("[delivery.stock]", "[delivery.rented]")
