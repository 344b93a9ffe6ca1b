"""Number what is asked of the provider, so that an answer that was overtaken is not believed."""

from returns_engine.tables.engine import the_engine


async def next_reading() -> int:
    """Return the number of a reading that begins now; take it before asking.

    Two readings may come back in the other order. By clocks nobody could tell, for they jump.
    """
    row = await the_engine().fetch_row("SELECT nextval('provider_readings') AS number")
    if row is None:
        raise RuntimeError("A sequence always has a next number.")
    number: int = row["number"]
    return number
