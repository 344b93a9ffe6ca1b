"""What the description shows of a day that lies ahead is taken as it stands, for years to come."""

import json
from datetime import date
from importlib.resources import files

import pytest

from tests.api.orders import NOW

EXAMPLES = json.loads(
    (files("returns_engine.web.api.description") / "examples.json").read_text(encoding="utf-8")
)
FOR_YEARS = 9


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("AwaitStockBody", "expected_on"),
        ("OfferBody", "restock_on"),
        ("OfferBody", "restock_until"),
    ],
)
def test_an_example_that_names_a_day_ahead_stays_good(body: str, field: str):
    day = date.fromisoformat(EXAMPLES[body][field])

    assert day.year - NOW.year > FOR_YEARS
