"""The workers' floor, for the tests of this folder."""

from tests.floor import SOON_STALLED, Floor, floor, sandbox, warehouse

__all__ = ["SOON_STALLED", "Floor", "floor", "sandbox", "warehouse"]
