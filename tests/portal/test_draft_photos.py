"""Photos of a request that is not sent yet: in its draft as soon as they are here."""

import asyncio
from datetime import timedelta

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.drafts import RequestDraft
from returns_engine.tables.messages import Photo
from returns_engine.web.photo_limit import PHOTOS_AN_HOUR, count_photo
from returns_engine.workflow.forget_what_is_over import forget_what_is_over
from returns_engine.workflow.purge_photos import purge_photos
from tests.api.orders import NOW
from tests.portal.test_asking import a_photo
from tests.s3_server import away_store
from tests.workflow.pictures import a_bomb

DETAILS = "/order/details?issue=broken&take=L1&quantity.L1=1&why.L1=defective"
COLORS = ["red", "blue", "green", "black", "white", "gray", "pink", "brown", "gold", "navy", "lime"]


async def at_details(portal):
    visitor = await portal.signed_in()
    await visitor.open("/order?issue=broken")
    await visitor.send("/order/details", take="L1", why__L1="defective")
    return visitor


async def upload(visitor, raw=None, form=None, **typed):
    """Send one photo as the script does: with all that is filled in, before the form is sent."""
    form = form or visitor.form("/order/review")
    # A browser sends nothing of a template, which holds a photo without an id.
    data = {name: value for name, value in form.fields if value or not name.startswith("photo.")}
    file = ("seam.jpg", a_photo() if raw is None else raw, "image/jpeg")
    more = {"line": "L1"} | {name.replace("__", "."): value for name, value in typed.items()}
    return await visitor.client.post("/order/photos", data=data | more, files={"file": file})


async def photos_in_draft() -> list[str]:
    saved = await saved_draft("EKR-1001", now=NOW)
    assert saved is not None
    return [value for name, value in saved.fields if name == "photo.L1"]


class TestAPhotoThatTheScriptSends:
    async def test_is_in_the_draft_at_once(self, portal):
        visitor = await at_details(portal)

        photo_id = (await upload(visitor)).json()["photo_id"]

        await visitor.open(DETAILS)
        assert ("photo.L1", photo_id) in visitor.form("/order/review").fields

    async def test_is_shown_wherever_it_would_go_along(self, portal):
        visitor = await at_details(portal)
        photo_id = (await upload(visitor)).json()["photo_id"]

        await visitor.open("/order?issue=other")
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")

        assert ("photo.L1", photo_id) in visitor.form("/order/review").fields
        assert f'src="/photos/{photo_id}/small"' in visitor.text

    async def test_brings_what_is_typed_along(self, portal):
        visitor = await at_details(portal)

        await upload(visitor, comment__L1="The left seam")

        await visitor.open(DETAILS)
        assert "The left seam" in visitor.text

    async def test_is_there_once_when_it_is_sent_twice(self, portal):
        visitor = await at_details(portal)

        answers = [await upload(visitor) for _ in range(2)]
        answers += await asyncio.gather(*(upload(visitor, a_photo("blue")) for _ in range(3)))

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["photo_id"] for answer in answers}) == 2
        assert len(await photos_in_draft()) == await Photo.count() == 2

    async def test_costs_none_that_are_sent_beside_it(self, portal):
        visitor = await at_details(portal)

        await asyncio.gather(*(upload(visitor, a_photo(color)) for color in COLORS[:6]))

        assert len(await photos_in_draft()) == 6

    async def test_is_refused_where_the_item_has_ten(self, portal):
        visitor = await at_details(portal)

        answers = await asyncio.gather(*(upload(visitor, a_photo(color)) for color in COLORS))

        refused = [answer for answer in answers if answer.status_code != 201]
        assert [answer.status_code for answer in refused] == [422]
        assert refused[0].json() == {"says": "Send at most 10 photos for one item."}
        assert len(await photos_in_draft()) == await Photo.count() == 10

    async def test_makes_the_draft_where_it_was_thrown_away_meanwhile(self, portal):
        visitor = await at_details(portal)
        form = visitor.form("/order/review")
        await visitor.open("/order")
        await visitor.send("/order/draft/forget")

        await upload(visitor, form=form)

        await visitor.open("/order")
        assert "You began a request" in visitor.text
        assert len(await photos_in_draft()) == 1

    async def test_stays_where_the_form_that_is_sent_does_not_know_of_it(self, portal):
        """A page that is gone back to is the page as it was."""
        visitor = await at_details(portal)
        before = visitor.form("/order/review")
        await upload(visitor)

        await visitor.send("/order/review", form=before)

        assert "one photo" in visitor.text

    async def test_is_asked_for_again_where_the_store_is_away(self, portal):
        visitor = await at_details(portal)
        object.__setattr__(portal.services, "photos", away_store())

        answer = await upload(visitor)

        assert answer.status_code == 503
        assert answer.json()["says"].startswith("We cannot keep photos at the moment.")
        assert await Photo.count() == 0

    async def test_for_an_item_that_was_not_chosen_is_refused(self, portal):
        visitor = await at_details(portal)

        assert (await upload(visitor, line="L9")).status_code == 422
        assert await Photo.count() == 0


