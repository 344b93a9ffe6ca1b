"""Call off the mails that still wait and would bring a label that nobody is to use."""

from datetime import datetime

from returns_engine.rules.label_mails import LABEL_MAILS
from returns_engine.tables.engine import connection

# What waits is written when it is sent: it would bring the next label, whose own mail does too.
# Never sent and seen to, it is nobody's work; the customer's page says nothing of it.
_CALL_OFF = """
UPDATE messages SET state = 'refused', error = $3, settled_at = $4, internal = true
WHERE return_id = $1 AND template = ANY($2) AND direction = 'out' AND state = 'queued'
"""
_WHY = "Called off: {} before this mail was sent."


async def call_off_label_mails(return_id: int, *, because: str, now: datetime) -> None:
    """Let no mail go out any more that was written about the label a return has now.

    `because` ends up in the sentence that colleagues read, "the label was made void".
    One that is just being handed to the mail server is waited for: if it was taken, it is sent.
    Must run inside a transaction that holds the return.
    """
    await connection().execute(_CALL_OFF, return_id, list(LABEL_MAILS), _WHY.format(because), now)
