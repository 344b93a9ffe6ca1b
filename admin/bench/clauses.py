"""The clauses a rejection at the bench can rest on, the usual one first."""

from returns_engine.rules.policy import Clause, Policy
from returns_engine.rules.words import ReturnKind

# What the bench can see on goods; the other clauses are about dates, orders and money.
_OF_GOODS = ("return.condition", "return.excluded", "warranty", "fault")
_USUAL = {ReturnKind.WARRANTY: "warranty.not_covered"}


def clauses_for(kind: str, policy: Policy) -> list[Clause]:
    """Return the clauses about goods; first the one that a return of `kind` mostly rests on."""
    usual = _USUAL.get(ReturnKind(kind), "return.condition")
    about = [one for name, one in policy.clauses.items() if name.startswith(_OF_GOODS)]
    return sorted(
        about, key=lambda one: (one.clause_id != usual, not one.clause_id.startswith(usual))
    )
