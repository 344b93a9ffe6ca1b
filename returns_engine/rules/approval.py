"""Who may approve how much, and when a second person must confirm it.

Two people for what is large, and for what would take the value given for an order above what was
paid for it. They confirm the same amount: a different one replaces the first approval and asks for
another. Refusing stays one person's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.money.money import exponent
from returns_engine.rules.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTerms:
    """How much one person may approve, in whole units of a currency that weighs one.

    `weights` says how many whole units of another currency stand for one of these; a currency that
    is not listed weighs one. More than `second_above` needs two people, more than `up_to` for a
    role nobody of that role approves at all, and up to `batch_up_to` refunds may be approved
    together. What a sitting at the bench rejects above `opinion_above` needs a second opinion.
    """

    second_above: int
    up_to: Mapping[Role, int]
    batch_up_to: int
    opinion_above: int
    weights: Mapping[str, int]

    def minor(self, whole: int, currency: str) -> int:
        """Return one of the amounts above in minor units of `currency`."""
        units: int = whole * self.weights.get(currency.upper(), 1) * 10 ** exponent(currency)
        return units


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That a person approved an amount, in minor units."""

    person: int
    amount: int


class Step(StrEnum):
    """What one more approval does."""

    TAKES_EFFECT = "takes_effect"
    IS_FIRST = "is_first"
    NEEDS_ANOTHER = "needs_another"


def limit_of(roles: Iterable[Role], currency: str, terms: ApprovalTerms) -> int:
    """Return the most that somebody of `roles` may approve, in minor units.

    Who holds none of the roles that have a limit gets the lowest of them.
    """
    held = [terms.up_to[role] for role in roles if role in terms.up_to]
    return terms.minor(max(held) if held else min(terms.up_to.values()), currency)


def needs_second(amount: int, currency: str, terms: ApprovalTerms) -> bool:
    """Say whether `amount`, in minor units, is more than one person approves alone."""
    return amount > terms.minor(terms.second_above, currency)


def next_step(first: Approval | None, given: Approval, *, two: bool) -> Step:
    """Return what `given` does after `first`; `two` says that two people must approve."""
    if not two:
        return Step.TAKES_EFFECT
    if first is None or first.amount != given.amount:
        return Step.IS_FIRST
    return Step.NEEDS_ANOTHER if first.person == given.person else Step.TAKES_EFFECT
