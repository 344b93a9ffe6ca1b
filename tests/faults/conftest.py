"""The workers' floor, for the tests of this folder."""

from tests.floor import floor, sandbox, warehouse

__all__ = ["floor", "sandbox", "warehouse"]
