"""Send a six-digit code to a customer who knows an order's number and a contact on file."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.tables.access import LookupCode
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.messages import Message
from returns_engine.workflow.contacts import contact_digest, normalized_contact
from returns_engine.workflow.looked_up_order import looked_up_order

CODE_LIVES = timedelta(minutes=10)


def code_digest(code: str, order_id: int, secret_key: str) -> str:
    """Return what is stored of a code; bound to its order, so that it opens no other."""
    return hmac.new(secret_key.encode(), f"{order_id}:{code}".encode(), hashlib.sha256).hexdigest()


async def send_lookup_code(
    *, order_number: str, contact: str, now: datetime, secret_key: str, language: str | None = None
) -> None:
    """Mail a code where number and contact belong together; never tell whether they did.

    A phone number without a text channel gets its code by the e-mail on file. The mail speaks
    `language`, else the order's.
    """
    async with transaction():
        row = await looked_up_order(order_number)
        if row is None or row["email"] is None:
            return
        # A phone number without a prefix is one of the country that the order went to.
        wanted = normalized_contact(contact, row["country"])
        if wanted not in {row["email"], row["phone"]}:
            return
        code = f"{secrets.randbelow(1_000_000):06d}"
        await LookupCode.insert(
            LookupCode(
                order=row["id"],
                contact_digest=contact_digest(wanted, secret_key),
                code_digest=code_digest(code, row["id"], secret_key),
                created_at=now,
                expires_at=now + CODE_LIVES,
            )
        )
        message = Message(
            id=uuid4(),
            order=row["id"],
            template="lookup_code",
            context={
                "code": code,
                "order_number": row["number"],
                **({"language": language} if language else {}),
            },
            created_at=now,
        )
        await Message.insert(message)
        job = Job(task="send_message", args={"message_id": str(message.id)})
        await defer_jobs(connection(), [job])