class TestAPhotoThatIsRemoved:
    async def test_is_in_the_draft_no_more_and_harmless_twice(self, portal):
        visitor = await at_details(portal)
        gone, stays = [
            (await upload(visitor, a_photo(color))).json()["photo_id"] for color in ("red", "blue")
        ]
        token = dict(visitor.form("/order/review").fields)["_csrf_token"]

        for _ in range(2):
            answer = await visitor.client.post(
                "/order/photos/leave-out", data={"_csrf_token": token, "photo": gone}
            )
            assert answer.status_code == 204

        assert await photos_in_draft() == [stays]

    async def test_is_removed_by_its_box_without_a_script(self, portal):
        visitor = await at_details(portal)
        for color in ("red", "blue"):
            await upload(visitor, a_photo(color))
        await visitor.open(DETAILS)
        gone, stays = await photos_in_draft()

        await visitor.send("/order/review", photo__L1=stays)

        assert "one photo" in visitor.text
        assert await photos_in_draft() == [stays]
        assert gone != stays

    async def test_does_not_come_back_with_one_that_was_on_its_way(self, portal):
        visitor = await at_details(portal)
        gone = (await upload(visitor)).json()["photo_id"]
        await visitor.open(DETAILS)
        form = visitor.form("/order/review")
        token = dict(form.fields)["_csrf_token"]
        await visitor.client.post(
            "/order/photos/leave-out", data={"_csrf_token": token, "photo": gone}
        )

        other = (await upload(visitor, a_photo("blue"), form=form)).json()["photo_id"]

        assert await photos_in_draft() == [other]

    async def test_makes_room_for_another(self, portal):
        visitor = await at_details(portal)
        for color in COLORS[:10]:
            await upload(visitor, a_photo(color))
        token = dict(visitor.form("/order/review").fields)["_csrf_token"]
        gone = (await photos_in_draft())[0]
        await visitor.client.post(
            "/order/photos/leave-out", data={"_csrf_token": token, "photo": gone}
        )

        assert (await upload(visitor, a_photo(COLORS[10]))).status_code == 201


class TestAPhotoThatIsRefused:
    async def test_is_named_once_with_what_to_do_about_it(self, portal):
        visitor = await at_details(portal)
        heic = b"\0\0\0\x18ftypheic" + bytes(99)
        remedies = {
            "notes.jpg": (b"no photo", "Send JPEG, PNG or WebP."),
            "IMG_1.HEIC": (heic, "Send it as JPEG, or a screenshot of it."),
            "long.jpg": (bytes(LARGEST_PHOTO + 1), "Send a smaller one, or a screenshot of it."),
            "huge.png": (a_bomb(6400, 6400), "Send a smaller one, or a screenshot of it."),
        }
        files = [("photos.L1", (name, raw, "image/jpeg")) for name, (raw, _) in remedies.items()]

        await visitor.send("/order/review", files=files)

        assert "4 photos were not kept: see why" in visitor.text
        assert visitor.text.count('id="photos-1-error"') == 1
        for name, (_, remedy) in remedies.items():
            assert visitor.text.count(f"{name}: ") == 1
            assert visitor.text.partition(f"{name}: ")[2].partition("<")[0].endswith(remedy)

    async def test_is_told_to_the_script_alike(self, portal):
        visitor = await at_details(portal)

        answer = await upload(visitor, b"no photo")

        assert answer.status_code == 422
        assert answer.json()["says"].startswith("This file is no photo we can read.")

    async def test_because_there_were_many_is_told_with_and_without_a_script(self, portal):
        visitor = await at_details(portal)
        customer = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
        for _ in range(PHOTOS_AN_HOUR):
            await count_photo(customer, portal.services)

        answer = await upload(visitor)
        await visitor.send(
            "/order/review", files=[("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]
        )

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
        says = "You sent many photos within an hour. Send this one later, or leave it out."
        assert answer.json()["says"] == says
        assert f"seam.jpg: {says}" in visitor.text
        assert await Photo.count() == 0


class TestTheFormWithoutAScript:
    async def test_sent_twice_keeps_a_photo_once(self, portal):
        visitor = await at_details(portal)
        form, seam = visitor.form("/order/review"), [("photos.L1", ("seam.jpg", a_photo()))]

        for _ in range(2):
            await visitor.send("/order/review", form=form, files=seam)

        assert "one photo" in visitor.text
        assert await Photo.count() == 1


class TestWhatADraftHolds:
    async def test_stays_as_long_as_the_draft(self, portal):
        visitor = await at_details(portal)
        await upload(visitor)
        await Photo.update({Photo.uploaded_at: NOW - timedelta(days=6)}, force=True)
        in_two_days = NOW + timedelta(days=2)

        assert (await purged(portal, in_two_days)) == 0
        await forget_what_is_over(now=NOW + timedelta(days=8))
        assert await RequestDraft.count() == 0
        assert (await purged(portal, NOW + timedelta(days=8))) == 1

    async def test_goes_with_the_request_when_that_is_sent(self, portal):
        visitor = await at_details(portal)
        await upload(visitor)
        await visitor.send("/order/review")
        await visitor.send("/order/send")

        assert visitor.path.startswith("/returns/RMA-")
        assert (await purged(portal, NOW + timedelta(days=30))) == 0

    async def test_is_told_to_a_page_that_is_gone_back_to(self, portal):
        visitor = await at_details(portal)
        photo_id = (await upload(visitor)).json()["photo_id"]

        answer = await visitor.client.get("/order/photos")

        assert answer.json() == {"kind": "return", "photos": {"L1": [photo_id]}}
        assert answer.headers["cache-control"] == "no-store"


async def purged(portal, now) -> int:
    gone = await purge_photos(photos=portal.services.photos, now=now, files_now=now)
    return gone.photos
