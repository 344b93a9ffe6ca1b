"""Several returns of one order, in parts and in any order: exact to the cent, whatever happens."""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.rules.money.refund_amount import ReturnedUnits, refund_amount
from returns_engine.tables.engine import engine_at, transaction
from returns_engine.workflow.order_file import load_order
from tests.workflow.orders import a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    BENCH,
    SUPPORT,
    approve,
    good,
    inspect,
    let_through,
    put_order,
    receive,
    refunds_of,
    rows,
)

FAULTS = ("defective", "wrong_item", "damaged_in_transit")
ALL = (*FAULTS, "changed_mind")
OFTEN = 0.5
_numbers = count(1)

_LINES = """
SELECT l.line_id, rl.requested, rl.goods_expected FROM return_lines rl
JOIN order_lines l ON l.id = rl.order_line JOIN returns r ON r.id = rl.return_id
WHERE r.number = $1
"""
_SUMS = """
SELECT COALESCE(sum(f.items), 0)::int AS items, COALESCE(sum(f.tax), 0)::int AS tax,
       COALESCE(sum(f.shipping), 0)::int AS shipping,
       COALESCE(sum(f.proposed), 0)::int AS proposed
FROM refunds f JOIN orders o ON o.id = f."order" WHERE o.number = $1
"""


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """An order that was paid in full: what it charged is what was captured."""
    lines = []
    for place in range(draw(st.integers(1, 3))):
        quantity, price = draw(st.integers(1, 4)), draw(st.integers(0, 3000))
        included = draw(st.booleans())
        tax = draw(st.integers(0, price * quantity if included else 900))
        amounts = {"unit_price": price, "tax": tax, "tax_included": included}
        lines.append(a_line(f"L{place + 1}", quantity=quantity, **amounts))
    goods = sum(line["unit_price"] * line["quantity"] for line in lines)
    return an_order(
        *lines,
        discount=draw(st.integers(0, goods)),
        shipping=draw(st.integers(0, 900)),
        shipping_tax=draw(st.integers(0, 90)),
        payments=[],
    )


def worth(order: dict[str, Any]) -> int:
    """What the goods cost, with their tax."""
    goods = sum(line["unit_price"] * line["quantity"] for line in order["lines"])
    on_top = sum(line["tax"] for line in order["lines"] if not line["tax_included"])
    return goods - order["discount"] + on_top


def shipping(order: dict[str, Any]) -> int:
    return order["shipping"] + order["shipping_tax"]


