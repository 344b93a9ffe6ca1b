"""Control: what is to go wrong, by what chance, and a fresh start."""

from random import Random
from typing import Any

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct, field

from returns_engine.sandbox.fault_modes import Mode
from returns_engine.sandbox.faults import Fault, Faults, ImpossibleFault
from returns_engine.sandbox.provider.refusals import bad_parameter


class FaultOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to go wrong, in which call, how often, and for which requests alone."""

    on: str
    mode: Mode
    times: int = 1
    match: dict[str, str] = field(default_factory=dict)
    after: int = 0
    chance: float = 1.0
    seconds: float | None = None


class SeedOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where chance begins."""

    seed: int


@post("/faults")
async def arm_fault(
    data: JSONBody[FaultOrder], faults: NamedDependency[Faults]
) -> list[dict[str, Any]]:
    """Arm a fault; answers all that are armed."""
    if data.times < 1:
        raise bad_parameter("A fault strikes once at least.", "times")
    if data.after < 0 or not 0 < data.chance <= 1:
        raise bad_parameter("after is 0 or more, chance above 0 and up to 1.", "after")
    if data.seconds is not None and data.seconds < 0:
        raise bad_parameter("seconds is 0 or more.", "seconds")
    fault = Fault(
        on=data.on,
        mode=data.mode,
        times=data.times,
        match=data.match,
        after=data.after,
        chance=data.chance,
        seconds=data.seconds,
    )
    try:
        faults.arm(fault)
    except ImpossibleFault as impossible:
        raise bad_parameter(str(impossible), "on") from impossible
    return _shown(faults)


@get("/faults")
async def list_faults(faults: NamedDependency[Faults]) -> list[dict[str, Any]]:
    """List the faults that have not struck as often as they are to."""
    return _shown(faults)


@delete("/faults")
async def disarm_faults(faults: NamedDependency[Faults]) -> None:
    """Take all faults away."""
    faults.disarm()


@post("/seed", status_code=200)
async def begin_chance(
    data: JSONBody[SeedOrder], chance: NamedDependency[Random]
) -> dict[str, int]:
    """Draw every chance and every order from this seed on."""
    chance.seed(data.seed)
    return {"seed": data.seed}


def _shown(faults: Faults) -> list[dict[str, Any]]:
    return [
        {
            "on": fault.on,
            "mode": fault.mode,
            "times": fault.times,
            "match": dict(fault.match),
            "after": max(0, fault.after - fault.met),
            "chance": fault.chance,
            "seconds": fault.lasts,
        }
        for fault in faults.armed
    ]
