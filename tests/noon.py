"""A clock for tests of what is done once a day: no day ends while they run."""

from returns_engine.gateways.clock import Clock, system_clock


def noon_clock() -> Clock:
    """Return a clock that goes on from noon of today, in UTC."""
    now = system_clock()
    ahead = now.replace(hour=12, minute=0, second=0, microsecond=0) - now
    return lambda: system_clock() + ahead
