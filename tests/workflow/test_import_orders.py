"""Many orders at once come to exactly what each of them alone would have come to."""

import json
import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.import_order import ImportedOrder, import_order
from returns_engine.workflow.import_orders import import_orders
from returns_engine.workflow.refusals import Refusal
from tests.api.statements import every_statement
from tests.workflow.orders import (
    NOW,
    a_line,
    a_payment,
    a_shipment,
    an_order,
    asked,
    order_document,
)
from tests.workflow.shop import SUPPORT, opened, rows, value

Given = tuple[str, dict[str, Any]]


async def one_by_one(*orders: Given) -> list[ImportedOrder | Refusal]:
    outcomes: list[ImportedOrder | Refusal] = []
    for number, order in orders:
        try:
            document = order_document(order)
            outcomes.append(
                await import_order(number, document, expected_version=None, actor=SYSTEM, now=NOW)
            )
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


async def together(*orders: Given) -> list[ImportedOrder | Refusal]:
    return await import_orders(
        [(number, order_document(order)) for number, order in orders], actor=SYSTEM, now=NOW
    )


def said(outcomes: list[ImportedOrder | Refusal]) -> list[object]:
    return [
        (one.code, one.detail, one.fields) if isinstance(one, Refusal) else one for one in outcomes
    ]


def with_prefix(prefix: str, orders: list[Given]) -> list[Given]:
    """The same orders of another shop: their numbers and payments are its own."""
    return [
        (
            prefix + number,
            order
            | {
                "payments": [
                    payment | {"reference": prefix + payment["reference"]}
                    for payment in order["payments"]
                ]
            },
        )
        for number, order in orders
    ]


_OF = """
SELECT to_jsonb(o) AS row FROM orders o WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(c) || jsonb_build_object('of', o.number) FROM order_contacts c
    JOIN orders o ON o.id = c."order" WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(l) || jsonb_build_object('of', o.number) FROM order_lines l
    JOIN orders o ON o.id = l."order" WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(p) || jsonb_build_object('of', o.number) FROM payments p
    JOIN orders o ON o.id = p."order" WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(s) || jsonb_build_object('of', o.number) FROM shipments s
    JOIN orders o ON o.id = s."order" WHERE o.number LIKE $1
UNION ALL SELECT jsonb_build_object('in', s.shipment_id, 'line', l.line_id, 'units', i.quantity)
    FROM shipment_lines i JOIN shipments s ON s.id = i.shipment
    JOIN order_lines l ON l.id = i.order_line JOIN orders o ON o.id = s."order"
    WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(e) || jsonb_build_object('in', s.shipment_id, 'of', o.number)
    FROM delivery_evidence e JOIN shipments s ON s.id = e.shipment
    JOIN orders o ON o.id = s."order" WHERE o.number LIKE $1
UNION ALL SELECT to_jsonb(v) FROM events v WHERE v.chain LIKE 'order:' || $1
UNION ALL SELECT to_jsonb(h) FROM chain_heads h WHERE h.chain LIKE 'order:' || $1
"""
_ITS_OWN = {"id", "order", "shipment", "hash", "previous_hash", "head_hash"}


async def kept(prefix: str) -> list[str]:
    """All that is held of the orders of a shop, but for what names the rows."""
    found = [json.loads(row["row"]) for row in await rows(_OF, f"{prefix}%")]
    texts = [
        json.dumps({name: cell for name, cell in row.items() if name not in _ITS_OWN})
        for row in found
    ]
    return sorted(re.sub(r"RMA-\w{8}", "RMA", text.replace(prefix, "")) for text in texts)


def _lines(**changes: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "quantity": st.integers(1, 3),
            "unit_price": st.sampled_from([0, 999, 12995]),
            "tax": st.sampled_from([0, 7]),
            "tax_included": st.booleans(),
            "kind": st.sampled_from(["stock", "custom"]),
            "vehicle": st.sampled_from([None, {"make": "Kia", "model": "Soul", "year": 2020}]),
        }
    ).map(lambda line: a_line(**{**line, **changes}))