@dataclass
class Play:
    """One order whose every unit comes back, by chance, for one of `reasons`."""

    chance: random.Random
    reasons: tuple[str, ...]
    photo: str | None = None
    number: str = field(default_factory=lambda: f"EKR-P{next(_numbers)}")
    settled: Counter[tuple[str, bool]] = field(default_factory=Counter)

    async def run(self, order: dict[str, Any]) -> dict[str, int]:
        """Play the returns into each other; return what was proposed in all."""
        captured = worth(order) + shipping(order)
        paid = a_payment(captured=captured, provider="external", reference=f"m-{self.number}")
        await put_order(self.number, order | {"payments": [paid]})
        going = [self._return(units) for units in self._shared_out(order)]
        while going:
            one = self.chance.choice(going)
            if await anext(one, None) is None:
                going.remove(one)
        return await self._checked(captured)

    def _shared_out(self, order: dict[str, Any]) -> list[Counter[str]]:
        shares: list[Counter[str]] = [Counter() for _ in range(self.chance.randint(1, 4))]
        for line in order["lines"]:
            for _ in range(line["quantity"]):
                self.chance.choice(shares)[line["line_id"]] += 1
        return [units for units in shares if units]

    async def _return(self, units: Counter[str]) -> AsyncIterator[str]:
        """Ask, then let parcels arrive and be inspected; a step at a time."""
        why = {name: self.chance.choice(self.reasons) for name in units}
        wishes = [asked(name, wanted, reason=why[name]) for name, wanted in units.items()]
        number = await let_through(*wishes, actor=SUPPORT, order_number=self.number)
        to_come: Counter[str] = Counter()
        for line in await rows(_LINES, number):
            if line["goods_expected"]:
                to_come[line["line_id"]] = line["requested"]
            else:
                self.settled[line["line_id"], True] += line["requested"]
        yield number
        while to_come:
            some = {name: self.chance.randint(0, left) for name, left in to_come.items()}
            parcel = +Counter(some) or Counter(to_come)
            to_come -= parcel
            await receive(number, dict(parcel))
            yield number
            await inspect(number, *self._found(parcel, why))
            yield number
            if self.chance.random() < OFTEN:
                await self._pay(number)
                yield number

    def _found(self, parcel: Counter[str], why: dict[str, str]) -> list[Any]:
        bad = {"verdict": "rejected", "disposition": "quarantine", "note": "Used."}
        found = []
        for name, arrived in parcel.items():
            rejected = self.chance.randint(0, arrived) if self.photo else 0
            if arrived > rejected:
                found.append(good(name, arrived - rejected))
                self.settled[name, why[name] in FAULTS] += arrived - rejected
            if rejected:
                found.append(good(name, rejected, photo_ids=[self.photo], **bad))
        return found

    async def _pay(self, number: str) -> None:
        for refund in await refunds_of(number):
            if refund["state"] == "proposed":
                paid = str(refund["id"])
                await approve(refund["id"], refund["proposed"], external_reference=paid)

    async def _checked(self, captured: int) -> dict[str, int]:
        """Return the sums, which are what all accepted units are worth at once."""
        (found,) = await rows(_SUMS, self.number)
        units = [
            ReturnedUnits(line_id=name, quantity=quantity, shipping=fault)
            for (name, fault), quantity in self.settled.items()
        ]
        async with transaction():
            facts = (await load_order(self.number)).facts
        at_once = refund_amount(facts, units, {})
        assert (found["items"], found["tax"]) == (at_once.items, at_once.tax)
        assert found["shipping"] == at_once.shipping
        assert found["proposed"] == at_once.total <= captured
        assert await rows("SELECT FROM events WHERE type = 'refund.not_covered'") == []
        assert (await verify_chains()).ok
        return dict(found)


# On a real database the smallest example takes longer to find than to read the first.
REAL = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class TestEveryUnitOfAnOrder:
    @REAL
    @given(order=orders(), chance=st.randoms(use_true_random=False))
    def test_brings_back_what_the_goods_cost_and_no_cent_more(
        self, database_url: str, order: dict[str, Any], chance: random.Random
    ):
        async def play() -> None:
            async with engine_at(database_url):
                back = await Play(chance, ALL).run(order)
                assert back["items"] + back["tax"] == worth(order)
                assert back["shipping"] <= shipping(order)

        asyncio.run(play())

    @REAL
    @given(order=orders(), chance=st.randoms(use_true_random=False))
    def test_brings_the_shipping_back_whole_where_every_fault_was_ours(
        self, database_url: str, order: dict[str, Any], chance: random.Random
    ):
        async def play() -> None:
            async with engine_at(database_url):
                back = await Play(chance, FAULTS).run(order)
                assert back["proposed"] == worth(order) + shipping(order)

        asyncio.run(play())

    @REAL
    @given(order=orders(), chance=st.randoms(use_true_random=False))
    def test_brings_back_nothing_for_what_was_not_accepted(
        self, database_url: str, order: dict[str, Any], chance: random.Random
    ):
        async def play() -> None:
            with tempfile.TemporaryDirectory() as folder:
                async with engine_at(database_url):
                    store = DirectoryPhotoStore(Path(folder))
                    photo = str(await a_photo(store, order=None, actor=BENCH))
                    await Play(chance, ALL, photo).run(order)

        asyncio.run(play())
