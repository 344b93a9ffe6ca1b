"""Leave a photo out of the draft again; unused, it goes with the others after a week."""

from datetime import datetime

from returns_engine.tables.engine import connection, transaction

_LEAVE_OUT = """
UPDATE request_drafts d SET saved_at = $3, fields = (
  SELECT COALESCE(jsonb_agg(f.pair ORDER BY f.place), '[]'::jsonb)
  FROM jsonb_array_elements(d.fields) WITH ORDINALITY AS f(pair, place)
  WHERE NOT (starts_with(f.pair ->> 0, 'photo.') AND f.pair ->> 1 = $2))
FROM orders o WHERE o.id = d."order" AND o.number = $1
"""


async def leave_photo_out(order_number: str, photo_id: str, *, now: datetime) -> None:
    """Take a photo out of the draft of an order; harmless where it is not in it."""
    async with transaction():
        await connection().execute(_LEAVE_OUT, order_number, photo_id, now)
