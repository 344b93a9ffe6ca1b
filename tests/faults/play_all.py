"""`make faults`: many more histories than the tests play, of both tiers, with one seed.

The environment says how many: FAULT_HISTORIES, FAULT_REAL_HISTORIES, and FAULT_SEED.
"""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PYTEST = ("-m", "pytest", "-q", "-x", "-s", "-p", "no:cacheprovider")
# They are tests of single cases, and of the histories' own worth.
LEFT_OUT = ("--ignore-glob=*pitfalls*", "--ignore-glob=*mutations*")


def main() -> int:
    """Play all, and say how to play the same again."""
    seed = os.environ.get("FAULT_SEED") or str(secrets.randbelow(10**9))
    numbers = {name: os.environ[name] for name in ("FAULT_HISTORIES", "FAULT_REAL_HISTORIES")}
    say(f"make faults: {numbers['FAULT_HISTORIES']} deterministic histories and")
    say(f"{numbers['FAULT_REAL_HISTORIES']} with real processes; seed {seed}")
    started = time.monotonic()
    environ = {**os.environ, **numbers, "FAULT_SEED": seed}
    ended = subprocess.call([sys.executable, *PYTEST, *LEFT_OUT, str(HERE)], env=environ)
    minutes = (time.monotonic() - started) / 60
    say(f"{'All is well' if ended == 0 else 'Something broke'} after {minutes:.1f} minutes.")
    say(
        f"The same again: make faults SEED={seed} HISTORIES={numbers['FAULT_HISTORIES']}"
        f" REAL={numbers['FAULT_REAL_HISTORIES']}"
    )
    return ended


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is a program


if __name__ == "__main__":
    sys.exit(main())
