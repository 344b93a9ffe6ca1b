"""Erase the person behind an order: names, words, pictures; amounts, dates and clauses stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.personal_data import (
    disputes,
    open_matters,
    photos_of,
    to_erase,
    would_be_erased,
)
from returns_engine.rules.actor import Actor
from returns_engine.rules.bound_words import PERSON_ERASED
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.orders import Order
from returns_engine.tables.personal_data.holding import Holding
from returns_engine.tables.personal_data.holdings import HOLDINGS
from returns_engine.workflow.photo_files import forget_files
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.return_case import load_case_by_id, save_case


class Why(StrEnum):
    """Why a person is erased."""

    REQUESTED = "requested"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedOrder:
    """How many rows of each table went or lost words; none where it had been done before."""

    order_number: str
    rows: dict[str, int]


async def erase_order(
    order_id: int,
    *,
    why: Why,
    photos: PhotoStore,
    actor: Actor,
    now: datetime,
    even_open: bool = False,
) -> ErasedOrder:
    """Erase whose order it is, and what they and we wrote about it; harmless twice.

    Every chain verifies afterwards: words are bound to events by salted digests alone. The order's
    chain and each return's tell that it was done. Raises NotFound, and Conflict `still_needed`
    where something is open and `even_open` does not say otherwise, or `changed_meanwhile`, and
    PhotosAway: then nothing is erased yet.
    """
    async with transaction():
        returns = await _returns(order_id)
        cases = [await load_case_by_id(return_id) for return_id in returns]
        order = await Order.select().where(Order.id == order_id).first().lock_rows("NO KEY UPDATE")
        if order is None:
            raise NotFound("order")
        if await _returns(order_id) != returns:
            raise Conflict("changed_meanwhile", "A return was opened meanwhile; try again.")
        if not await would_be_erased(order_id):
            await _mark(order, now)
            return ErasedOrder(order_number=order["number"], rows={})
        if not even_open:
            await _refuse_open(order_id, why)
        pictures = await photos_of(order_id)
        event = NewEvent(type=PERSON_ERASED, reason=str(why))
        for case in cases:
            case.record(event)
            await save_case(case, actor=actor, now=now)
        await record_in_chain(order_chain(order["number"]), event, actor=actor, now=now)
        await _forget_answers([order["number"], *(case.number for case in cases)])
        rows = {
            one.table: await _erase(one, order_id) for one in HOLDINGS if one.goes or one.erased
        }
        await _mark(order, now)
        # Last of all: what is rolled back has lost nothing, and what is done twice misses nothing.
        for photo_id in pictures:
            await forget_files(photos, UUID(photo_id))
    return ErasedOrder(
        order_number=order["number"], rows={table: count for table, count in rows.items() if count}
    )


async def _returns(order_id: int) -> list[int]:
    found = await connection().fetch(
        'SELECT id FROM returns WHERE "order" = $1 ORDER BY id', order_id
    )
    return [row["id"] for row in found]


async def _refuse_open(order_id: int, why: Why) -> None:
    needed = await open_matters(order_id)
    if why is Why.REQUESTED:
        needed += await disputes(order_id)
    if needed:
        raise Conflict("still_needed", f"Not over yet: {'; '.join(needed)}.")


async def _mark(order: dict[str, Any], now: datetime) -> None:
    if order["erased_at"] is None:
        values: dict[Any, Any] = {"erased_at": now, "version": order["version"] + 1}
        await Order.update(values).where(Order.id == order["id"])


async def _erase(holding: Holding, order_id: int) -> int:
    """Delete the rows, or put what says nothing in the place of words; return how many."""
    condition = to_erase(holding)
    if holding.goes:
        done = f"DELETE FROM {holding.table} t WHERE {condition}"  # noqa: S608 - names of our own
    else:
        new = ", ".join(f"{column} = {value}" for column, value in holding.erased.items())
        done = f"UPDATE {holding.table} t SET {new} WHERE {condition}"  # noqa: S608 - likewise
    tag: str = await connection().execute(done, order_id)
    return int(tag.rpartition(" ")[2])


_ANSWERS = """
DELETE FROM idempotent_answers a USING unnest($1::text[]) AS number
WHERE a.caller = 'customer:' || number OR position(convert_to(number, 'UTF8') IN a.body) > 0
"""


async def _forget_answers(numbers: Sequence[str]) -> None:
    """Delete the kept answers that name the order or one of its returns."""
    await connection().execute(_ANSWERS, list(numbers))