DAYS = st.sampled_from([None, "2026-03-02T04:30:00Z", "2026-03-04T23:30:00-05:00"])
PARCELS = st.builds(
    lambda name, inside, **changes: a_shipment(name, inside=inside, **changes),
    st.sampled_from(["S1", "S2"]),
    st.dictionaries(st.sampled_from(["L1", "L2"]), st.integers(1, 2)),
    delivered_at=DAYS,
    delivery_evidence=st.sampled_from([None, "carrier_scan", "customer_statement", "estimate"]),
    tracking_number=st.sampled_from([None, "1Z1"]),
)
PAYMENTS = st.builds(
    lambda name, reference, captured: a_payment(name, reference=reference, captured=captured),
    st.sampled_from(["P1", "P2"]),
    st.sampled_from(["pi_1", "pi_2", "pi_3"]),
    st.sampled_from([0, 5000, 27069]),
)
ORDERS = st.builds(
    lambda first, second, **changes: an_order(*[one for one in (first, second) if one], **changes),
    _lines(line_id="L1"),
    st.none() | _lines(line_id="L2"),
    status=st.sampled_from(["processing", "completed"]),
    paid_at=DAYS,
    discount=st.sampled_from([0, 0, 500]),
    payments=st.lists(PAYMENTS, max_size=2),
    shipments=st.lists(PARCELS, max_size=2),
)
NUMBERS = st.sampled_from(["EKR-1", "EKR-2", "EKR-3"])
FILES = st.lists(st.lists(st.tuples(NUMBERS, ORDERS), min_size=1, max_size=4), max_size=3)


@pytest.mark.usefixtures("database")
class TestWhatComesOfIt:
    runs = count(1)

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(batches=FILES)
    async def test_is_the_same_as_one_by_one(self, batches: list[list[Given]]):
        run = next(self.runs)
        for batch in [batch for batch in batches for _ in ("first", "again")]:
            alone = await one_by_one(*with_prefix(f"alone-{run}-", batch))
            at_once = await together(*with_prefix(f"batch-{run}-", batch))

            assert said(at_once) == said(alone)
        assert await kept(f"batch-{run}-") == await kept(f"alone-{run}-")

    async def test_is_a_record_that_verifies(self):
        await together(*numbered(3))
        await together(("EKR-1", numbered(1)[0][1] | {"status": "canceled"}))

        report = await verify_chains()
        assert (report.chains, report.problems) == (3, [])

    async def test_changes_nothing_the_second_time(self):
        first = await together(*numbered(4))
        before = await kept("EKR")
        again = await together(*numbered(4))

        assert {(one.created, one.changed, one.version) for one in first} == {(True, True, 1)}
        assert {(one.created, one.changed, one.version) for one in again} == {(False, False, 1)}
        assert await kept("EKR") == before

    async def test_takes_the_neighbours_of_what_the_database_refuses(self):
        orders = numbered(3)
        worth = [a_line(f"L{place}", unit_price=10**12, quantity=10**6) for place in range(12)]
        orders[1][1].update(lines=worth, shipments=[])  # the rounding would be beyond a bigint
        outcomes = await together(*orders)

        codes = [getattr(one, "code", "taken") for one in outcomes]
        assert codes == ["taken", "not_storable", "taken"]
        assert await value("SELECT count(*) FROM orders") == 2

    async def test_is_the_same_for_orders_in_returns_and_for_erased_ones(self, tmp_path: Path):
        photos = DirectoryPhotoStore(tmp_path)
        ways = {"alone-": one_by_one, "batch-": together}
        outcomes = []
        for prefix, way in ways.items():
            await way(*with_prefix(prefix, numbered(3)))
            await opened(asked(), order_number=f"{prefix}EKR-1", actor=SUPPORT)
            erased = await value("SELECT id FROM orders WHERE number = $1", f"{prefix}EKR-2")
            await erase_order(erased, why=Why.REQUESTED, photos=photos, actor=SYSTEM, now=NOW)
            for change in ({}, {"title": "Other"}, {"unit_price": 13000}):
                sent = [
                    (name, order | {"lines": [a_line(**change)]}) for name, order in numbered(3)
                ]
                outcomes += said(await way(*with_prefix(prefix, sent)))

        assert outcomes[: len(outcomes) // 2] == outcomes[len(outcomes) // 2 :]
        assert "order_line_frozen" in str(outcomes)
        assert await kept("alone-") == await kept("batch-")

    async def test_asks_fourteen_times_of_the_database_however_many_they_are(self):
        await together(("EKR-0", numbered(1)[0][1]))  # an array that asyncpg has yet to learn
        with every_statement() as new:
            await together(*numbered(50)[1:])
        with every_statement() as again:
            await together(*numbered(50)[1:])

        assert 5 < len(new) <= 14, "\n\n".join(new)
        assert 5 < len(again) <= 14, "\n\n".join(again)


def numbered(how_many: int) -> list[Given]:
    return [
        (f"EKR-{place}", an_order(payments=[a_payment(reference=f"pi_{place}")]))
        for place in range(how_many)
    ]
