"""A customer signs out."""

from returns_engine.tables.access import CustomerToken, digest


async def end_customer_access(token: str) -> None:
    """Make a customer's token worthless, wherever a copy of it may be; harmless when it is so."""
    await CustomerToken.delete().where(CustomerToken.token_digest == digest(token))
