"""A photo, and whether somebody may see it: customers their own, and what the bench found of it."""

from dataclasses import dataclass
from uuid import UUID

from returns_engine.queries.rows import first_row

_ANY = "SELECT p.sha256 FROM photos p WHERE p.id = {}"
_OF_ORDER = """
SELECT p.sha256 FROM photos p LEFT JOIN orders mine ON mine.id = p."order"
WHERE p.id = {} AND (mine.number = {} OR (mine.number IS NULL AND EXISTS (
    SELECT FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
    JOIN returns r ON r.id = i.return_id JOIN orders o ON o.id = r."order"
    WHERE o.number = {} AND l.photo_ids @> to_jsonb({}::text))))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPhoto:
    """A photo that may be shown; `digest` changes with its content."""

    id: UUID
    digest: str


async def find_photo(photo_id: UUID, *, order_number: str | None) -> KnownPhoto | None:
    """Return a photo, or None where it is not there, or not for the customer of `order_number`."""
    if order_number is None:
        row = await first_row(_ANY, photo_id)
    else:
        row = await first_row(_OF_ORDER, photo_id, order_number, order_number, str(photo_id))
    return None if row is None else KnownPhoto(id=photo_id, digest=row["sha256"])
