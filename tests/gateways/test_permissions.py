"""What docs/operate.md says that Stripe's restricted key needs, against the calls that are made."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = re.compile(r"_stripe\.v1\.(\w+)\.(\w+)_async")
ROWS = re.compile(r"^\| ([\w ]+) \| (read|write) \|", re.MULTILINE)
RESOURCE_OF = {
    "refunds": "Charges and Refunds",
    "charges": "Charges and Refunds",
    "payment_intents": "PaymentIntents",
    "disputes": "Disputes",
}


@pytest.fixture
def calls() -> set[tuple[str, str]]:
    gateway = ROOT / "returns_engine" / "gateways" / "payments"
    return {call for file in gateway.glob("*.py") for call in CALLS.findall(file.read_text())}


@pytest.fixture
def permissions() -> dict[str, str]:
    written = (ROOT / "docs" / "operate.md").read_text().partition("## Stripe")[2]
    return dict(ROWS.findall(written.partition("\n## ")[0]))


class TestTheRestrictedKey:
    def test_has_what_the_gateway_calls_and_nothing_else(self, calls, permissions):
        assert {RESOURCE_OF[resource] for resource, _ in calls} == permissions.keys()

    def test_writes_refunds_alone(self, calls, permissions):
        written = {resource for resource, what in calls if what not in {"retrieve", "list"}}

        assert written == {"refunds"}
        assert [name for name, may in permissions.items() if may == "write"] == [
            RESOURCE_OF["refunds"]
        ]
