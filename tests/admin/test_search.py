"""One field finds anything: by numbers, people, carriers' codes and SKUs, for who may see it."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from returns_engine.queries.rows import rows
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from tests.admin.conftest import StaffSide
from tests.api.orders import NOW, order
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor

PARCEL_CODE = "1Z12345E0205271688"


async def search(person: Visitor, words: str) -> httpx.Response:
    answer = await person.open(f"/admin/search?q={quote(words)}")
    assert answer.status_code == 200, words
    return answer


async def a_parcel() -> str:
    """Put a parcel of Dana's into quarantine and give its number."""
    found = FoundParcel(tracking_number=PARCEL_CODE, sender="Dana Reyes, Chicago")
    parcel = await take_in_parcel(found, actor=SYSTEM, now=NOW)
    [row] = await rows("SELECT number FROM parcels WHERE id = {}", parcel)
    return row["number"]


def somebody(name: str, email: str, phone: str, sku: str, code: str) -> dict[str, Any]:
    """Return another customer's order."""
    made = order(email=email, reference=f"pi_{sku}")
    made["customer"] |= {"name": name, "phone": phone}
    made["shipping_address"] |= {"name": name}
    made["lines"][0]["sku"] = sku
    made["shipments"][0]["tracking_number"] = code
    return made


class TestASingleThingThatWasNamed:
    @pytest.mark.parametrize("typed", ["{}", " {} ", "https://shop.test/returns/{}"])
    async def test_is_led_to_when_it_is_a_return(self, staff: StaffSide, typed: str):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        for spelled in (typed.format(number), typed.format(number).replace("RMA", "rma")):
            assert (await search(person, spelled)).url.path == f"/admin/returns/{number}"

    @pytest.mark.parametrize(
        "typed", ["EKR-1001", "ekr1001", "EKR 1001", "#EKR-1001", "1Z999AA10123456784"]
    )
    async def test_is_led_to_when_it_is_an_order_or_its_parcel(self, staff: StaffSide, typed: str):
        await staff.open_return()
        person = await staff.signed_in("fay", Role.FINANCE)

        assert (await search(person, typed)).url.path == "/admin/orders/EKR-1001"

    async def test_is_led_to_by_303_and_written_nowhere(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)
        person.client.follow_redirects = False

        answer = await person.client.get("/admin/search?q=EKR-1001")

        assert answer.status_code == 303
        assert answer.headers["cache-control"] == "no-store"

    async def test_is_led_to_when_it_is_a_parcel_nobody_announced(self, staff: StaffSide):
        number = await a_parcel()
        person = await staff.signed_in("wanda", Role.WAREHOUSE)

        for typed in (number, number.lower(), PARCEL_CODE, f" {PARCEL_CODE.lower()} "):
            answer = await search(person, typed)
            assert answer.url.path.startswith("/admin/parcels/")
            assert number in answer.text


