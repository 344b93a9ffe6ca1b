"""What the customer may choose, and what the choice comes to line by line (48, 51, 67, 76)."""

from returns_engine.rules.decision import Decision, LineDecision
from returns_engine.rules.facts import LineRequest, ReturnRequest
from returns_engine.rules.words import MERCHANT_FAULTS, Resolution, ReturnKind


class ResolutionNotOffered(Exception):  # noqa: N818 - named for what could not happen
    """No line of the request offers the resolution that was chosen."""

    def __init__(self, resolution: Resolution) -> None:
        super().__init__(f"No line of this request offers {resolution.value}.")
        self.resolution = resolution


def offered_resolutions(kind: ReturnKind, asked: LineRequest) -> tuple[Resolution, ...]:
    """Return what is offered for one requested line, the usual one first."""
    match kind:
        case ReturnKind.WARRANTY:
            return (Resolution.REPLACEMENT,)
        case ReturnKind.CANCELLATION:
            return (Resolution.REFUND,)
        case ReturnKind.DELIVERY_PROBLEM:
            return (Resolution.REFUND, Resolution.REPLACEMENT)
        case ReturnKind.RETURN if asked.reason in MERCHANT_FAULTS:
            return (Resolution.REFUND, Resolution.REPLACEMENT, Resolution.EXCHANGE)
        case ReturnKind.RETURN:
            return (Resolution.REFUND, Resolution.EXCHANGE)


def chosen_resolutions(decision: Decision, request: ReturnRequest) -> tuple[Resolution, ...]:
    """Return each line's resolution, in the request's order.

    The chosen one goes to the lines that offer it, the others get refund. Without a choice every
    line gets what it offers first. Raises ResolutionNotOffered where no line offers the choice.
    """
    chosen = request.resolution
    if chosen is not None and not any(chosen in line.resolutions for line in decision.lines):
        raise ResolutionNotOffered(chosen)
    return tuple(resolution_of(line, chosen) for line in decision.lines)


def resolution_of(line: LineDecision, chosen: Resolution | None) -> Resolution:
    """Return what one line gets where `chosen` is what is wanted for all: else its usual one."""
    return chosen if chosen in line.resolutions else line.resolutions[0]
