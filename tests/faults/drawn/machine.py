"""The state machine that makes histories: it draws what happens next, and to what."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from returns_engine.sandbox.fault_modes import Mode
from tests.faults.drawn import people
from tests.faults.drawn.chances import COIN, DECISIONS, FEW, SELDOM, SHARES
from tests.faults.drawn.crash_points import Moment, Point
from tests.faults.drawn.dice import Dice, dice
from tests.faults.drawn.doubts import Doubts
from tests.faults.drawn.history import History
from tests.faults.drawn.holds import Holds
from tests.faults.drawn.invariants import Broken
from tests.faults.drawn.moods import Kind, Mood, lots
from tests.faults.drawn.opening import LIKELY, Opening
from tests.faults.drawn.peer import MODES, READING_MODES, READS
from tests.faults.drawn.rest import come_to_rest
from tests.faults.drawn.stage import Stage

MOMENTS = [Moment(point=point, nth=nth) for point in Point for nth in (1, 1, 2, 2, 3)]
_HOURS = (1 / 20, 1, 19, 21, 25, 3 * 24)
WAITS = [timedelta(hours=hours) for hours in _HOURS]
# How long after its 500 the provider carries a refund out after all: within the day of its key.
LATE = (timedelta(minutes=1), timedelta(hours=2), timedelta(hours=23))
AMOUNTS = (1000, 500, 1)


class Histories(Doubts, Holds, RuleBasedStateMachine):
    """Histories of one order's refunds."""

    stage: Stage
    """Where they are played; set by the program before the first."""

    mood: Mood | None = None
    """What all of them are about, where that is not left to chance."""

    mode: Mode | None = None
    """What goes wrong with refunding, where that is not left to chance."""

    def __init__(self) -> None:
        super().__init__()
        self.history: History | None = None
        self.about = Mood.FAULTS
        self.broken = False
        self.steps: dict[Kind, Callable[[Dice], Awaitable[None]]] = {
            kind: getattr(self, kind.name.lower()) for kind in Kind
        }

    @initialize(
        opening=st.sampled_from(LIKELY),
        mood=st.sampled_from(Mood),
        approved=st.integers(0, 3),
        loses=st.booleans(),
    )
    def begin(self, opening: Opening, mood: Mood, approved: int, loses: bool) -> None:  # noqa: FBT001 - drawn
        self.about = self.mood or mood
        self.history = History(world=self.stage.world, opening=opening, loses=loses)
        self._do(self._begin(opening, approved))

    async def _begin(self, opening: Opening, approved: int) -> None:
        await self.stage.world.begin(opening)
        for number in range(approved):
            await self._approve(number, 100, None)

    @rule(dice=dice)
    def step(self, dice: Dice) -> None:
        self._do(self._step(dice))

    async def _step(self, dice: Dice) -> None:
        view = await self.told.look()
        kind = dice.pick(lots(self.about, view))
        await self.steps[kind](dice)

    def teardown(self) -> None:
        if self.history is not None and not self.broken:
            self._do(come_to_rest(self.told))
            self.stage.count(self.told)

    @property
    def told(self) -> History:
        assert self.history is not None
        return self.history

    def _do(self, step: Any) -> None:
        """Run a step on the stage's loop; what breaks ends the history, and is told."""
        try:
            self.stage.run(step)
        except BaseException as error:
            self.broken = True
            if isinstance(error, Exception):
                error.add_note(self.stage.told(self.told))
            if isinstance(error, Broken):
                self.stage.broke = error
            raise

    # -- people -------------------------------------------------------------------------------

    async def approve(self, dice: Dice) -> None:
        number, share = dice.number(), dice.pick(SHARES)
        await self._approve(number, share, dice.pick(SELDOM), again=dice.pick(FEW))

    async def _approve(
        self, number: int, share: int, dies: Moment | None, *, again: bool = False
    ) -> None:
        """Let one of finance approve; what needs two, the other confirms, or the same `again`."""
        refund, n = await self.refund_in(number, "proposed")
        amount = refund["first_amount"] or max(1, refund["proposed"] * share // 100)
        one, other = people.FINANCE_TEAM
        who = other if (refund["first_by"] == one.person) is not again else one
        world = self.stage.world
        await self.told.decide(
            lambda: people.approve(refund["id"], amount, who, world),
            f"{who.id} approves {amount} of refund {n}",
            dies,
        )

    async def approve_at_once(self, dice: Dice) -> None:
        number = dice.number()
        (one, n) = await self.refund_in(number, "proposed")
        (two, m) = await self.refund_in(number + dice.pick((1, 1, 0)), "proposed")
        amount = max(1, two["proposed"] * dice.pick(SHARES) // 100)
        (first, second), world = people.FINANCE_TEAM, self.stage.world
        await self.told.decide_at_once(
            lambda: people.approve(one["id"], one["proposed"], first, world),
            lambda: people.approve(two["id"], amount, second, world),
            f"approve {one['proposed']} of refund {n} and {amount} of refund {m} at once",
            dice.pick(DECISIONS),
            dies=dice.pick(COIN),
        )

    async def refuse(self, dice: Dice) -> None:
        refund, n = await self.refund_in(dice.number(), "proposed")
        dies = dice.pick(SELDOM)
        world = self.stage.world
        await self.told.decide(lambda: people.refuse(refund["id"], world), f"refuse {n}", dies)

    async def call_off(self, dice: Dice) -> None:
        refund, n = await self.refund_in(dice.number(), dice.pick(("approved", "failed")))
        dies, world = dice.pick(SELDOM), self.stage.world
        await self.told.decide(lambda: people.refuse(refund["id"], world), f"call {n} off", dies)

    async def retry(self, dice: Dice) -> None:
        refund, n = await self.refund_in(dice.number(), "failed")
        dies = dice.pick(SELDOM)
        world = self.stage.world
        await self.told.decide(
            lambda: people.retry(refund["id"], world), f"try refund {n} again", dies
        )

    async def pay_otherwise(self, dice: Dice) -> None:
        refund, n = await self.refund_in(dice.number(), "failed")
        dies, world = dice.pick(SELDOM), self.stage.world
        await self.told.decide(
            lambda: people.pay_otherwise(refund["id"], world), f"pay refund {n} otherwise", dies
        )

    async def record(self, dice: Dice) -> None:
        number, dies, world = dice.number(), dice.pick(SELDOM), self.stage.world
        able = [one for one in enumerate(await people.all_refunds()) if one[1]["by_hand"]]
        n, refund = able[number % len(able)]
        await self.told.decide(
            lambda: people.record(refund["id"], world), f"pay refund {n} by hand", dies
        )

    async def come_back(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        await self.told.the_last_unit_comes_back()

    async def refund_in(self, number: int, state: str) -> tuple[dict[str, Any], int]:
        """Return the nth refund in a state, and its place among all."""
        refunds = list(enumerate(await people.all_refunds()))
        able = [one for one in refunds if one[1]["state"] == state] or refunds
        place, refund = able[number % len(able)]
        return refund, place

    # -- workers ------------------------------------------------------------------------------

    async def work(self, dice: Dice) -> None:
        await self.told.work(dice.number(), None)

    async def work_and_die(self, dice: Dice) -> None:
        await self.told.work(dice.number(), dice.pick(MOMENTS))

    async def work_at_once(self, dice: Dice) -> None:
        job, other = dice.number(), dice.number()
        await self.told.work_at_once(job, other, dice.pick(MOMENTS), dies=dice.pick(COIN))

    async def work_twice(self, dice: Dice) -> None:
        job = dice.number()
        await self.told.work_at_once(job, job, dice.pick(MOMENTS), dies=dice.pick(COIN))

    async def work_all(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        await self.told.tell("run all that waits", f"{await self.told.work_all()} jobs")

    async def lose_job(self, dice: Dice) -> None:
        await self.told.lose_job(dice.number())

    async def sweep(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        await self.told.rescue()
        await self.told.sweep()

    # -- the provider ------------------------------------------------------------------------

    async def break_refunding(self, dice: Dice) -> None:
        modes = [self.mode] if self.mode else MODES
        await self._break("refunds.create", dice.pick(modes), dice)

    async def break_reading(self, dice: Dice) -> None:
        await self._break(dice.pick(READS), dice.pick(READING_MODES), dice)

    async def _break(self, on: str, mode: Mode, dice: Dice) -> None:
        times = dice.pick((1, 1, 2, 3))
        after = dice.pick(LATE) if mode is Mode.HTTP_500_LATE else None
        self.peer.arm(on, mode, times, after.total_seconds() if after else None)
        comes = f", carried out {after} later" if after else ""
        self.told.story.append(f"{mode} for the next {times} {on}{comes}")

    async def mend(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        self.peer.faults.disarm()
        self.told.story.append("the provider is well again")

    async def deliver(self, dice: Dice) -> None:
        dies = dice.pick(SELDOM)
        await self.told.deliver(dice.number(), dice.pick((1, 2)), dies)

    async def lose_event(self, dice: Dice) -> None:
        await self.told.lose_event(dice.number())

    async def refund_by_hand(self, dice: Dice) -> None:
        reference, amount = self._payment(dice), dice.pick(AMOUNTS)
        outcome = self.peer.refund_by_hand(reference, amount)
        await self.told.tell(f"{amount} of {reference} refunded in the dashboard", outcome)

    async def dispute(self, dice: Dice) -> None:
        reference, amount = self._payment(dice), dice.pick(AMOUNTS)
        asks = dice.pick(COIN)
        self.peer.dispute(reference, amount, "warning_needs_response" if asks else "needs_response")
        await self.told.tell(f"{amount} of {reference} {'asked about' if asks else 'disputed'}")

    async def close_dispute(self, dice: Dice) -> None:
        status = dice.pick(("won", "lost"))
        self.peer.close_dispute(status)
        await self.told.tell(f"the oldest dispute is {status}")

    async def settle(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        await self.told.tell("the bank settles what is pending", self.peer.settle())

    async def fail(self, dice: Dice) -> None:
        await self.told.tell("the bank fails a refund", self.peer.fail(dice.number()))

    async def bounce(self, dice: Dice) -> None:
        amount = self.peer.bounce(dice.number())
        await self.told.tell("a refund waits for its customer", amount)

    async def overtake(self, dice: Dice) -> None:  # noqa: ARG002 - as all steps
        self.peer.overtaken = self.told.hear_what_overtakes
        self.told.story.append("the next webhooks overtake the answer")

    async def wait(self, dice: Dice) -> None:
        time = dice.pick(WAITS)
        self.stage.world.wait(time)
        await self.told.tell(f"{time} pass")
        if time > timedelta(days=1):
            # It runs every minute, and a succeeded refund is asked about for a month.
            await self.told.sweep()

    @property
    def peer(self) -> Any:
        return self.stage.world.peer

    def _payment(self, dice: Dice) -> str:
        payments = self.told.opening.payments
        return payments[dice.number() % len(payments)][0]
