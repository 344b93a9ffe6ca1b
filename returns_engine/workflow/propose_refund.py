"""Work out what follows an inspection: money to the payments, or the same thing again."""

from collections.abc import Sequence
from datetime import datetime

from returns_engine.rules.policy import Policy
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.decide_compensation import lapse_compensations
from returns_engine.workflow.open_refunds import open_refunds
from returns_engine.workflow.order_file import OrderFile, load_order_by_id
from returns_engine.workflow.plan_replacement import plan_replacements
from returns_engine.workflow.return_case import ReturnCase
from returns_engine.workflow.suggest_compensation import suggest_compensation
from returns_engine.workflow.valued_units import value_units


async def propose_refund(
    case: ReturnCase,
    *,
    policy: Policy,
    now: datetime,
    inspector: int | None = None,
    order: OrderFile | None = None,
) -> None:
    """Propose refunds, or plan replacements, once every unit received has a verdict."""
    if any(line.without_verdict for line in case.lines):
        return
    units = [(line, line.to_settle) for line in case.lines if line.to_settle > 0]
    await settle_units(case, units, policy=policy, now=now, inspector=inspector, order=order)
    if not units and case.refunds:
        # Finance sent it back to the bench, and nothing of it is accepted any more.
        await lapse_compensations(case, now=now)


async def settle_units(
    case: ReturnCase,
    units: Sequence[tuple[CaseLine, int]],
    *,
    policy: Policy,
    now: datetime,
    inspector: int | None = None,
    order: OrderFile | None = None,
) -> None:
    """Settle exactly these `units`, each line once: by its resolution a refund or a replacement.

    The order's row is locked (`order`, where the caller holds it already), so that several returns
    of one order are worked out one by one. At most once in a transaction: what was settled before
    is read from the database. With them goes what the policy gives on top for our fault.
    """
    if not units:
        return
    order = order or await load_order_by_id(case.order)
    valued = value_units(order.facts, units, order.settled)
    for line, quantity in units:
        line.add("proposed", quantity)
    again = [one for one in valued if one.to_replace]
    await plan_replacements(case, again, order=order.facts, policy=policy, now=now)
    money = [one for one in valued if not one.to_replace]
    await open_refunds(
        case,
        money,
        currency=order.facts.currency,
        policy=policy,
        now=now,
        inspector=inspector,
    )
    await suggest_compensation(case, [line for line, _ in units], policy=policy, now=now)
