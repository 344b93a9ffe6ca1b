"""What a customer may appeal against: once per return, and another person hears it."""

from enum import StrEnum

from returns_engine.rules.lifecycle.headline import CaseFacts
from returns_engine.rules.lifecycle.permission import PermissionState


class Against(StrEnum):
    """What was refused: the return, goods at the bench, or a part of the money or all of it.

    Money that was approved and then called off is refused too.
    """

    DECLINED = "declined"
    REJECTION = "rejection"
    LOWERED = "lowered"


class Heard(StrEnum):
    """What came of an appeal."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


def appealable(case: CaseFacts) -> tuple[Against, ...]:
    """Return what was refused in `case`, whether or not the one appeal was used.

    Units that the customer let us keep are settled: there is nothing to hear about them.
    """
    if case.permission is PermissionState.DECLINED:
        return (Against.DECLINED,)
    rejected = any(line.rejected > line.disposed for line in case.lines)
    found = ((Against.REJECTION, rejected), (Against.LOWERED, case.lowered))
    return tuple(against for against, there in found if there)
