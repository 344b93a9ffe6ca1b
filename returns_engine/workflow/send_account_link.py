"""Mail a link to all orders of an account to its own address; never tell whether there are any."""

from datetime import datetime
from uuid import uuid4

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.queries.account_orders import read_account_orders
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.messages import Message
from returns_engine.workflow.account_links import Account, account_link
from returns_engine.workflow.contacts import normalized_email


async def send_account_link(
    *, email: str, now: datetime, secret_key: str, language: str | None = None
) -> None:
    """Mail a link where orders were bought with an account under this address.

    The mail is about the newest of them, and speaks `language`, else that order's.
    """
    wanted = normalized_email(email)
    async with transaction():
        newest = await read_account_orders(wanted, most=1)
        if not newest:
            return
        account = Account(order_id=newest[0]["id"], email=wanted, since=now)
        message = Message(
            id=uuid4(),
            order=account.order_id,
            template="account_link",
            context={
                "link": account_link(account, now, secret_key=secret_key),
                "order_number": newest[0]["number"],
                **({"language": language} if language else {}),
            },
            created_at=now,
        )
        await Message.insert(message)
        job = Job(task="send_message", args={"message_id": str(message.id)})
        await defer_jobs(connection(), [job])
