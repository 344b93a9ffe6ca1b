"""Give the owner of an account a token for one of its orders, as a code gives it to a guest."""

from datetime import datetime

from returns_engine.queries.account_orders import read_account_orders
from returns_engine.tables.engine import transaction
from returns_engine.workflow.account_links import Account
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.verify_lookup_code import CustomerAccess, give_access


async def open_account_order(account: Account, number: str, *, now: datetime) -> CustomerAccess:
    """Return a token for the account's order of this number; raises NotFound for any other."""
    async with transaction():
        for order in await read_account_orders(account.email):
            if order["number"] == number:
                return await give_access(order["id"], number, now)
    raise NotFound("order")
