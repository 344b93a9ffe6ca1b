"""Texts that support begins an answer with: filled in, changed, and sent by a person."""

import importlib

from admin.messages.replies import replies_for
from returns_engine.queries.messages import read_messages
from returns_engine.rules.words import Role
from returns_engine.tables.reference import ReplyTemplate
from returns_engine.texts.catalogue import available_locales
from tests.admin.conftest import StaffSide

SEEDS = (
    "returns_engine.tables.piccolo_migrations.returns_engine_2026_11_28t19_04_00_000000_reply_texts"
)
NEXT = "Hello {name}, about {number} of {order}: {next_step} {other}"


async def template(text: str = NEXT, **values: object) -> int:
    row = ReplyTemplate(name="What happens next", text=text, **values)
    await row.save()
    return int(row.id)


class TestAText:
    async def test_is_filled_in_and_sent_as_somebody_changed_it(self, staff: StaffSide):
        number = await staff.open_return()
        chosen = await template()
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(f"/admin/returns/{number}?reply={chosen}")
        field = person.text.split('name="message"')[1].split("</textarea>")[0]
        assert f"Hello Dana Reyes, about {number} of EKR-1001: " in field
        assert "{other}" in field
        await person.send(f"/admin/returns/{number}/messages", message="Hello Dana, it is blue.")

        assert "Hello Dana, it is blue." in person.text
        kept = {one["template"] for one in await read_messages(number)}
        assert "message_from_us" in kept

    async def test_is_offered_in_its_language_until_it_is_switched_off(self, staff: StaffSide):
        number = await staff.open_return()
        await template(language="es")
        await template("Nobody takes it.", in_use=False)
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(f"/admin/returns/{number}")

        assert '<optgroup label="Español">' in person.text
        assert "Nobody takes it." not in person.text

    async def test_that_is_not_there_leaves_the_field_empty(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)

        for asked in ("9", "x", "%00"):
            answer = await person.open(f"/admin/returns/{number}?reply={asked}")
            assert answer.status_code == 200

    def test_says_the_next_step_in_its_own_language_where_there_is_one(self):
        case = {
            "number": "RMA-1",
            "order_number": "EKR-1",
            "next_step": {"says": "A person is looking at your request and will answer you."},
        }
        rows = [
            {"id": place, "name": "x", "language": language, "text": "{next_step}"}
            for place, language in enumerate(("en", "es"))
        ]

        english, spanish = replies_for(rows, case=case, name="Dana")

        assert english.text == case["next_step"]["says"]
        assert (spanish.text != english.text) == ("es" in available_locales())


class TestTheTextsThatComeWithTheEngine:
    def test_are_in_both_languages_and_fit_the_field(self):
        texts = importlib.import_module(SEEDS).TEXTS

        languages = [language for _, language, _ in texts]
        assert languages.count("en") == languages.count("es") == 5
        assert all(len(text) < 1900 and "{name}" in text for _, _, text in texts)
