"""Pictures of the sample items: drawn at the sandbox, and found where it listens now."""

from datetime import UTC, datetime

import httpx

from returns_engine.cli.demo.seed import move_pictures, put_order
from returns_engine.sandbox.item_pictures import with_pictures
from returns_engine.sandbox.sample_order import sample_line, sample_order
from returns_engine.sandbox.server import Sandbox
from returns_engine.tables.engine import engine_at, the_engine

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SKUS = ("EKR-F150-BLK", "CUB-RAV4-TAN", "EKR-MAT-4", "EKR-HOLD", "GIFT-50", "UNHEARD-OF")


class TestThePictureOfASampleItem:
    def test_is_drawn_for_every_item_and_differs(self, sandbox: Sandbox):
        answers = [httpx.get(f"{sandbox.address}/pictures/{sku}") for sku in SKUS]

        assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == {
            "image/svg+xml"
        }
        assert len({answer.text for answer in answers}) == len(SKUS)

    async def test_is_looked_for_where_the_sandbox_listens_now(self, database_url: str):
        lines = [sample_line("L1", "EKR-HOLD", "Phone holder", 600)]
        before = with_pictures(sample_order(NOW, "EKR-1", "", lines), "http://127.0.0.1:4000")
        others = sample_order(
            NOW, "EKR-2", "", [lines[0] | {"image_url": "https://shop.example/pictures/1"}]
        )
        async with engine_at(database_url, pool_size=2):
            for order in (before, others):
                await put_order(order, NOW)
            await move_pictures("http://127.0.0.1:5000")
            rows = await the_engine().fetch_rows("SELECT image_url FROM order_lines ORDER BY id")

        assert [row["image_url"] for row in rows] == [
            "http://127.0.0.1:5000/pictures/EKR-HOLD",
            "https://shop.example/pictures/1",
        ]
