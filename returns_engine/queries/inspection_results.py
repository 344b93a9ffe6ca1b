"""What the bench found, for the customer to read."""

from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import loaded, rows

_RESULTS = """
SELECT ol.title, rl.reason, l.quantity, l.superseded, l.verdict, l.note, l.clause, l.photo_ids,
       i.inspected_at
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
JOIN returns r ON r.id = i.return_id
JOIN return_lines rl ON rl.id = l.return_line JOIN order_lines ol ON ol.id = rl.order_line
WHERE r.number = {} ORDER BY i.id, l.id
"""


async def read_inspection_results(number: str) -> list[dict[str, Any]]:
    """Return the verdicts on a return, oldest first; the note only where goods were rejected.

    `superseded` of the units were given to another person by an appeal, or taken back by the bench.
    """
    return [
        {
            "title": row["title"],
            "reason": row["reason"],
            "quantity": row["quantity"],
            "superseded": row["superseded"],
            "verdict": row["verdict"],
            "clause": row["clause"],
            "note": row["note"] if row["verdict"] == "rejected" else None,
            "photo_ids": loaded(row["photo_ids"]),
            "at": utc_text(row["inspected_at"]),
        }
        for row in await rows(_RESULTS, number)
    ]
