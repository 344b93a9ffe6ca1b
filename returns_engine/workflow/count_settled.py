"""Recount the units of a return that have become money or goods."""

from collections import defaultdict

from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.lifecycle.settled_units import (
    ProposedUnits,
    UnitsSentAgain,
    refunded_units,
    replaced_units,
)
from returns_engine.tables.engine import connection
from returns_engine.workflow.return_case import ReturnCase

# A proposal's lines hang on the first of its refunds; one worth nothing has neither.
_MADE = """
SELECT l.return_line, l.quantity, NULL AS again,
       (SELECT array_agg(other.state::text) FROM refunds other WHERE other.proposal = r.proposal)
           AS refunds
FROM refund_lines l JOIN refunds r ON r.id = l.refund WHERE r.return_id = $1 AND NOT r.taken_back
UNION ALL SELECT return_line, quantity, state, NULL FROM replacements WHERE return_id = $1
"""


async def count_settled(case: ReturnCase) -> None:
    """Recount what was refunded and replaced; rows of refunds and replacements must be saved."""
    proposals: dict[int, list[ProposedUnits]] = defaultdict(list)
    replacements: dict[int, list[UnitsSentAgain]] = defaultdict(list)
    for row in await connection().fetch(_MADE, case.id):
        if row["again"] is None:
            states = tuple(RefundState(state) for state in row["refunds"])
            made = ProposedUnits(quantity=row["quantity"], refunds=states)
            proposals[row["return_line"]].append(made)
        else:
            again = UnitsSentAgain(quantity=row["quantity"], state=ReplacementState(row["again"]))
            replacements[row["return_line"]].append(again)
    for line in case.lines:
        again_here = replacements[line.id]
        line.put("refunded", refunded_units(line.proposed, proposals[line.id], again_here))
        line.put("replaced", replaced_units(again_here))