class TestAPerson:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            *(("José Núñez", "nunez"), ("José Núñez", "NUÑEZ jose"), ("Uwe Müller", "muller")),
            *(("Łukasz Żak", "lukasz"), ("Łukasz Żak", "zak"), ("Søren Bæk", "soren baek")),
            *(("Pat O’Brien", "o'brien"), ("Pat O'Brien", "O’Brien"), ("Pat O’Brien", "obrien")),
        ],
    )
    async def test_is_found_as_an_english_keyboard_writes_the_name(
        self, staff: StaffSide, name: str, typed: str
    ):
        await staff.put_order(
            "EKR-2002",
            **somebody(name, "x@y.test", "+14155550199", "EKR-X", "1Z5R89390357567127"),
        )
        person = await staff.signed_in("sue", Role.SUPPORT)

        for page in (await search(person, typed), await search(person, "’")):
            assert ("EKR-2002" in page.text) == (page.url.params["q"] == typed)
            assert "EKR-1001" not in page.text

    @pytest.mark.parametrize(
        "typed",
        [
            "dana",
            "reyes DANA",
            "Dana Reyes",
            "dana@example.com",
            "DANA@EXAMPLE.COM",
            "@example.com",
            "+1 312 555 0123",
            "(312) 555-0123",
            "555-0123",
        ],
    )
    async def test_is_found_with_orders_and_returns(self, staff: StaffSide, typed: str):
        number = await staff.open_return()
        await staff.put_order(
            "EKR-2002",
            **somebody("Ana Lee", "ana@lee.test", "+14155550199", "EKR-X", "1Z5R89390357567127"),
        )
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, typed)

        assert answer.url.path == "/admin/search"
        assert f'href="/admin/returns/{number}"' in answer.text
        assert 'href="/admin/orders/EKR-1001"' in answer.text
        assert "EKR-2002" not in answer.text

    async def test_is_led_to_when_an_address_has_one_order_and_nothing_else(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)

        assert (await search(person, "dana@example.com")).url.path == "/admin/orders/EKR-1001"

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            *(("Łukasz Żak", "Żak"), ("김민준", "민준"), ("O'Brien 100%", "100%")),
            *(("Жанна Йович", "Йович"), ("प्रिया", "प्रिया"), ("がく", "がく")),
        ],
    )
    async def test_is_found_in_any_script(self, staff: StaffSide, name: str, typed: str):
        await staff.put_order(
            "EKR-2002",
            **somebody(name, "x@y.test", "+14155550199", "EKR-X", "1Z5R89390357567127"),
        )
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, typed)

        assert "EKR-2002" in answer.text
        assert "EKR-1001" not in answer.text


class TestOtherThings:
    async def test_an_sku_finds_the_orders_and_returns_with_it(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, "ekr-f150-blk")

        assert number in answer.text
        assert 'href="/admin/orders/EKR-1001"' in answer.text

    async def test_a_part_of_a_number_is_enough(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        assert number in (await search(person, number[6:])).text
        assert "EKR-1001" in (await search(person, "1001")).text

    @pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "_", "x" * 500, "'; --", "nobody"])
    async def test_what_fits_nothing_says_what_can_be_found(self, staff: StaffSide, typed: str):
        await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, typed)

        assert "It finds:" in answer.text
        assert "EKR-1001" not in answer.text

    async def test_what_is_typed_stays_in_the_field_and_is_text(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, '"><script>')

        assert 'value="&#34;&gt;&lt;script&gt;"' in answer.text
        assert "<script>" not in answer.text


class TestWhatOneMayNotSee:
    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE])
    async def test_is_not_found(self, staff: StaffSide, role: Role):
        number = await a_parcel()
        person = await staff.signed_in("somebody", role)

        for typed in (number, PARCEL_CODE):
            answer = await search(person, typed)
            assert answer.url.path == "/admin/search"
            assert "Nothing fits." in answer.text
            assert "/admin/parcels" not in answer.text

    async def test_is_not_offered_either(self, staff: StaffSide):
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin")

        assert 'action="/admin/search"' not in person.text
        assert (await person.open("/admin/search?q=dana")).status_code == 403


class TestTheSearch:
    @pytest.mark.parametrize("typed", ["dana", "dana@example.com", "EKR-F150-BLK", "nobody"])
    async def test_costs_eight_statements_at_most(self, staff: StaffSide, typed: str):
        await staff.open_return()
        await a_parcel()
        person = await staff.signed_in("mona", Role.MANAGER)

        with every_statement() as said:
            await search(person, typed)

        assert len(said) <= 8

    async def test_shows_the_newest_of_many(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.search.found.MOST", 1)
        monkeypatch.setattr("admin.search.page.MOST", 1)
        older, newer = await staff.open_return(), await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await search(person, "dana")

        assert newer in answer.text
        assert older not in answer.text
        assert "The newest 1 are shown." in answer.text

    async def test_field_is_in_the_head_of_every_page(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("mona", Role.MANAGER)

        for path in (
            "/admin",
            "/admin/bench",
            f"/admin/returns/{number}",
            "/admin/returns/RMA-00000000",
        ):
            await person.open(path)
            assert 'action="/admin/search"' in person.text, path
            assert 'data-key="/"' in person.text, path
