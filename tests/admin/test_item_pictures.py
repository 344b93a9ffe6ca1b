"""The shop's picture of what was ordered, before whoever judges what came."""

import pytest

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.api.orders import line


class TestTheShopsPictureOfAnItem:
    @pytest.mark.parametrize(
        ("name", "role", "page"),
        [("wanda", Role.WAREHOUSE, "bench"), ("sam", Role.SUPPORT, "returns")],
    )
    async def test_is_shown_to_bench_and_support_from_the_shops_host_alone(
        self, staff: StaffSide, name: str, role: Role, page: str
    ):
        ours = f"{staff.services.settings.public_url}/media/seat.jpg"
        numbers = {}
        for order, address in (("EKR-7", ours), ("EKR-8", "https://elsewhere.test/seat.jpg")):
            await staff.put_order(order, reference=order, lines=[line(image_url=address)])
            numbers[order] = await staff.open_return(order)
        person = await staff.signed_in(name, role)

        await person.open(f"/admin/{page}/{numbers['EKR-7']}")
        assert (
            f'<img class="ordered-picture" src="{ours}" alt="As the shop shows it"' in person.text
        )
        await person.open(f"/admin/{page}/{numbers['EKR-8']}")
        assert "ordered-picture" not in person.text
        assert "elsewhere.test" not in person.text
