"""Give a replacement up: its units become money, so that nobody keeps both goods and money."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.replacement_states import ReplacementEvent
from returns_engine.rules.money.refund_amount import LineAmount
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.open_refunds import open_refunds
from returns_engine.workflow.order_file import OrderFile, load_order_by_id
from returns_engine.workflow.replacement_file import (
    ReplacementFile,
    load_replacement,
    move_replacement,
)
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.valued_units import ValuedUnits, value_units, without


async def cancel_replacement(
    replacement_id: UUID,
    *,
    reason: str,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Cancel what was not shipped yet and, in the same transaction, propose its units' refund.

    The units stay counted as proposed, so that nothing is planned for them again. The customer
    reads the reason. Raises TransitionNotAllowed.
    """
    async with transaction():
        replacement = await load_replacement(replacement_id, expected_version=expected_version)
        await move_replacement(replacement, ReplacementEvent.CANCEL, {}, now=now, text=reason)
        case = replacement.case
        order = await load_order_by_id(case.order)
        refunds_before = len(case.refunds)
        await open_refunds(
            case,
            [_valued(replacement, order)],
            currency=order.facts.currency,
            policy=policy,
            now=now,
        )
        told = {
            "lines": [replacement.units],
            "reason": reason,
            "refund_follows": len(case.refunds) > refunds_before,
        }
        case.tell("replacement_cancelled", told, now)
        await save_case(case, actor=actor, now=now)


def _valued(replacement: ReplacementFile, order: OrderFile) -> ValuedUnits:
    """Return the units with the worth that was kept when they were planned.

    A replacement from before that was kept is worth what its units are as the last ones settled.
    """
    row, line = replacement.row, replacement.line
    if row["items"] is None:
        before = without(order.settled, line, row["quantity"])
        return value_units(order.facts, [(line, row["quantity"])], before)[0]
    amount = LineAmount(
        line_id=line.line_id,
        quantity=row["quantity"],
        items=row["items"],
        tax=row["tax"],
        shipping=row["shipping"],
    )
    return ValuedUnits(line=line, amount=amount)
