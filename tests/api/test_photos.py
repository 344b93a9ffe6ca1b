"""Photos over the API: taken in by their content, given out to whom they belong."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from returns_engine.gateways.photo_store.bucket import BucketPhotoStore
from returns_engine.queries.rows import first_row
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.web.photo_limit import PHOTOS_AN_HOUR, count_photo
from returns_engine.workflow import store_photo
from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.orders import asked, order, request
from tests.api.test_refusals import is_problem
from tests.documents.test_picture import seen
from tests.s3_server import away_store, new_bucket, running_s3
from tests.workflow.pictures import a_picture

_OPEN = """
SELECT count(*)::int AS transactions FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'
"""


async def upload(
    client: httpx.AsyncClient, raw: bytes | None = None, **headers: str
) -> httpx.Response:
    files = {"file": ("photo.jpg", a_picture(size=(800, 400)) if raw is None else raw, "image/png")}
    return await client.post("/photos", files=files, headers=headers)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with running_s3() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def stored(request: pytest.FixtureRequest, api: Api) -> Api:
    """The API with its photos in a folder, and in a bucket."""
    if request.param == "bucket":
        place = new_bucket(request.getfixturevalue("s3"))
        put_store(api, BucketPhotoStore(place))
    return api


def put_store(api: Api, store: Any) -> None:
    services = api.app.state.services
    object.__setattr__(services, "photos", store)


class TestAPhotoOfMine:
    async def test_comes_back_as_a_plain_picture_that_runs_nothing(self, stored: Api):
        await stored.put_order()
        customer = await stored.customer()
        photo = (await upload(customer)).json()["photo_id"]

        answer = await customer.get(f"/photos/{photo}")
        small = await customer.get(f"/photos/{photo}/small")

        assert (answer.status_code, small.status_code) == (200, 200)
        assert (seen(answer.content).size, seen(small.content).size) == ((800, 400), (320, 160))
        for one, name in ((answer, photo[:8]), (small, f"{photo[:8]}-small")):
            headers = one.headers
            assert headers["content-type"] == "image/jpeg"
            assert headers["content-disposition"] == f'inline; filename="photo-{name}.jpg"'
            assert headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["cache-control"] == "private, no-cache"
            assert "content-encoding" not in headers

    async def test_is_there_for_the_staff_and_for_programs_that_read_returns(self, stored: Api):
        await stored.put_order()
        photo = (await upload(await stored.customer())).json()["photo_id"]

        for who in ("shop", "support", "bench", "finance"):
            assert (await stored.by(who).get(f"/photos/{photo}")).status_code == 200

    async def test_does_not_exist_for_anybody_else(self, stored: Api):
        await stored.put_order()
        await stored.put_order("EKR-2", reference="pi_2")
        photo = (await upload(await stored.customer())).json()["photo_id"]
        stranger = await stored.customer("EKR-2")

        for unknown in (photo, str(uuid4()), "no-id"):
            for path in (f"/photos/{unknown}", f"/photos/{unknown}/small"):
                is_problem(await stranger.get(path), 404, "not_found")
        is_problem(await stored.client().get(f"/photos/{photo}"), 401, "not_signed_in")


class TestAStoreThatIsAway:
    async def test_takes_no_photo_and_says_when_to_come_again(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        working = api.app.state.services.photos
        put_store(api, away_store())

        problem = await upload(customer, **{"Idempotency-Key": "photo-1"})
        is_problem(problem, 503, "photo_store_away")
        assert problem.headers["retry-after"] == "30"
        counts = await api.row_counts()
        assert counts["photos"] == 0

        put_store(api, working)
        taken = await upload(customer, **{"Idempotency-Key": "photo-1"})
        assert taken.status_code == 201

    async def test_shows_no_photo_and_everything_else(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        photo = (await upload(customer)).json()["photo_id"]
        put_store(api, away_store())

        is_problem(await customer.get(f"/photos/{photo}"), 503, "photo_store_away")
        assert (await customer.get("/orders/EKR-1001")).status_code == 200


class TestPhotosThatWaitForEachOther:
    async def test_hold_no_transaction_open_meanwhile(self, api: Api):
        """Ten of them with keys held every connection, and nobody else was answered."""
        await api.put_order()
        customer, free = await api.customer(), threading.Event()
        decoder = store_photo._DECODER  # noqa: SLF001 - the thread that all photos wait for
        decoder.submit(free.wait)
        sent = [
            asyncio.create_task(upload(customer, **{"Idempotency-Key": f"photo-{place}"}))
            for place in range(3)
        ]
        try:
            while decoder._work_queue.qsize() < len(sent):  # noqa: ASYNC110, SLF001 - it tells nobody
                await asyncio.sleep(0)
            assert await first_row(_OPEN) == {"transactions": 0}
        finally:
            free.set()

        assert [(await one).status_code for one in sent] == [201] * 3


class TestPhotosWithoutEnd:
    async def test_are_not_kept_for_a_customer(self, api: Api):
        await api.put_order()
        await api.put_order("EKR-2", reference="pi_2")
        customer = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
        for _ in range(PHOTOS_AN_HOUR - 1):
            await count_photo(customer, api.app.state.services)
        last, refused = [await upload(await api.customer()) for _ in range(2)]

        assert last.status_code == 201
        is_problem(refused, 429, "too_many_requests")
        assert refused.headers["retry-after"] == "3600"
        assert (await upload(await api.customer("EKR-2"))).status_code == 201
        assert (await upload(api.by("bench"))).status_code == 201
        api.clock.now += timedelta(hours=1)
        assert (await upload(await api.customer())).status_code == 201


class TestAFileThatIsRefused:
    @pytest.mark.parametrize(
        ("raw", "status", "code"),
        [
            (b"<svg/>", 415, "unsupported_photo"),
            (a_picture("GIF"), 415, "unsupported_photo"),
            (a_picture("PNG", size=(6400, 6400), mode="L"), 415, "unsupported_photo"),
            (a_picture() + bytes(10 * 1024 * 1024), 413, "too_large"),
            (a_picture() + bytes(11 * 1024 * 1024), 413, "too_large"),
        ],
        ids=["svg", "gif named png", "many pixels", "10 MiB and a bit", "11 MiB"],
    )
    async def test_is_told_why(self, api: Api, raw: bytes, status: int, code: str):
        await api.put_order()

        is_problem(await upload(await api.customer(), raw), status, code)

    async def test_comes_alone(self, api: Api):
        await api.put_order()
        files = [("file", (name, a_picture(), "image/jpeg")) for name in ("one.jpg", "two.jpg")]

        answer = await (await api.customer()).post("/photos", files=files)
        assert is_problem(answer, 400, "invalid_request")["errors"][0]["pointer"] == "/file"

    async def test_is_for_no_order_of_another_customer(self, api: Api):
        await api.put_order()
        customer, file = await api.customer(), {"file": ("photo.jpg", a_picture(), "image/jpeg")}

        other = await customer.post("/photos", files=file, data={"order_number": "EKR-9999"})
        own = await customer.post("/photos", files=file, data={"order_number": "EKR-1001"})
        is_problem(other, 404, "not_found")
        assert own.status_code == 201


class TestTenPhotos:
    async def test_are_the_most_wherever_photos_are_named(self, api: Api):
        known = await opened(api)
        number, many = known["number"], [str(uuid4()) for _ in range(11)]
        customer = await api.customer()
        line = request()["lines"][0] | {"photo_ids": many}
        inspected = {
            "line_id": "L1",
            "quantity": 1,
            "checks": {},
            "grade": "A",
            "verdict": "accepted",
            "disposition": "restock",
            "photo_ids": many,
        }
        for client, path, body, pointer in (
            (customer, "/returns", request() | {"lines": [line]}, "/lines/0/photo_ids"),
            (
                customer,
                f"/returns/{number}/answer",
                {"message": "Here.", "photo_ids": many},
                "/photo_ids",
            ),
            (
                api.by("bench"),
                f"/returns/{number}/inspections",
                {"lines": [inspected]},
                "/lines/0/photo_ids",
            ),
            (api.by("bench"), "/parcels", {"photo_ids": many}, "/photo_ids"),
        ):
            answer = await client.post(path, json=body)
            assert answer.status_code == 400, answer.text
            assert answer.json()["errors"][0]["pointer"] == pointer


class TestPhotosOfWhatIsOnlyAskedAbout:
    """A photo that is not there proves nothing, in `POST /decisions` as in `POST /returns`."""

    async def test_must_be_there(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        photo = (await upload(customer)).json()["photo_id"]
        known = await customer.post("/decisions", json=shown(photo))
        unknown = await customer.post("/decisions", json=shown(photo, "nope"))

        assert (known.status_code, known.json()["verdict"]) == (200, "eligible")
        problem = is_problem(unknown, 422, "unknown_photo")
        pointers = [error["pointer"] for error in problem["errors"]]
        assert pointers == ["/request/lines/0/photo_ids/1"]

    async def test_must_be_of_that_order(self, api: Api):
        await api.put_order()
        await api.put_order("EKR-2", reference="pi_2")
        photo = (await upload(await api.customer("EKR-2"))).json()["photo_id"]

        for client in (await api.customer(), api.by("support")):
            is_problem(await client.post("/decisions", json=shown(photo)), 422, "unknown_photo")

    async def test_must_be_there_for_an_order_that_is_sent_along_too(self, api: Api):
        client = api.by("support")
        photo = (await upload(client)).json()["photo_id"]
        known = {"order": order(), "request": shown(photo)["request"]}
        unknown = {"order": order(), "request": shown("nope")["request"]}

        assert (await client.post("/decisions", json=known)).json()["verdict"] == "eligible"
        is_problem(await client.post("/decisions", json=unknown), 422, "unknown_photo")


def shown(*photo_ids: str) -> dict[str, Any]:
    """A question about a defective item of EKR-1001 with these photos."""
    wanted = request("EKR-1001", asked(reason="defective", photo_ids=list(photo_ids)))
    return {"order_number": "EKR-1001", "request": wanted}
