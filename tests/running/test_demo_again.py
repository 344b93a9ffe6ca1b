"""The demo in a folder in which it ran before: the bank remembers what the database does."""

import json
from pathlib import Path

from returns_engine.cli.demo.parts import BANK
from returns_engine.sandbox.server import running_sandbox
from tests.running.processes import Machine


class TestTheDemo:
    def test_goes_on_with_what_was_done_and_finds_no_difference(self, shop: Machine):
        numbers = []
        for _ in range(2):
            once = shop.run("demo", "--once", "--json", RETURNS_ENGINE_LOG_LEVEL="info")
            assert once.returncode == 0, once.stderr
            assert "payment_difference" not in once.stderr
            # The one that the demo has for somebody to see what then is done (EKR-1045).
            assert once.stderr.count("payment_mismatch") <= 1
            numbers.append(json.loads(once.stdout)["order_number"])

        assert numbers[0] != numbers[1]
        # Both refunds are at the bank and in our books, to the cent.
        with running_sandbox(kept_in=Path(shop.environ["RETURNS_ENGINE_DATA_DIR"], BANK)) as bank:
            compared = shop.run(
                *("reconcile", "--json"),
                RETURNS_ENGINE_STRIPE_KEY=bank.api_key,
                RETURNS_ENGINE_STRIPE_ADDRESS=bank.address,
            )
        assert compared.returncode == 0, compared.stderr + compared.stdout
        assert json.loads(compared.stdout)["refunds"] == 2
