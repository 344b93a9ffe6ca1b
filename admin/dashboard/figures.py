"""The figures of the dashboard: what waits, how many, how old the oldest; for each role its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from admin.choices.queue import count_waiting
from admin.dashboard.figure import Figure, Section
from admin.dashboard.opinions import opinion_figures
from admin.dashboard.orders import order_figures
from admin.refunds.queue import count_troubles
from returns_engine.queries.dead_jobs import count_dead_jobs
from returns_engine.queries.inbox import count_inbox
from returns_engine.queries.late_orders import LateLimits
from returns_engine.queries.payments_to_look_at import count_payments_to_look_at
from returns_engine.queries.promises import count_promises
from returns_engine.queries.reconciliations import count_differing
from returns_engine.queries.replacements import count_replacements
from returns_engine.queries.rows import rows
from returns_engine.queries.waiting import Waiting, WhatWaits, parcels_waiting, what_is_held
from returns_engine.queries.waiting_messages import WaitingMessages, count_waiting_messages
from returns_engine.queries.webhooks import webhooks_in_trouble
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.words import Role, Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import Caller

_SENT = """
SELECT currency, sum(amount)::bigint AS amount, count(*) AS count FROM refunds
WHERE state = 'succeeded' AND succeeded_at >= {} GROUP BY currency ORDER BY currency
"""
_STUCK = ("failed", "unknown", "requires_action", "blocked")


async def read_sections(
    caller: Caller,
    waits: WhatWaits,
    *,
    month_start: datetime,
    now: datetime,
    tomorrow: datetime,
    late: LateLimits,
) -> list[Section]:
    """Return what is there for the roles of `caller`, the work of the role first."""
    sections = []
    if caller.may(Scope.INSPECTIONS_WRITE):
        figures = (*await _bench(waits), *await opinion_figures(caller, now))
        sections.append(Section(name=mark("At the bench"), figures=figures))
    if caller.may(Scope.RETURNS_REVIEW):
        figures = await _support(waits, await count_waiting_messages(), now, late)
        figures = (*figures, *await _choices(now))
        sections.append(Section(name=mark("With support"), figures=figures))
        again = await count_replacements()
        sections.append(Section(name=mark("Replacements"), figures=_replacements(again)))
    if caller.may(Scope.REFUNDS_READ):
        sections.append(Section(name=mark("With finance"), figures=await _finance(waits, now)))
        sections.append(Section(name=mark("Money"), figures=await _money(waits, month_start)))
    if caller.may(Scope.RETURNS_READ):
        figures = await _promises(now, tomorrow)
        sections.append(Section(name=mark("Promises"), figures=figures))
    if caller.is_one_of({Role.MANAGER, Role.ADMINISTRATOR}):
        sections.append(Section(name=mark("The engine"), figures=await _engine(now)))
    return sections


async def _bench(waits: WhatWaits) -> tuple[Figure, ...]:
    returns = waits.returns
    quarantine, matched = await parcels_waiting()
    return (
        _of(
            mark("To inspect"),
            waits.to_act.get("received"),
            "/admin/returns?state=received&bench=1",
        ),
        _returns(mark("Partly received"), returns, "partially_received"),
        Figure(
            name=mark("In quarantine"),
            count=quarantine.count,
            oldest_at=quarantine.oldest_at,
            link="/admin/parcels",
        ),
        Figure(
            name=mark("Matched, to count in"),
            count=matched.count,
            oldest_at=matched.oldest_at,
            link="/admin/parcels?state=to_count_in",
        ),
        _returns(mark("Label sent"), returns, "label_issued"),
        _returns(mark("On its way"), returns, "in_transit"),
    )


async def _support(
    waits: WhatWaits, written: WaitingMessages, now: datetime, late: LateLimits
) -> tuple[Figure, ...]:
    returns = waits.returns
    held = await what_is_held()
    inbox = await count_inbox(now, late)
    return (
        Figure(
            name=mark("In the inbox"),
            count=sum(one.count for one in inbox.values()),
            link="/admin/inbox",
        ),
        _of(mark("To review"), waits.to_act.get("in_review"), "/admin/inbox?kind=review"),
        Figure(
            name=mark("Appeals"),
            count=waits.appeals.count,
            oldest_at=waits.appeals.oldest_at,
            link="/admin/returns?state=in_review&appeals=1",
        ),
        _on_top(mark("Extras to send"), waits, "approved", "to_give"),
        *await order_figures(inbox, late),
        _messages(mark("Messages to answer"), written.to_answer, "to_answer"),
        _returns(mark("Waiting for the customer"), returns, "needs_info"),
        _messages(
            mark("Mails that did not arrive"), written.not_arrived, "not_arrived", broken=True
        ),
        _messages(mark("Mails without a case"), written.without_a_case, "without_a_case"),
        Figure(
            name=mark("Shipped although canceled"),
            count=held.count,
            oldest_at=held.oldest_at,
            link="/admin/returns?hold=1",
            broken=True,
        ),
    )


def _messages(name: str, waiting: Waiting, show: str, *, broken: bool = False) -> Figure:
    return Figure(
        name=name,
        count=waiting.count,
        oldest_at=waiting.oldest_at,
        link=f"/admin/messages?show={show}",
        broken=broken,
    )


async def _choices(now: datetime) -> tuple[Figure, ...]:
    waiting = await count_waiting(now)
    return (
        Figure(name=mark("Choices due"), count=waiting.due_soon, link="/admin/choices?show=due"),
        Figure(
            name=mark("Choices to carry out"),
            count=waiting.to_do,
            oldest_at=waiting.oldest_to_do,
            link="/admin/choices?show=to_do",
        ),
    )


def _replacements(waiting: Mapping[ReplacementState, Waiting]) -> tuple[Figure, ...]:
    return (
        _replacement(mark("To arrange"), waiting, ReplacementState.PLANNED),
        _replacement(mark("Out of stock"), waiting, ReplacementState.AWAITING_STOCK),
        _replacement(mark("Ordered, not shipped"), waiting, ReplacementState.ORDERED),
    )


def _on_top(name: str, waits: WhatWaits, state: str, tab: str) -> Figure:
    return _of(name, waits.compensations.get(state), f"/admin/compensations?show={tab}")


async def _finance(waits: WhatWaits, now: datetime) -> tuple[Figure, ...]:
    refunds = waits.refunds
    return (
        _refunds(mark("To approve"), refunds, "to_approve", ("proposed",)),
        Figure(
            name=mark("Second approvals"),
            count=waits.second_approvals.count,
            oldest_at=waits.second_approvals.oldest_at,
            link="/admin/approvals?show=second",
        ),
        _on_top(mark("Extras to approve"), waits, "proposed", "to_approve"),
        _refunds(mark("To pay by hand"), refunds, "by_hand", ("by_hand",)),
        _refunds(mark("On the way"), refunds, "on_the_way", ("approved", "submitting", "pending")),
        _refunds(mark("Stuck"), refunds, "stuck", _STUCK, broken=True),
        await _desk(now),
    )


async def _desk(now: datetime) -> Figure:
    troubles = (await count_troubles(now)).values()
    return Figure(
        name=mark("Refunds to see to"),
        count=sum(one["count"] for one in troubles),
        oldest_at=min((one["oldest_at"] for one in troubles), default=None),
        link="/admin/refunds",
        broken=True,
    )


async def _money(waits: WhatWaits, month_start: datetime) -> tuple[Figure, ...]:
    sent = await rows(_SENT, month_start)
    return (
        Figure(
            name=mark("Refunds owed now"),
            amounts=tuple(sorted(waits.owed.items())),
            link="/admin/refunds?show=owed",
        ),
        Figure(
            name=mark("Sent this month"),
            amounts=tuple((row["currency"], row["amount"]) for row in sent),
            link=f"/admin/refunds?show=sent&since={month_start.date()}",
        ),
        Figure(
            name=mark("Payments to look at"),
            count=await count_payments_to_look_at(),
            link="/admin/refunds?show=payments",
            broken=True,
        ),
        Figure(
            name=mark("Differences with the provider"),
            count=await count_differing(),
            link="/admin/reconciliation?show=differing",
            broken=True,
        ),
    )


async def _promises(now: datetime, tomorrow: datetime) -> tuple[Figure, ...]:
    counted = await count_promises(now=now, soon=tomorrow)
    return (
        Figure(
            name=mark("Promised for today"),
            count=counted["soon"],
            link="/admin/promises?show=today",
        ),
        Figure(
            name=mark("Promises broken"),
            count=counted["broken"],
            oldest_at=counted["oldest_broken"],
            link="/admin/promises?show=broken",
            broken=True,
        ),
    )


async def _engine(now: datetime) -> tuple[Figure, ...]:
    dead = await count_dead_jobs()
    told = await webhooks_in_trouble(now)
    return (
        Figure(
            name=mark("Jobs that died"),
            count=dead.count,
            oldest_at=dead.oldest_at,
            link="/admin/jobs",
            broken=True,
        ),
        Figure(
            name=mark("Programs not reached"),
            count=told.count,
            oldest_at=told.oldest_at,
            link="/admin/webhooks?receivers=troubled",
            broken=True,
        ),
    )


def _returns(name: str, waiting: Mapping[str, Waiting], state: str) -> Figure:
    return _of(name, waiting.get(state), f"/admin/returns?state={state}")


def _replacement(
    name: str, waiting: Mapping[ReplacementState, Waiting], state: ReplacementState
) -> Figure:
    return _of(name, waiting.get(state), f"/admin/replacements?show={state}")


def _of(name: str, known: Waiting | None, link: str) -> Figure:
    return Figure(
        name=name,
        count=known.count if known else 0,
        oldest_at=known.oldest_at if known else None,
        link=link,
    )


def _refunds(
    name: str,
    waiting: Mapping[str, Waiting],
    tab: str,
    states: Iterable[str],
    *,
    broken: bool = False,
) -> Figure:
    known = [waiting[state] for state in states if state in waiting]
    return Figure(
        name=name,
        count=sum(one.count for one in known),
        oldest_at=min((one.oldest_at for one in known if one.oldest_at), default=None),
        link=f"/admin/approvals?show={tab}",
        broken=broken,
    )
