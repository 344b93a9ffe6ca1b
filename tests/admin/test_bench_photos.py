"""Photos at the bench: what was good is kept, what is none is named."""

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, a_photo


class TestThePhotosOfARejection:
    async def test_are_kept_beside_a_file_that_is_none(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        files = [
            ("photos-0", ("ok.jpg", a_photo(), "image/jpeg")),
            ("photos-0", ("bad.jpg", b"no picture", "image/jpeg")),
            ("photos-0", ("fine.jpg", a_photo(), "image/jpeg")),
        ]
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Coffee on the seat."}

        answer = await bench.send(f"/admin/bench/{number}", files=files, **fields)

        assert answer.status_code == 422
        assert "bad.jpg: This file is no photo we can read." in bench.text
        assert "ok.jpg: " not in bench.text
        assert bench.text.count('name="photo_id-0"') == 2
        await bench.send(f"/admin/bench/{number}")
        assert (await staff.case(number))["lines"][0]["rejected"] == 1

    async def test_that_are_too_large_say_so_by_name(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        file = {"photos-0": ("wide.jpg", a_photo() + bytes(LARGEST_PHOTO), "image/jpeg")}

        answer = await bench.send(
            f"/admin/bench/{number}", files=file, **{"verdict-0": "rejected", "grade-0": "D"}
        )

        assert answer.status_code == 422
        assert "wide.jpg: This photo is larger than 10 MB." in bench.text
        assert "A rejection needs a note" in bench.text
        assert "A rejection needs a photo" not in bench.text
