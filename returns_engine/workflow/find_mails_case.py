"""Which return a mail to us is about, and whether it is from the customer."""

import re
from dataclasses import dataclass

from returns_engine.documents.incoming_mail.mail import IncomingMail
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.contacts import normalized_email
from returns_engine.workflow.note_bounce import our_mails

_NUMBERED = re.compile(r"RMA[-\s_\u2010-\u2014]?[0-9A-Z]{8}(?![0-9A-Z])", re.IGNORECASE)
_MOST_NUMBERS = 10
_BY_ANSWER = """
SELECT r.number, o.number AS order_number, c.email
FROM messages m JOIN returns r ON r.id = m.return_id JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE (m.direction = 'out' AND m.id = ANY($1::uuid[]))
   OR (m.message_id = ANY($2::text[]) AND NOT m.internal)
ORDER BY m.direction = 'in', array_position($1::uuid[], m.id),
         array_position($2::text[], m.message_id::text)
LIMIT 1
"""
_BY_NUMBER = """
SELECT r.number, o.number AS order_number, c.email
FROM returns r JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE r.number = ANY($1::text[]) ORDER BY array_position($1::text[], r.number) LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsCase:
    """The return that a mail names; `by_customer` where it is from the address on file."""

    number: str
    order_number: str
    by_customer: bool


async def find_mails_case(mail: IncomingMail) -> MailsCase | None:
    """Return the case of a mail, or None.

    First by the mail it answers, then by an RMA number in an address it was sent to, then by one in
    its subject. Never by the sender alone: one address can have many cases.
    """
    row = None
    if mail.answers:
        row = await the_engine().fetch_row(_BY_ANSWER, our_mails(mail.answers), list(mail.answers))
    if row is None and (numbers := named_numbers(mail)):
        row = await the_engine().fetch_row(_BY_NUMBER, numbers)
    if row is None:
        return None
    return MailsCase(
        number=row["number"],
        order_number=row["order_number"],
        by_customer=mail.sender is not None
        and row["email"] is not None
        and normalized_email(mail.sender) == normalized_email(row["email"]),
    )


def named_numbers(mail: IncomingMail) -> list[str]:
    """Return the RMA numbers in the addresses and the subject of a mail, check character fit."""
    texts = (*(address.rpartition("@")[0] for address in mail.addressed_to), mail.subject)
    found = (normalize_rma_number(one) for text in texts for one in _NUMBERED.findall(text))
    return list(dict.fromkeys(number for number in found if number))[:_MOST_NUMBERS]
