"""The draft that a customer left, with the photos that are still there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from returns_engine.queries.rows import first_row, loaded

DRAFTS_KEPT = timedelta(days=7)
"""As long as photos stay that nobody sent along."""

_SAVED = """
SELECT d.fields, d.saved_at,
  ARRAY(SELECT p.id::text FROM photos p WHERE p."order" = d."order") AS photos
FROM request_drafts d JOIN orders o ON o.id = d."order"
WHERE o.number = {} AND d.saved_at > {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """Names and values of a form's fields, in order, and when they were saved."""

    fields: list[tuple[str, str]]
    saved_at: datetime


async def saved_draft(order_number: str, *, now: datetime) -> SavedDraft | None:
    """Return the draft of an order, or None where there is none of the last seven days."""
    row = await first_row(_SAVED, order_number, now - DRAFTS_KEPT)
    if row is None:
        return None
    there = set(row["photos"])
    fields = [
        (name, value)
        for name, value in loaded(row["fields"])
        if not name.startswith("photo.") or value in there
    ]
    return SavedDraft(fields=fields, saved_at=row["saved_at"])
