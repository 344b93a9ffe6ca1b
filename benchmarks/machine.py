"""The machine the figures were taken on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Say it in one line: processor, cores, memory, system, Python."""
    parts = [
        f"{_processor()}, {os.cpu_count()} cores",
        f"{_memory_gib():.0f} GiB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
    ]
    return "; ".join(parts)


def processor_seconds(process: int) -> float:
    """Return how long a process has kept processors busy; 0 where the system does not tell."""
    told = _lines(Path(f"/proc/{process}/stat"))
    if not told:
        return 0.0
    # After the name in brackets, which may hold spaces: user and system time in clock ticks.
    fields = told[0].rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_seconds(parent: int) -> float:
    """Return how long a process and its children, those that ended too, kept processors busy."""
    ended = _lines(Path(f"/proc/{parent}/stat"))
    if not ended:
        return 0.0
    fields = ended[0].rpartition(")")[2].split()
    own = sum(int(fields[place]) for place in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")
    listed = _lines(Path(f"/proc/{parent}/task/{parent}/children"))
    living = listed[0].split() if listed else []
    return own + sum(processor_seconds(int(child)) for child in living)


def resident_mib(process: int) -> float:
    """Return the memory a process holds now, in MiB; 0 where the system does not tell."""
    lines = _lines(Path(f"/proc/{process}/status"))
    held = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
    return held[0] / 1024 if held else 0.0


def _processor() -> str:
    lines = _lines(Path("/proc/cpuinfo"))
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:  # no such system, or the process ended meanwhile
        return []
