import io

import pytest
from PIL import Image

from returns_engine.tables.returns import DecisionRecord, LineComment, Return, ReturnLine
from tests.api.orders import line
from tests.s3_server import away_store

COVER = line()
GIFT = line(line_id="L2", sku="GIFT-50", title="Gift card", category="gift", kind="gift_card")
CUSTOM = line(line_id="L3", sku="EKR-C", title="Custom covers, Toyota", kind="custom", quantity=1)


def shipment(*line_ids, delivered_at="2026-03-02T04:30:00Z"):
    return {
        "shipment_id": "S1",
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "shipped_at": "2026-02-24T18:00:00Z",
        "delivered_at": delivered_at,
        "delivery_evidence": "carrier_scan",
        "lines": [{"line_id": one, "quantity": 1} for one in line_ids],
    }


def a_photo(color: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(made, "JPEG")
    return made.getvalue()


async def at_review(visitor, why="changed_mind", **details):
    await visitor.send("/order/details", take="L1", why__L1=why)
    await visitor.send("/order/review", **details)
    return visitor


class TestAskingForAReturn:
    async def test_the_whole_way_works_without_javascript(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", quantity__L1="1", why__L1="changed_mind")
        assert "Is it as you received it?" in visitor.text

        await visitor.send("/order/review", condition__L1="as_received", comment__L1="Too <b>big")
        assert "Yes, you can send this back." in visitor.text
        assert "$135.34" in visitor.text
        assert "Price $129.95, your discount −$5.00" in visitor.text
        assert "Delivered March 1, 2026 (carrier scan); day 29 of 30." in visitor.text
        assert "Too &lt;b&gt;big" in visitor.text
        assert await Return.count() == 0, "nothing is kept before it is sent"

        await visitor.send("/order/send")
        assert visitor.path.startswith("/returns/RMA-")
        assert "Your return is accepted; we are making your label." in visitor.text
        assert "Price $129.95, your discount −$5.00" in visitor.text
        again = f'<a class="btn btn-quiet" href="{visitor.path}">Look again</a></p></noscript>'
        assert again in visitor.text
        assert await Return.count() == 1
        assert (await LineComment.select().first())["text"] == "Too <b>big"

    async def test_a_double_submit_makes_one_return(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")
        form = visitor.form("/order/send")

        first = await visitor.send("/order/send", form=form)
        second = await visitor.send("/order/send", form=form)

        assert first.url == second.url
        assert await Return.count() == 1

    async def test_nothing_chosen_is_told_with_the_remedy(self, portal):
        visitor = await portal.signed_in()

        answer = await visitor.client.get("/order/details")

        assert answer.status_code == 422
        assert "Choose at least one item." in answer.text

    async def test_a_missing_reason_is_told_at_its_field(self, portal):
        visitor = await portal.signed_in()

        await visitor.send("/order/details", take="L1", why__L1="")

        assert "Say what is wrong with this item." in visitor.text
        assert 'href="#why-1"' in visitor.text

    async def test_a_missing_condition_is_told_and_what_was_typed_is_kept(self, portal):
        visitor = await portal.signed_in()

        await at_review(visitor, comment__L1="Still in the box")

        assert "Say whether it is as you received it." in visitor.text
        assert "Still in the box" in visitor.text

    async def test_a_condition_that_contradicts_itself_is_told(self, portal):
        visitor = await portal.signed_in()

        await at_review(visitor, condition__L1="as_received", flaw__L1="unused")

        assert "Choose “Yes”, or “Not quite” and what is different." in visitor.text

    async def test_a_comment_without_end_is_not_kept_either_way(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")
        form = visitor.form("/order/send")

        answer = await visitor.send("/order/send", form=form, comment__L1="x" * 2001)

        assert answer.status_code == 422
        assert "Shorten your comment to 2,000 characters." in visitor.text
        assert await Return.count() == await DecisionRecord.count() == 0

    async def test_a_number_without_end_is_more_than_there_is(self, portal):
        visitor = await portal.signed_in()

        await at_review(visitor, condition__L1="as_received", quantity__L1="9" * 5000)

        assert visitor.page.status_code == 200
        assert "Yes, you can send this back." not in visitor.text

    async def test_changing_something_brings_everything_back(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received", comment__L1="Still in the box")
        form = visitor.form("/order/send")
        form.action = "/order/review"

        await visitor.send("/order/review", form=form, go="back")

        assert "Is it as you received it?" in visitor.text
        assert "Still in the box" in visitor.text
        assert ("condition.L1", "as_received") in visitor.form("/order/review").fields


class TestPhotos:
    async def test_are_asked_for_only_where_they_help(self, portal):
        visitor = await portal.signed_in()

        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        assert 'type="file"' not in visitor.text

        await visitor.open("/order?issue=other")
        await visitor.send("/order/details", take="L1", why__L1="defective")
        assert 'type="file"' in visitor.text
        assert "Is it as you received it?" not in visitor.text

    async def test_sent_along_they_decide_at_once(self, portal):
        visitor = await portal.signed_in()
        await at_review(
            visitor, "defective", files=[("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]
        )
        assert "Yes, you can send this back." in visitor.text
        assert "one photo" in visitor.text

        await visitor.send("/order/send")

        photo_ids = (await ReturnLine.select(ReturnLine.photo_ids).first())["photo_ids"]
        picture = await visitor.client.get(f"/photos/{photo_ids[2:38]}")
        assert picture.headers["content-type"].startswith("image/jpeg")
        small = await visitor.client.get(f"/photos/{photo_ids[2:38]}/small")
        for answer in (picture, small):
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert answer.headers["cache-control"] == "private, no-cache"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        tags = {answer.headers["etag"] for answer in (picture, small)}
        assert len(tags) == 2
        for answer in (picture, small):
            has_it = {"If-None-Match": answer.headers["etag"]}
            again = await visitor.client.get(answer.url, headers=has_it)
            assert (again.status_code, again.content) == (304, b"")

    async def test_left_out_a_person_looks_first(self, portal):
        visitor = await portal.signed_in()

        await at_review(visitor, "defective")
        assert "A person will look at this first." in visitor.text

        await visitor.send("/order/send")
        assert "A person is looking at your request" in visitor.text

    async def test_a_file_that_is_none_is_told(self, portal):
        visitor = await portal.signed_in()

        await at_review(
            visitor, "defective", files=[("photos.L1", ("a.jpg", b"no photo", "image/jpeg"))]
        )

        assert "One photo was not kept: see why" in visitor.text
        assert visitor.text.count("a.jpg: This file is no photo we can read.") == 1
        assert visitor.text.count("This file is no photo we can read.") == 1

    async def test_that_cannot_be_kept_now_leave_the_form_as_it_was(self, portal):
        visitor = await portal.signed_in()
        working = portal.services.photos
        seam = [("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]
        object.__setattr__(portal.services, "photos", away_store())

        await at_review(visitor, "defective", files=seam)
        assert "We cannot keep photos at the moment." in visitor.text
        object.__setattr__(portal.services, "photos", working)
        await visitor.send("/order/review", files=seam)
        assert "one photo" in visitor.text

    async def test_that_cannot_be_shown_now_leave_a_frame_in_the_page(self, portal):
        visitor = await portal.signed_in()
        await at_review(
            visitor, "defective", files=[("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]
        )
        photo_id = dict(visitor.form("/order/send").fields)["photo.L1"]
        object.__setattr__(portal.services, "photos", away_store())

        for path in (f"/photos/{photo_id}", f"/photos/{photo_id}/small"):
            answer = await visitor.client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
            assert answer.headers["content-type"].startswith("image/svg+xml")
            assert answer.headers["cache-control"] == "no-store"

    async def test_of_others_are_not_shown(self, portal):
        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        visitor = await portal.signed_in()
        await at_review(
            visitor, "defective", files=[("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]
        )
        photo_id = dict(visitor.form("/order/send").fields)["photo.L1"]

        eve = await portal.signed_in("EKR-1002", "eve@example.com")

        for path in (f"/photos/{photo_id}", f"/photos/{photo_id}/small"):
            assert (await eve.client.get(path)).status_code == 404


class TestItemsThatCannotComeBack:
    async def test_stay_visible_with_the_sentence_why(self, portal):
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[COVER, GIFT], shipments=[shipment("L1", "L2")]
        )

        visitor = await portal.signed_in("EKR-2")

        assert "Gift card" in visitor.text
        assert "Gift cards can&#39;t be returned." in visitor.text
        assert 'type="checkbox" name="take" value="L2"' not in visitor.text

    async def test_made_for_a_car_can_for_a_fault_alone(self, portal):
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[CUSTOM], shipments=[shipment("L3")]
        )

        visitor = await portal.signed_in("EKR-2")

        assert "Seat covers made for your car" in visitor.text
        assert 'href="/policy#return.excluded.custom"' in visitor.text
        assert "Do you see it differently?" in visitor.text

    @pytest.mark.parametrize("why", ["changed_mind", "wrong_model_chosen", "color_texture"])
    async def test_made_for_a_car_lets_a_change_of_mind_be_put_before_a_person(self, portal, why):
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[CUSTOM], shipments=[shipment("L3")]
        )
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order?issue=not_satisfied")
        assert f'<option value="{why}">' in visitor.text

        await visitor.send("/order/details", take="L3", why__L3=why)
        assert "Our policy says no to this." in visitor.text
        await visitor.send("/order/send")
        await visitor.send(f"{visitor.path}/ask", message="The shop advised me wrongly.")

        assert visitor.path.startswith("/returns/RMA-")
        assert (await Return.select(Return.state).first())["state"] == "in_review"

    async def test_too_late_offers_the_warranty(self, portal):
        await portal.put_order(
            "EKR-2",
            reference="pi_2",
            lines=[CUSTOM],
            shipments=[shipment("L3", delivered_at="2025-06-01T12:00:00Z")],
        )
        visitor = await portal.signed_in("EKR-2")
        assert "Its warranty lasts until June 1, 2027." in visitor.text

        await visitor.open("/order?kind=warranty")
        await visitor.send("/order/details", take="L3", why__L3="seam_failure")
        await visitor.send(
            "/order/review", files=[("photos.L3", ("seam.jpg", a_photo(), "image/jpeg"))]
        )
        await visitor.send("/order/send")

        assert "Warranty claim" in visitor.text
        assert (await Return.select(Return.kind).first())["kind"] == "warranty"

    async def test_a_refusal_is_recorded_and_offers_a_person(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="flawed", flaw__L1="unused")
        assert "Our policy says no to this." in visitor.text
        assert "It must not have been used; trying the fit is fine." in visitor.text

        await visitor.send("/order/send")

        assert visitor.path.startswith("/order/refused/")
        assert "Ask a person" in visitor.text
        assert await Return.count() == 0
        assert await DecisionRecord.count() == 1

        refused = visitor.path
        await visitor.send(f"{refused}/ask", message=" ")
        assert "Say in up to 2,000 characters why" in visitor.text
        await visitor.send(f"{refused}/ask", message="I only tried the fit.")
        assert visitor.path.startswith("/returns/RMA-")
        assert (await Return.select(Return.state).first())["state"] == "in_review"
        await visitor.open(refused)
        assert "A person is looking at it already." in visitor.text

    async def test_what_cannot_be_chosen_can_be_put_before_a_person_all_the_same(self, portal):
        old = shipment("L1", delivered_at="2025-06-01T12:00:00Z")
        await portal.put_order("EKR-2", reference="pi_2", lines=[COVER], shipments=[old])
        visitor = await portal.signed_in("EKR-2")
        assert 'type="submit" name="take" value="L1"' in visitor.text
        assert '<select class="form-select" id="why-1" name="why.L1">' in visitor.text

        await visitor.send("/order/details", take="L1")
        assert "Say what is wrong with this item." in visitor.text
        await visitor.send("/order/details", take="L1", why__L1="defective")
        assert "Our policy says no to this." in visitor.text
        await visitor.send("/order/send")
        await visitor.send(f"{visitor.path}/ask", message="I was in hospital.")

        assert visitor.path.startswith("/returns/RMA-")
        assert (await Return.select(Return.state).first())["state"] == "in_review"
        assert await DecisionRecord.count() == 1

    async def test_what_is_refused_can_be_left_out(self, portal):
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[COVER, GIFT], shipments=[shipment("L1", "L2")]
        )
        visitor = await portal.signed_in("EKR-2")

        await visitor.open("/order/details?take=L1&why.L1=changed_mind&take=L2&why.L2=changed_mind")

        assert "Go on without what can't come back" in visitor.text
        await visitor.send("/order/details")
        assert "Is it as you received it?" in visitor.text
        assert "Gift card" not in visitor.text
