"""One return, as it stands."""

from typing import Any
from uuid import UUID

from returns_engine.queries.return_rows import return_rows
from returns_engine.queries.return_shape import return_shape
from returns_engine.queries.rows import first_row


async def read_return(number: str, *, for_staff: bool = False) -> dict[str, Any] | None:
    """Return the return with this number, its decision included, by one statement; or None.

    `for_staff` adds what customers never hear of.
    """
    found = await return_rows("WHERE r.number = {}", number, whole=True)
    return return_shape(found[0], for_staff=for_staff) if found else None


async def order_of_return(number: str) -> str | None:
    """Return the number of the order a return is about, or None where there is no such return."""
    row = await first_row(
        'SELECT o.number FROM returns r JOIN orders o ON o.id = r."order" WHERE r.number = {}',
        number,
    )
    return None if row is None else row["number"]


async def order_of_decision(decision_id: UUID) -> str | None:
    """Return the number of the order a decision is about, or None where there is no such one."""
    row = await first_row(
        'SELECT o.number FROM decisions d JOIN orders o ON o.id = d."order" WHERE d.id = {}',
        decision_id,
    )
    return None if row is None else row["number"]
