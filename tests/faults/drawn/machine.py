"""The state machine that makes histories: it draws what happens next, and to what."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from returns_engine.sandbox.fault_modes import Mode
from tests.faults.drawn import people
from tests.faults.drawn.crash_points import Moment, Point
from tests.faults.drawn.history import History
from tests.faults.drawn.invariants import Broken
from tests.faults.drawn.moods import Kind, Mood, lots
from tests.faults.drawn.opening import OPENINGS, Opening
from tests.faults.drawn.peer import MODES, READING_MODES, READS
from tests.faults.drawn.stage import Stage

which = st.integers(0, 5)
coin = st.booleans()
# Of what was proposed, in hundredths; most refunds are approved whole.
shares = st.sampled_from([100, 100, 100, 50, 1])
decisions = st.sampled_from(
    [Moment(point=point, nth=1) for point in (Point.BEFORE_COMMIT, Point.AFTER_COMMIT)]
)
moments = st.builds(Moment, point=st.sampled_from(Point), nth=st.sampled_from([1, 1, 2, 2, 3]))
_HOURS = (1 / 20, 1, 19, 21, 25, 3 * 24)
waits = st.sampled_from([timedelta(hours=hours) for hours in _HOURS])
# How long after its 500 the provider carries a refund out after all: within the day of its key.
late = st.sampled_from([timedelta(minutes=1), timedelta(hours=2), timedelta(hours=23)])
amounts = st.sampled_from([1000, 500, 1])


class Histories(RuleBasedStateMachine):
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
        self.steps: dict[Kind, Callable[[st.DataObject], Awaitable[None]]] = {
            kind: getattr(self, kind.name.lower()) for kind in Kind
        }

    @initialize(
        opening=st.sampled_from(OPENINGS), mood=st.sampled_from(Mood), approved=st.integers(0, 3)
    )
    def begin(self, opening: Opening, mood: Mood, approved: int) -> None:
        self.about = self.mood or mood
        self.history = History(world=self.stage.world, opening=opening)
        self._do(self._begin(opening, approved))

    async def _begin(self, opening: Opening, approved: int) -> None:
        await self.stage.world.begin(opening)
        for number in range(approved):
            await self._approve(number, 100, None)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self._do(self._step(data))

    async def _step(self, data: st.DataObject) -> None:
        view = await self.told.look()
        kind = data.draw(st.sampled_from(lots(self.about, view)))
        await self.steps[kind](data)

    def teardown(self) -> None:
        if self.history is not None and not self.broken:
            self._do(self.told.come_to_rest())
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

    async def approve(self, data: st.DataObject) -> None:
        number, share = data.draw(which), data.draw(shares)
        await self._approve(number, share, data.draw(st.none() | decisions))

    async def _approve(self, number: int, share: int, dies: Moment | None) -> None:
        refund, n = await self._refund(number, "proposed")
        amount = max(1, refund["proposed"] * share // 100)
        world = self.stage.world
        await self.told.decide(
            lambda: people.approve(refund["id"], amount, world),
            f"approve {amount} of refund {n}",
            dies,
        )

    async def approve_at_once(self, data: st.DataObject) -> None:
        (one, n) = await self._refund(data.draw(which), "proposed")
        (two, m) = await self._refund(data.draw(which), "proposed")
        amount = max(1, two["proposed"] * data.draw(shares) // 100)
        world = self.stage.world
        await self.told.decide_at_once(
            lambda: people.approve(one["id"], one["proposed"], world),
            lambda: people.approve(two["id"], amount, world),
            f"approve {one['proposed']} of refund {n} and {amount} of refund {m} at once",
            data.draw(decisions),
            dies=data.draw(coin),
        )

    async def refuse(self, data: st.DataObject) -> None:
        refund, n = await self._refund(data.draw(which), "proposed")
        dies = data.draw(st.none() | decisions)
        world = self.stage.world
        await self.told.decide(lambda: people.refuse(refund["id"], world), f"refuse {n}", dies)

    async def retry(self, data: st.DataObject) -> None:
        refund, n = await self._refund(data.draw(which), "failed")
        dies = data.draw(st.none() | decisions)
        world = self.stage.world
        await self.told.decide(
            lambda: people.retry(refund["id"], world), f"try refund {n} again", dies
        )

    async def come_back(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        await self.told.the_last_unit_comes_back()

    async def _refund(self, number: int, state: str) -> tuple[dict[str, Any], int]:
        """Return the nth refund in a state, and its place among all."""
        refunds = list(enumerate(await people.all_refunds()))
        able = [one for one in refunds if one[1]["state"] == state] or refunds
        place, refund = able[number % len(able)]
        return refund, place

    # -- workers ------------------------------------------------------------------------------

    async def work(self, data: st.DataObject) -> None:
        await self.told.work(data.draw(which), None)

    async def work_and_die(self, data: st.DataObject) -> None:
        await self.told.work(data.draw(which), data.draw(moments))

    async def work_at_once(self, data: st.DataObject) -> None:
        job, other = data.draw(which), data.draw(which)
        await self.told.work_at_once(job, other, data.draw(moments), dies=data.draw(coin))

    async def work_twice(self, data: st.DataObject) -> None:
        job = data.draw(which)
        await self.told.work_at_once(job, job, data.draw(moments), dies=data.draw(coin))

    async def work_all(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        await self.told.tell("run all that waits", f"{await self.told.work_all()} jobs")

    async def lose_job(self, data: st.DataObject) -> None:
        await self.told.lose_job(data.draw(which))

    async def sweep(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        await self.told.rescue()
        await self.told.sweep()

    # -- the provider ------------------------------------------------------------------------

    async def break_refunding(self, data: st.DataObject) -> None:
        modes = st.sampled_from([self.mode] if self.mode else MODES)
        await self._break("refunds.create", data.draw(modes), data)

    async def break_reading(self, data: st.DataObject) -> None:
        await self._break(
            data.draw(st.sampled_from(READS)), data.draw(st.sampled_from(READING_MODES)), data
        )

    async def _break(self, on: str, mode: Mode, data: st.DataObject) -> None:
        times = data.draw(st.sampled_from([1, 1, 2, 3]))
        after = data.draw(late) if mode is Mode.HTTP_500_LATE else None
        self.peer.arm(on, mode, times, after.total_seconds() if after else None)
        comes = f", carried out {after} later" if after else ""
        self.told.story.append(f"{mode} for the next {times} {on}{comes}")

    async def mend(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        self.peer.faults.disarm()
        self.told.story.append("the provider is well again")

    async def deliver(self, data: st.DataObject) -> None:
        dies = data.draw(st.none() | decisions)
        await self.told.deliver(data.draw(which), data.draw(st.integers(1, 2)), dies)

    async def lose_event(self, data: st.DataObject) -> None:
        await self.told.lose_event(data.draw(which))

    async def refund_by_hand(self, data: st.DataObject) -> None:
        reference, amount = self._payment(data), data.draw(amounts)
        outcome = self.peer.refund_by_hand(reference, amount)
        await self.told.tell(f"{amount} of {reference} refunded in the dashboard", outcome)

    async def dispute(self, data: st.DataObject) -> None:
        reference, amount = self._payment(data), data.draw(amounts)
        asks = data.draw(coin)
        self.peer.dispute(reference, amount, "warning_needs_response" if asks else "needs_response")
        await self.told.tell(f"{amount} of {reference} {'asked about' if asks else 'disputed'}")

    async def close_dispute(self, data: st.DataObject) -> None:
        status = data.draw(st.sampled_from(["won", "lost"]))
        self.peer.close_dispute(status)
        await self.told.tell(f"the oldest dispute is {status}")

    async def settle(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        await self.told.tell("the bank settles what is pending", self.peer.settle())

    async def fail(self, data: st.DataObject) -> None:
        await self.told.tell("the bank fails a refund", self.peer.fail(data.draw(which)))

    async def bounce(self, data: st.DataObject) -> None:
        amount = self.peer.bounce(data.draw(which))
        await self.told.tell("a refund waits for its customer", amount)

    async def overtake(self, data: st.DataObject) -> None:  # noqa: ARG002 - as all steps
        self.peer.overtaken = self.told.hear_what_overtakes
        self.told.story.append("the next webhooks overtake the answer")

    async def wait(self, data: st.DataObject) -> None:
        time = data.draw(waits)
        self.stage.world.wait(time)
        await self.told.tell(f"{time} pass")
        if time > timedelta(days=1):
            # It runs every minute, and a succeeded refund is asked about for a month.
            await self.told.sweep()

    @property
    def peer(self) -> Any:
        return self.stage.world.peer

    def _payment(self, data: st.DataObject) -> str:
        payments = self.told.opening.payments
        return payments[data.draw(which) % len(payments)][0]
