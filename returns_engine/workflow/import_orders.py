"""Take many orders in at once, each exactly as `import_order` takes it, in few statements.

What is plain is done for all of them together: orders that are new, and orders that stay as they
are. Whatever else there is (a change, a doubt, a refusal) goes to `import_order` one by one, in the
order the orders were given, so that no order costs another anything.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from returns_engine.documents.order import OrderDocument
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.held_orders import HeldOrder, held_orders, leaves_as_it_is
from returns_engine.workflow.import_order import (
    ImportedOrder,
    import_order,
    refuse_inconsistent,
)
from returns_engine.workflow.insert_orders import insert_orders
from returns_engine.workflow.refusals import Conflict, Refusal

Outcome = ImportedOrder | Refusal

# What one order can bring about, and the next one not: the connection and the server are well.
_OF_THE_DATA = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.TransactionRollbackError,
)

_WHOSE = """
SELECT given.number, p."order" FROM unnest($1::text[], $2::text[], $3::text[])
    AS given (number, provider, reference)
JOIN payments p USING (provider, reference)
"""


async def import_orders(
    documents: Sequence[tuple[str, OrderDocument]], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Take orders in by their numbers and return what became of each, in their order.

    What fails is the one order alone. Raises what the database fails with where it is not the
    order's fault; what was taken until then stays, and can be sent again.
    """
    outcomes: dict[int, Outcome] = {}
    for place, (number, document) in enumerate(documents):
        try:
            refuse_inconsistent(number, document)
        except Refusal as refusal:
            outcomes[place] = refusal
    left = [place for place in range(len(documents)) if place not in outcomes]
    alone = _alone([documents[place] for place in left])
    places = {documents[place][0]: place for place in left if documents[place][0] in alone}
    done = await _together(alone, actor, now)
    outcomes |= {places[number]: outcome for number, outcome in done.items()}
    for place in left:
        if place not in outcomes:
            outcomes[place] = await _one(*documents[place], actor, now)
    return [outcomes[place] for place in range(len(documents))]


def _alone(documents: Sequence[tuple[str, OrderDocument]]) -> dict[str, OrderDocument]:
    """Return the orders that share neither number nor payment with another one of these."""
    numbers = Counter(number for number, _ in documents)
    references = Counter(
        (payment.provider, payment.reference)
        for _, document in documents
        for payment in document.payments
    )
    return {
        number: document
        for number, document in documents
        if numbers[number] == 1
        and all(
            references[payment.provider, payment.reference] == 1 for payment in document.payments
        )
    }


async def _together(
    documents: dict[str, OrderDocument], actor: Actor, now: datetime
) -> dict[str, ImportedOrder]:
    """Do what is plain in one transaction; return what was done, nothing where it failed."""
    if not documents:
        return {}
    try:
        async with transaction():
            return await _do_together(documents, actor, now)
    except _OF_THE_DATA:
        return {}


async def _do_together(
    documents: dict[str, OrderDocument], actor: Actor, now: datetime
) -> dict[str, ImportedOrder]:
    held = await held_orders(list(documents))
    new = {number: document for number, document in documents.items() if number not in held}
    foreign = await _with_foreign_payments(documents, held)
    new = {number: document for number, document in new.items() if number not in foreign}
    await insert_orders(new, actor=actor, now=now)
    kept = {
        number: ImportedOrder(created=False, version=order.row["version"], changed=False)
        for number, order in held.items()
        if number not in foreign and leaves_as_it_is(order, documents[number])
    }
    created = ImportedOrder(created=True, version=1, changed=True)
    return kept | dict.fromkeys(new, created)


async def _with_foreign_payments(
    documents: dict[str, OrderDocument], held: dict[str, HeldOrder]
) -> set[str]:
    """Return the orders that name a payment which belongs to another one."""
    payments = [
        (number, payment.provider, payment.reference)
        for number, document in documents.items()
        for payment in document.payments
    ]
    columns = [[row[place] for row in payments] for place in range(3)]
    ids = {number: order.row["id"] for number, order in held.items()}
    found = await connection().fetch(_WHOSE, *columns)
    return {row["number"] for row in found if row["order"] != ids.get(row["number"])}


async def _one(number: str, document: OrderDocument, actor: Actor, now: datetime) -> Outcome:
    try:
        return await import_order(number, document, expected_version=None, actor=actor, now=now)
    except Refusal as refusal:
        return refusal
    except _OF_THE_DATA as error:
        return guard_refusal(error) or Conflict(
            "not_storable", f"The database does not take this order: {error}"
        )
