"""Which version each of some returns has: whoever watches them learns that they moved."""

from collections.abc import Mapping, Sequence

from returns_engine.queries.rows import rows


async def read_return_versions(numbers: Sequence[str]) -> Mapping[str, int]:
    """Return the versions by number, by one statement; an unknown number is missing."""
    found = await rows("SELECT number, version FROM returns WHERE number = ANY({})", list(numbers))
    return {row["number"]: row["version"] for row in found}
