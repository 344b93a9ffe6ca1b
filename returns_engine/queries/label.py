"""The printed label of a return."""

from returns_engine.queries.rows import first_row
from returns_engine.rules.lifecycle.actions import Action, allowed
from returns_engine.rules.lifecycle.headline import Headline

_PRINTED = """
SELECT r.state, d.pdf FROM label_documents d JOIN labels l ON l.id = d.label
JOIN returns r ON r.id = l.return_id WHERE r.number = {}
"""


async def read_label_pdf(number: str) -> bytes | None:
    """Return the PDF of a return's label, or None while there is none."""
    row = await first_row(_PRINTED, number)
    return None if row is None else bytes(row["pdf"])


async def read_label_to_send(number: str) -> bytes | None:
    """Return the PDF of a label that a parcel may be sent under; None without one (46)."""
    row = await first_row(_PRINTED, number)
    return bytes(row["pdf"]) if row and takes_a_parcel(row["state"]) else None


def takes_a_parcel(state: str) -> bool:
    """Tell whether a parcel of a return may still come: also after its label expired (B-19)."""
    return allowed(Action.RECEIVE, Headline(state))
