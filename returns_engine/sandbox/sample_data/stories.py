"""The lives that returns have had, and how many of a thousand had each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from returns_engine.rules.words import Reason, Resolution
from returns_engine.sandbox.sample_data import money_steps as money
from returns_engine.sandbox.sample_data import replacement_steps as again
from returns_engine.sandbox.sample_data import steps
from returns_engine.sandbox.sample_data.drawn_case import Drawing, DrawnCase
from returns_engine.sandbox.sample_data.drawn_order import DrawnOrder
from returns_engine.sandbox.sample_data.steps import Step

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_LONGEST_THOUGHT = timedelta(days=25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens after the request, each step some time after the one before."""

    weight: int
    steps: Sequence[tuple[Step, timedelta]]
    reason: Reason = Reason.CHANGED_MIND
    resolution: Resolution = Resolution.REFUND


_LABEL = (steps.issue_label, _MINUTE)
_SENT = (_LABEL, (steps.announce, 2 * _DAY))
_HERE = (*_SENT, (steps.receive, 4 * _DAY))
_ACCEPTED = (*_HERE, (money.accept, _DAY))
_APPROVED = (*_ACCEPTED, (money.approve_refund, _DAY))
_PAID = (*_APPROVED, (money.pay, _MINUTE))
_LOOKED_AT = (steps.approve, _DAY)
_AGAIN = (_LOOKED_AT, *_HERE, (again.plan, _DAY))

STORIES: Sequence[Story] = (
    Story(weight=560, steps=_PAID),
    Story(weight=60, steps=(_LABEL, (steps.receive, 6 * _DAY), *_PAID[3:])),
    Story(weight=60, steps=(_LOOKED_AT, *_PAID), reason=Reason.DEFECTIVE),
    Story(
        weight=40,
        steps=(
            *_AGAIN,
            (again.order_again, _DAY),
            (again.ship_again, _DAY),
            (again.deliver_again, 4 * _DAY),
        ),
        reason=Reason.DEFECTIVE,
        resolution=Resolution.REPLACEMENT,
    ),
    Story(weight=40, steps=(*_HERE, (steps.reject, _DAY), (steps.send_back, _DAY))),
    Story(weight=30, steps=((steps.decline, _DAY),), reason=Reason.DEFECTIVE),
    Story(weight=30, steps=(_LABEL, (steps.withdraw, _DAY))),
    Story(weight=30, steps=(_LABEL, (steps.expire, 14 * _DAY))),
    Story(weight=10, steps=(*_ACCEPTED, (money.refuse_refund, _DAY))),
    # Left where they are: somebody should look, and the lists of every state hold something.
    Story(weight=10, steps=(), reason=Reason.DEFECTIVE),
    Story(weight=10, steps=((steps.ask_back, _DAY),), reason=Reason.DEFECTIVE),
    Story(weight=10, steps=()),
    Story(weight=10, steps=(_LABEL,)),
    Story(weight=10, steps=_SENT),
    Story(weight=10, steps=(*_SENT, (steps.receive_a_part, 4 * _DAY))),
    Story(weight=10, steps=_HERE),
    Story(weight=10, steps=(*_HERE, (steps.reject, _DAY))),
    Story(weight=10, steps=_ACCEPTED),
    Story(weight=10, steps=_APPROVED),
    Story(weight=5, steps=(*_APPROVED, (money.submit, _MINUTE))),
    Story(weight=5, steps=(*_APPROVED, (money.pend, _MINUTE))),
    Story(weight=5, steps=(*_APPROVED, (money.need_action, _MINUTE))),
    Story(weight=5, steps=(*_APPROVED, (money.fail, _MINUTE))),
    Story(weight=5, steps=(*_APPROVED, (money.lose_answer, _MINUTE))),
    Story(weight=5, steps=_AGAIN, reason=Reason.DEFECTIVE, resolution=Resolution.REPLACEMENT),
)
_WEIGHTS = [story.weight for story in STORIES]
LONGEST = timedelta(days=9)
"""How long after it was placed an order with a return has arrived at the latest."""


def draw_return(order: DrawnOrder, drawing: Drawing) -> DrawnCase:
    """Draw the return of an order that has arrived, as far as it has come by `drawing.until`."""
    if order.delivered_at is None:
        raise ValueError(f"Order {order.number} has not arrived: nothing of it can come back.")
    story = drawing.draw.choices(STORIES, _WEIGHTS)[0]
    thought = min(_LONGEST_THOUGHT, drawing.until - order.delivered_at)
    asked_at = order.delivered_at + drawing.draw.random() * thought
    drawn = steps.ask(order, asked_at, story.reason, story.resolution, drawing)
    for step, after in story.steps:
        drawn.at += after * _delay(drawing.draw)
        if drawn.at >= drawing.until:
            break
        step(drawn)
    return drawn


def _delay(draw: Random) -> float:
    return 0.5 + draw.random()
