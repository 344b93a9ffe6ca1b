"""A photo that the customer of an order may see: their own, and what the bench found of it."""

from uuid import UUID

from returns_engine.queries.rows import first_row

_PHOTO = """
SELECT p.media_type FROM photos p LEFT JOIN orders mine ON mine.id = p."order"
WHERE p.id = {} AND (mine.number = {} OR (mine.number IS NULL AND EXISTS (
    SELECT FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
    JOIN returns r ON r.id = i.return_id JOIN orders o ON o.id = r."order"
    WHERE o.number = {} AND l.verdict = 'rejected' AND l.photo_ids @> to_jsonb({}::text))))
"""


async def photo_media_type(photo_id: UUID, *, order_number: str) -> str | None:
    """Return what kind of image a photo is, or None where it is not for this customer."""
    row = await first_row(_PHOTO, photo_id, order_number, order_number, str(photo_id))
    return None if row is None else row["media_type"]
