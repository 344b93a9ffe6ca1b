"""What the database itself refused, in words: its guards stand behind the code's own checks.

They speak where somebody was faster, or has changed a row by hand. A caller learns that it clashes
with how things stand, and nothing of tables or SQL. Any other trouble with the database stays one.
"""

from collections.abc import Mapping

import asyncpg

from returns_engine.workflow.refusals import AboveLimit, Conflict, Refusal, SamePerson

_TWO_PERSONS = "Two different people, neither of whom inspected the return, must approve this."
_ABOVE = "This is more than whoever approved it may approve; somebody with a higher limit can."
_REFUSALS: Mapping[str, Refusal] = {
    "refunds_within_payment": Conflict(
        "exceeds_refundable", "The payment has not enough left for this; read the refund again."
    ),
    "refunds_ck_other_person": SamePerson("Whoever inspected a return does not decide its refund."),
    "refunds_ck_two_persons": SamePerson(_TWO_PERSONS),
    "refunds_ck_other_payer": SamePerson(
        "Whoever chose to pay this otherwise does not record its payment: it takes two."
    ),
    "refunds_within_limit": AboveLimit(_ABOVE),
    "compensations_within_limit": AboveLimit(_ABOVE),
}
"""By the name of the constraint, where the database gives one."""


def guard_refusal(error: Exception) -> Refusal | None:
    """Return the refusal that a guard of the database means; None for every other error.

    A check that has a name and is not listed here is a mistake of ours, and no refusal.
    """
    if not isinstance(error, asyncpg.CheckViolationError):
        return None
    name: str | None = error.constraint_name
    if name is None:
        return Conflict(
            "guarded", "This would break a rule that always holds, so nothing was changed."
        )
    return _REFUSALS.get(name)
