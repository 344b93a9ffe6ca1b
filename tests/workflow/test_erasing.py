"""Erasing a person: whatever names them goes, the money and the record stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.personal_data import (
    held_about,
    orders_of,
    photos_of,
    would_be_erased,
)
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.access import CustomerToken, IdempotentAnswer, LookupCode
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Message
from returns_engine.tables.parcels import Parcel
from returns_engine.tables.personal_data.holdings import HOLDINGS
from returns_engine.workflow.erase_after_retention import erase_after_retention
from returns_engine.workflow.erase_order import ErasedOrder, Why, erase_order
from returns_engine.workflow.erase_strays import (
    erase_stray_mails,
    erase_stray_mails_of,
    erase_stray_parcels,
)
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.review_return import withdraw_return
from returns_engine.workflow.send_lookup_code import send_lookup_code
from tests.s3_server import away_store
from tests.whole_database import places_of
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    BENCH,
    DANA,
    POLICY,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    rows,
    the_return,
    value,
)
from tests.workflow.test_record import SECRETS, a_whole_case

DAY = timedelta(days=1)
# How a carrier's number is looked up leads to a name.
WORDS = (*SECRETS, "1Z999AA10123456784")


@pytest.fixture
def photos(tmp_path: Path) -> DirectoryPhotoStore:
    return DirectoryPhotoStore(tmp_path / "photos")


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]


async def order_id(number: str = "EKR-1001") -> int:
    found: int = await value("SELECT id FROM orders WHERE number = $1", number)
    return found


async def erase(photos: PhotoStore, number: str = "EKR-1001", **more: Any) -> ErasedOrder:
    values = {"why": Why.REQUESTED, "actor": SYSTEM, "now": NOW} | more
    return await erase_order(await order_id(number), photos=photos, **values)


@pytest.mark.usefixtures("database")
class TestErasingAPerson:
    async def test_leaves_no_word_of_theirs_anywhere(
        self, photos: DirectoryPhotoStore, database_url: str, tmp_path: Path
    ):
        number = await a_whole_case(photos)
        await send_lookup_code(
            order_number="EKR-1001", contact="dana@example.com", now=NOW, secret_key="s" * 40
        )
        assert await places_of(WORDS, database_url) > {
            "order_contacts.name: Dana",
            "event_texts.value: a secret message",
            "line_comments.text: a secret comment",
            "refunds.note: a secret note",
            "shipments.tracking_number: 1Z999AA10123456784",
        }
        done = await erase(photos, even_open=True)

        assert await places_of(WORDS, database_url) == set()
        assert files(tmp_path) == []
        assert done.rows["order_contacts"] == 1
        assert done.rows["photos"] == 1
        assert await value("SELECT count(*) FROM photos") == 0
        assert await value("SELECT erased_at FROM orders") == NOW
        assert number

    async def test_waits_whole_while_the_photos_cannot_be_reached(
        self, photos: DirectoryPhotoStore, database_url: str, tmp_path: Path
    ):
        await a_whole_case(photos)
        with pytest.raises(PhotosAway):
            await erase(away_store(), even_open=True)

        assert await value("SELECT count(*) FROM photos") == 1
        assert await places_of(["dana"], database_url) != set()
        await erase(photos, even_open=True)
        assert files(tmp_path) == []

    async def test_keeps_the_record_and_the_money(self, photos: DirectoryPhotoStore):
        number = await a_whole_case(photos)
        kept = "SELECT json_agg(json_build_array(id, state, amount, clause))::text FROM refunds"
        before, case = await value(kept), await the_return(number)
        await erase(photos, even_open=True)

        report = await verify_chains()
        assert report.ok, report.problems
        assert await value(kept) == before
        after = await the_return(number)
        assert (after["state"], after["version"]) == (case["state"], case["version"] + 1)

    async def test_is_told_in_both_chains_without_a_word_about_whom(
        self, photos: DirectoryPhotoStore
    ):
        number = await a_whole_case(photos)
        await erase(photos, even_open=True)

        told = await rows(
            "SELECT chain, reason, data::text AS data FROM events WHERE type = 'person.erased'"
        )
        assert {tuple(one) for one in told} == {
            (number, "requested", "{}"),
            ("order:EKR-1001", "requested", "{}"),
        }

    async def test_is_harmless_twice(self, photos: DirectoryPhotoStore):
        await a_whole_case(photos)
        await erase(photos, even_open=True)
        events = await value("SELECT count(*) FROM events")
        again = await erase(photos, even_open=True, now=NOW + DAY)

        assert again.rows == {}
        assert await value("SELECT count(*) FROM events") == events
        assert await value("SELECT erased_at FROM orders") == NOW

    async def test_says_beforehand_what_would_go_and_changes_nothing(
        self, photos: DirectoryPhotoStore
    ):
        await a_whole_case(photos)
        would = await would_be_erased(await order_id())

        assert await value("SELECT count(*) FROM order_contacts") == 1
        assert (await erase(photos, even_open=True)).rows == would

    async def test_sends_no_mail_that_waits(self, photos: DirectoryPhotoStore):
        await put_order()
        number = await opened()
        await withdraw_return(number, actor=DANA, now=NOW)
        await erase(photos)

        waiting = await Message.select(Message.state, Message.error, Message.context)
        assert waiting
        assert {(one["state"], one["error"], one["context"]) for one in waiting} == {
            ("refused", "erased", "{}")
        }

    async def test_closes_every_way_in(self, photos: DirectoryPhotoStore):
        await put_order()
        at = await order_id()
        times = {"created_at": NOW, "expires_at": NOW + DAY}
        await CustomerToken.insert(CustomerToken(token_digest="t", order=at, **times))
        await LookupCode.insert(LookupCode(order=at, contact_digest="c", code_digest="d", **times))
        for caller, body in (
            ("customer:EKR-1001", b"{}"),
            ("api_key:1", b'{"order_number": "EKR-1001"}'),
            ("api_key:1", b'{"order_number": "EKR-2"}'),
        ):
            await IdempotentAnswer.insert(
                IdempotentAnswer(
                    caller=caller,
                    key=body.decode(),
                    request_digest="r",
                    status=200,
                    media_type="application/json",
                    body=body,
                    created_at=NOW,
                )
            )
        await erase(photos)

        assert await value("SELECT count(*) FROM customer_tokens") == 0
        assert await value("SELECT count(*) FROM lookup_codes") == 0
        left = await rows("SELECT body FROM idempotent_answers")
        assert [bytes(one["body"]) for one in left] == [b'{"order_number": "EKR-2"}']

    async def test_takes_the_title_of_a_personalized_thing(
        self, photos: DirectoryPhotoStore, database_url: str
    ):
        line = a_line(kind="personalized", title="Seat covers with “Dana loves Rex”")
        await put_order(document=an_order(line))
        await erase(photos)

        assert await places_of(["Rex", "F-150"], database_url) == set()

    async def test_leaves_other_orders_alone(self, photos: DirectoryPhotoStore):
        await put_order()
        other = an_order(payments=[a_payment(reference="pi_other")])
        await put_order("EKR-2", other)
        await erase(photos)

        assert await value("SELECT name FROM order_contacts") == "Dana Reyes"


@pytest.mark.usefixtures("database")
class TestWhatIsStillNeeded:
    async def test_is_not_erased_while_a_return_is_open(self, photos: DirectoryPhotoStore):
        await put_order()
        number = await opened()
        with pytest.raises(Conflict, match=f"return {number} is approved"):
            await erase(photos)

        assert await value("SELECT count(*) FROM order_contacts") == 1
        assert await value("SELECT count(*) FROM events WHERE type = 'person.erased'") == 0

    async def test_is_not_erased_while_a_refund_is_not_settled(self, photos: DirectoryPhotoStore):
        await put_order()
        await come_back(await opened(), {"L1": 1})

        with pytest.raises(Conflict, match=r"a refund of 13534 .* is proposed"):
            await erase(photos)

    async def test_is_not_erased_on_request_while_the_bank_disputes(
        self, photos: DirectoryPhotoStore
    ):
        await put_order()
        await rows("UPDATE payments SET disputed = 1")
        with pytest.raises(Conflict, match="disputed"):
            await erase(photos)

        assert (await erase(photos, even_open=True)).rows


@pytest.mark.usefixtures("database")
class TestPhotosOfTheBench:
    async def test_go_with_the_case_unless_another_order_uses_them_too(
        self, photos: DirectoryPhotoStore, tmp_path: Path
    ):
        await put_order()
        await put_order("EKR-2", an_order(payments=[a_payment(reference="pi_other")]))
        shared = str(await a_photo(photos, order=None, actor=BENCH))
        alone = str(await a_photo(photos, order=None, actor=BENCH))
        for order, ids in (("EKR-1001", [shared, alone]), ("EKR-2", [shared])):
            number = await opened(order_number=order, actor=SYSTEM)
            await receive(number, {"L1": 1})
            await inspect(
                number,
                good(verdict="rejected", disposition="quarantine", note="x", photo_ids=ids),
            )
        assert set(await photos_of(await order_id())) == {alone}
        await erase(photos, even_open=True)

        assert {path.stem for path in files(tmp_path)} == {shared, f"{shared}-small"}
        assert (
            await value("SELECT photo_ids::text FROM inspection_lines ORDER BY id DESC LIMIT 1")
            == f'["{shared}"]'
        )


@pytest.mark.usefixtures("database")
class TestAnErasedOrderSentAgain:
    async def test_takes_dates_and_money_and_no_person(
        self, photos: DirectoryPhotoStore, database_url: str
    ):
        line = a_line(kind="personalized", title="With “Dana loves Rex”")
        await put_order(document=an_order(line))
        number = await opened(asked(reason="other"))
        await withdraw_return(number, actor=DANA, now=NOW)
        await erase(photos)
        version = await value("SELECT version FROM orders")
        again = await put_order(document=an_order(line))
        assert (again.created, again.version) == (False, version)

        more = an_order(line, payments=[a_payment(), a_payment("P2", captured=5)])
        assert (await put_order(document=more)).version == version + 1
        assert await places_of([*WORDS, "Rex", "F-150"], database_url) == set()


@pytest.mark.usefixtures("database")
class TestAnExport:
    async def test_holds_every_row_that_erasure_would_touch(self, photos: DirectoryPhotoStore):
        await a_whole_case(photos)
        (found,) = await orders_of(email="dana@example.com")
        held = await held_about(found.id)

        assert found.number == "EKR-1001"
        assert set(await would_be_erased(found.id)) <= set(held)
        assert held["order_contacts"]["rows"][0]["line1"] == "1 Main St"
        said = {row["value"] for row in held["event_texts"]["rows"]}
        assert {"a secret message", "a secret note", "a secret reason"} <= said
        assert "salt" not in held["event_texts"]["rows"][0]

    async def test_finds_orders_by_number_and_by_phone(self, photos: DirectoryPhotoStore):
        await put_order()

        assert photos
        assert [one.number for one in await orders_of(order_number="EKR-1001")] == ["EKR-1001"]
        assert [one.number for one in await orders_of(phones=("+13125550123",))] == ["EKR-1001"]
        assert await orders_of(email="nobody@example.com") == []


def kept_for(photos: PhotoStore, **more: Any) -> dict[str, Any]:
    return {"days": 1095, "policy": POLICY, "photos": photos, "now": NOW} | more


@pytest.mark.usefixtures("database")
class TestRetention:
    async def test_erases_idle_orders_and_is_harmless_twice(self, photos: DirectoryPhotoStore):
        await put_order()
        later = NOW + 1096 * DAY

        assert await erase_after_retention(**kept_for(photos, now=NOW + 1094 * DAY)) == 0
        assert await erase_after_retention(**kept_for(photos, now=later)) == 1
        assert await erase_after_retention(**kept_for(photos, now=later)) == 0
        assert await value("SELECT count(*) FROM order_contacts") == 0
        assert await value("SELECT reason FROM events WHERE type = 'person.erased'") == "retention"

    async def test_tries_again_while_the_photos_cannot_be_reached(
        self, photos: DirectoryPhotoStore, tmp_path: Path
    ):
        await put_order()
        await a_photo(photos)
        later = NOW + 1500 * DAY

        assert await erase_after_retention(**kept_for(away_store(), now=later)) == 0
        assert len(files(tmp_path)) == 2
        assert await erase_after_retention(**kept_for(photos, now=later)) == 1
        assert files(tmp_path) == []

    async def test_counts_from_the_last_that_moved(self, photos: DirectoryPhotoStore):
        await put_order()
        number = await opened()
        await withdraw_return(number, actor=DANA, now=NOW + 500 * DAY)

        assert await erase_after_retention(**kept_for(photos, now=NOW + 1500 * DAY)) == 0
        assert await erase_after_retention(**kept_for(photos, now=NOW + 1600 * DAY)) == 1

    async def test_waits_for_what_is_open(self, photos: DirectoryPhotoStore):
        await put_order()
        await opened()

        assert await erase_after_retention(**kept_for(photos, now=NOW + 2000 * DAY)) == 0

    async def test_never_takes_who_is_under_warranty(self, photos: DirectoryPhotoStore):
        await put_order(document=an_order(a_line(kind="custom")))
        short = {"days": 30}

        assert await erase_after_retention(**kept_for(photos, now=NOW + 700 * DAY, **short)) == 0
        assert await erase_after_retention(**kept_for(photos, now=NOW + 800 * DAY, **short)) == 1

    async def test_can_be_switched_off(self, photos: DirectoryPhotoStore):
        await put_order()

        assert await erase_after_retention(**kept_for(photos, days=None, now=NOW + 9999 * DAY)) == 0


@pytest.mark.usefixtures("database")
class TestParcels:
    async def quarantined(self, photos: DirectoryPhotoStore, **of: Any) -> Parcel:
        photo = str(await a_photo(photos, order=None, actor=BENCH))
        words = {"sender": "Dana Reyes", "contents": "a secret note", "note": "a secret note"}
        parcel = Parcel(number="Q-1", photo_ids=[photo], quarantined_at=NOW, **words, **of)
        await parcel.save()
        return parcel

    async def test_of_a_person_lose_their_words_with_the_order(
        self, photos: DirectoryPhotoStore, database_url: str, tmp_path: Path
    ):
        await put_order()
        await self.quarantined(photos, order=await order_id())
        with pytest.raises(Conflict, match="parcel Q-1 lies in quarantine"):
            await erase(photos)
        await erase(photos, even_open=True)

        assert await places_of(WORDS, database_url) == set()
        assert files(tmp_path) == []

    async def test_of_nobody_lose_them_when_they_went_back_long_ago(
        self, photos: DirectoryPhotoStore, database_url: str, tmp_path: Path
    ):
        async with transaction():
            await self.quarantined(photos, state="sent_back", sent_back_at=NOW)
        term = {"days": 100, "photos": photos}

        assert await erase_stray_parcels(**term, now=NOW + 99 * DAY) == 0
        assert await erase_stray_parcels(**term, now=NOW + 101 * DAY) == 1
        assert await erase_stray_parcels(**term, now=NOW + 101 * DAY) == 0
        assert await places_of(WORDS, database_url) == set()
        assert files(tmp_path) == []


@pytest.mark.usefixtures("database")
class TestMails:
    async def mail(self, sender: str, **of: Any) -> None:
        values = {"direction": "in", "state": "unmatched", "sender": sender, "created_at": NOW}
        await Message(text="I am Dana.", message_id=f"<{sender}>", **values | of).save()

    async def test_without_a_case_go_with_their_sender_or_with_time(self, database_url: str):
        await self.mail("dana@example.com")
        await self.mail("other@example.com")

        assert await erase_stray_mails_of("dana@example.com") == 1
        assert await erase_stray_mails(days=100, now=NOW + 99 * DAY) == 0
        assert await erase_stray_mails(days=100, now=NOW + 101 * DAY) == 1
        assert await places_of(["dana", "other@"], database_url) == set()

    async def test_of_a_case_are_emptied_and_wait_for_nobody(
        self, photos: DirectoryPhotoStore, database_url: str
    ):
        await put_order()
        await self.mail("dana@example.com", state="received", order=await order_id())
        await erase(photos)

        assert await places_of(["dana"], database_url) == set()
        left = await rows("SELECT state, settled_at IS NOT NULL AS settled FROM messages")
        assert [tuple(one) for one in left] == [("received", True)]


class TestTheList:
    def test_names_photos_before_the_lists_of_their_ids(self):
        order = [holding.table for holding in HOLDINGS]

        assert order.index("photos") < order.index("return_lines")
        assert order.index("photos") < order.index("inspection_lines")
