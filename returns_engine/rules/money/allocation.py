"""Splitting an amount so that every minor unit goes to someone, and none goes twice."""

from collections.abc import Sequence


class ImpossibleSplit(ValueError):  # noqa: N818 - named for what could not happen
    """An amount cannot be split this way."""


def allocate(total: int, weights: Sequence[int], quantum: int = 1) -> list[int]:
    """Split `total` in proportion to `weights` by largest remainder, ties to the first (R1).

    Works in steps of `quantum`; the shares always add up to `total`, so a part of `total` that is
    smaller than a step goes to the share that was next in line for one. A weight of 0 gets 0.
    Raises ImpossibleSplit for negative input, or where there is nothing to share over.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ImpossibleSplit(f"negative amounts cannot be split: {total} over {list(weights)}")
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole == 0:
        raise ImpossibleSplit(f"{total} cannot be split over nothing")
    steps, odd = divmod(total, quantum)
    shares = [steps * weight // whole for weight in weights]
    left = steps - sum(shares)
    # sorted() is stable, so of equal remainders the first line comes first.
    waiting = sorted(
        (index for index, weight in enumerate(weights) if weight),
        key=lambda index: -(steps * weights[index] % whole),
    )
    amounts = [share * quantum for share in shares]
    for index in waiting[:left]:
        amounts[index] += quantum
    amounts[waiting[left % len(waiting)]] += odd
    return amounts


def entitled(amount: int, units: int, of: int, quantum: int = 1) -> int:
    """Return what `units` of `of` units are worth together, floored to `quantum` (R3).

    All units together are worth exactly `amount`: the last one takes the remainder. Raises
    ImpossibleSplit unless 0 <= units <= of and of > 0.
    """
    if amount < 0 or of < 1 or not 0 <= units <= of:
        raise ImpossibleSplit(f"{units} of {of} units cannot share {amount}")
    if units == of:
        return amount
    return amount * units // of // quantum * quantum


def step(amount: int, before: int, after: int, of: int, quantum: int = 1) -> int:
    """Return what going from `before` to `after` units adds, so that order never matters (R3)."""
    return entitled(amount, after, of, quantum) - entitled(amount, before, of, quantum)
