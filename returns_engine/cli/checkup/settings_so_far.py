"""Settings of which some are wrong: what can be looked at without those, the doctor looks at."""

from typing import Never

from returns_engine.setting_layers import Reading
from returns_engine.settings import SETTINGS, Settings, variable


class SettingsSoFar(Settings):
    """Settings as far as they are right; reading one that is wrong raises ValueError with its name.

    So a check says by itself which of them it cannot do without, and nobody lists that anywhere.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Never:
        """Refuse a field that was left out; Python asks here for what an object does not hold."""
        if name not in SETTINGS:
            raise AttributeError(name)
        raise ValueError(f"Not looked at: it needs {variable(name)}; mend that first.")


def settings_so_far(found: Reading) -> SettingsSoFar:
    """Return what was read, without what is wrong."""
    settings = object.__new__(SettingsSoFar)
    for name, value in found.values.items():
        if name not in found.problems:
            object.__setattr__(settings, name, value)
    object.__setattr__(settings, "sources", found.sources)
    return settings
