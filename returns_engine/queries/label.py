"""The printed label of a return."""

from returns_engine.queries.rows import first_row


async def read_label_pdf(number: str) -> bytes | None:
    """Return the PDF of a return's label, or None while there is none."""
    row = await first_row(
        "SELECT d.pdf FROM label_documents d JOIN labels l ON l.id = d.label"
        " JOIN returns r ON r.id = l.return_id WHERE r.number = {}",
        number,
    )
    return None if row is None else bytes(row["pdf"])
