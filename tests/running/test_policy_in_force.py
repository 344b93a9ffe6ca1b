"""A version of the policy that is published while the engine runs."""

from datetime import timedelta
from pathlib import Path

import httpx

from returns_engine.documents.policy_file import policy_text
from returns_engine.gateways.clock import write_offset
from tests.running.processes import Machine, Web, until


class TestAPublishedVersion:
    def test_is_taken_up_by_every_process_without_a_restart(self, shop: Machine, tmp_path: Path):
        clock = tmp_path / "clock"
        write_offset(clock, 0)
        draft = tmp_path / "draft.toml"
        draft.write_text(policy_text(None).replace("version = 1\n", "version = 2\n", 1))

        with shop.serving(2, RETURNS_ENGINE_CLOCK_FILE=str(clock)) as web:
            assert "Version 1," in page(web)
            published = shop.run("policy", "publish", str(draft))
            assert published.returncode == 0, published.stderr
            write_offset(clock, int(timedelta(hours=1).total_seconds()))

            # Ten in a row: both processes know it.
            until(lambda: all("Version 2," in page(web) for _ in range(10)))
            assert "This is version 1" in page(web, "?version=1")

        with shop.serving(1, RETURNS_ENGINE_CLOCK_FILE=str(clock)) as web:
            assert "Version 2," in page(web)


def page(web: Web, query: str = "") -> str:
    """Return the policy's page, over a connection of its own."""
    return httpx.get(f"{web.address}/policy{query}").text
