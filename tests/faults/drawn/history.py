"""One history: steps that may die or meet, each told in a line, each checked afterwards."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from returns_engine.gateways.payments.gateway import ProviderUnavailable
from returns_engine.sandbox.provider.books import UNDONE
from returns_engine.workflow.sweep import sweep_inbox, sweep_refunds, sweep_succeeded
from returns_engine.workflow.sweep_payments import sweep_payments
from returns_engine.workflow.take_webhook import take_webhook
from tests.faults.drawn import people, queue
from tests.faults.drawn.at_once import both, caught, one
from tests.faults.drawn.crash_points import Crash, Moment
from tests.faults.drawn.invariants import Broken, books, check_step
from tests.faults.drawn.opening import Opening
from tests.faults.drawn.peer import WAITING, Peer
from tests.faults.drawn.world import World

MOST_JOBS = 400
Step = Callable[[], Coroutine[Any, Any, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How things stand, as far as it decides what can happen next."""

    states: tuple[str, ...]
    jobs: int
    events: int
    pending: int
    alive: int
    on_the_way: bool
    disputed: bool
    armed: bool
    by_hand: bool
    at_bench: bool
    waits: bool
    contested: bool


@dataclass(kw_only=True)
class History:
    """What happened so far, and what may happen next.

    Where it `loses` its last webhooks, those about refunds that are under way at the end never
    arrive: what they told must be found by asking.
    """

    world: World
    opening: Opening
    loses: bool = False
    story: list[str] = field(default_factory=list)
    came_back: bool = False

    async def look(self) -> View:
        """See how things stand."""
        refunds, jobs = await people.all_refunds(), await queue.waiting_jobs()
        there = self.peer.refunds()
        return View(
            states=tuple(refund["state"] for refund in refunds),
            jobs=len(jobs),
            events=len(self.peer.under_way),
            pending=sum(one["status"] in WAITING for one in there),
            alive=sum(one["status"] not in UNDONE for one in there),
            on_the_way=not self.came_back,
            disputed=self.peer.is_disputed(),
            armed=bool(self.peer.faults.armed),
            by_hand=any(refund["by_hand"] for refund in refunds),
            at_bench=bool(await people.units_at_bench()),
            waits=any(refund["waits"] for refund in refunds),
            contested=any(refund["contested"] for refund in refunds),
        )

    @property
    def peer(self) -> Peer:
        return self.world.peer

    async def tell(self, what: str, outcome: object = "") -> None:
        """Write a step down, and check what must hold after it."""
        self.story.append(f"{what}{f' -> {outcome}' if outcome != '' else ''}")
        rows = await books()
        check_step(rows, self.peer)

    # -- people -------------------------------------------------------------------------------

    async def the_last_unit_comes_back(self) -> None:
        """Take in and inspect what was on its way: one more refund is proposed."""
        self.came_back = True
        number = self.world.on_the_way[self.opening.name]
        outcome = await people.come_back(number, self.world)
        await self.tell("the last unit comes back", outcome)

    async def decide(self, step: Step, what: str, dies: Moment | None) -> None:
        """Let a person do something; the web process may die with it."""
        try:
            outcome = await one(step(), dies=dies)
        except (Crash, Exception) as error:  # noqa: BLE001 - read, and raised where none of ours
            outcome = self._read(error)
        await self.tell(what + (f", dying {dies}" if dies else ""), outcome)

    async def decide_at_once(
        self, first: Step, second: Step, what: str, held: Moment, *, dies: bool
    ) -> None:
        """Let two people decide at the same moment."""
        outcomes = await both(
            first(),
            second(),
            held=held,
            dies=dies,
            somebody_waits_for=self.world.somebody_waits_for,
        )
        await self.tell(f"{what}, the first {_held(held, dies)}", _both(map(self._read, outcomes)))

    # -- workers ------------------------------------------------------------------------------

    async def work(self, which: int, dies: Moment | None) -> None:
        """Run one of the jobs that wait; its worker may die."""
        job = _nth(await queue.waiting_jobs(), which)
        if job is None:
            return
        await queue.fetch(job)
        try:
            outcome = await one(queue.run(job, self.world), dies=dies)
        except (Crash, Exception) as error:  # noqa: BLE001 - read, and raised where none of ours
            outcome = self._read(error)
        await self._file(job, outcome)
        name = await self._name(job)
        await self.tell(f"run {name}" + (f", dying {dies}" if dies else ""), outcome)

    async def work_at_once(self, which: int, other: int, held: Moment, *, dies: bool) -> None:
        """Run two jobs at once, or one job twice: its first worker was taken for dead."""
        waiting = await queue.waiting_jobs()
        first, second = _nth(waiting, which), _nth(waiting, other)
        if first is None or second is None:
            return
        names = f"{await self._name(first)} and {await self._name(second)}"
        outcomes = await both(
            queue.run(first, self.world),
            queue.run(second, self.world),
            held=held,
            dies=dies,
            somebody_waits_for=self.world.somebody_waits_for,
        )
        read = [self._read(outcome) for outcome in outcomes]
        if first.id == second.id:
            # The worker that came later has the last word on its job.
            await self._file(first, read[1])
        else:
            await self._file(first, read[0])
            await self._file(second, read[1])
        await self.tell(f"run {names} at once, the first {_held(held, dies)}", _both(read))

    async def work_all(self) -> int:
        """Run whatever waits, oldest first, until nothing does."""
        for count in range(MOST_JOBS):
            waiting = await queue.waiting_jobs()
            if not waiting:
                return count
            job = waiting[0]
            await queue.fetch(job)
            try:
                outcome = await one(queue.run(job, self.world))
            except Exception as error:  # noqa: BLE001 - read below, and raised where it is none of ours
                outcome = self._read(error)
            await self._file(job, outcome)
        raise Broken("the jobs never come to an end")

    async def lose_job(self, which: int) -> None:
        job = _nth(await queue.waiting_jobs(), which)
        if job is not None:
            await queue.lose(job)
            await self.tell(f"lose {await self._name(job)}")

    async def rescue(self) -> None:
        """Take workers that died for dead."""
        await self.tell("rescue the jobs of the dead", await queue.rescue())

    async def sweep(self) -> None:
        """Look for what nobody answered for, as the schedules do."""
        await self.tell("sweep", f"{await self.swept()} jobs")

    async def swept(self) -> int:
        """Look for what nobody answered for; return how many jobs that made."""
        now = self.world.clock()
        return (
            await sweep_refunds(now=now)
            + await sweep_succeeded(now=now)
            + await sweep_payments(now=now)
            + await sweep_inbox(now=now)
        )

    # -- the provider ------------------------------------------------------------------------

    async def deliver(self, which: int, times: int, dies: Moment | None) -> None:
        """Deliver one of the webhooks under way, perhaps more than once."""
        event = _nth(self.peer.under_way, which)
        if event is None:
            return
        outcomes = [await self.take(event, dies) for _ in range(times)]
        if "dead" not in outcomes:
            self.peer.under_way.remove(event)
        await self.tell(f"deliver {event['type']} {times} times", ", ".join(outcomes))

    async def hear_what_overtakes(self) -> None:
        """Take every webhook under way and handle it, while the call that caused it still runs."""
        for event in list(self.peer.under_way):
            await self.take(event)
            self.peer.under_way.remove(event)
        for job in await queue.waiting_jobs():
            if job.task == "hear_provider":
                await queue.fetch(job)
                await self._file(job, self._read(await caught(queue.run(job, self.world))))
        self.story.append("webhooks overtake the answer")

    async def take(self, event: dict[str, Any], dies: Moment | None = None) -> str:
        """Take a webhook in, as the endpoint does."""

        async def take() -> str:
            new = await take_webhook(self.peer.read(event), now=self.world.clock())
            return "new" if new else "known"

        try:
            return await one(take(), dies=dies)
        except Crash as error:
            return self._read(error)

    async def lose_event(self, which: int) -> None:
        """Lose one of the webhooks about refunds for good: the sweep must find what it told."""
        event = _nth([one for one in self.peer.under_way if is_lossy(one)], which)
        if event is None:
            return
        self.peer.under_way.remove(event)
        await self.tell(f"lose {event['type']}")

    # -- words ------------------------------------------------------------------------------

    def _read(self, outcome: str | BaseException) -> str:
        """Say how a step ended; an error that no code of ours means is a broken invariant."""
        if isinstance(outcome, str):
            return outcome
        if isinstance(outcome, Crash):
            return "dead"
        if isinstance(outcome, ProviderUnavailable):
            return "unavailable"
        refusal = people.said_no(outcome)
        if refusal is not None:
            return refusal
        if isinstance(outcome, Broken | asyncio.CancelledError):
            raise outcome
        raise Broken(f"a step ended in {outcome!r}, not in an answer") from outcome

    async def _file(self, job: queue.WaitingJob, outcome: str) -> None:
        if outcome == "done":
            await queue.finish(job)
        elif outcome != "dead":
            await queue.try_later(job)

    async def _name(self, job: queue.WaitingJob) -> str:
        if "refund_id" not in job.args:
            return job.task
        ids = [str(refund["id"]) for refund in await people.all_refunds()]
        return f"{job.task} of refund {ids.index(job.args['refund_id'])}"


def is_lossy(event: dict[str, Any]) -> bool:
    """Say whether a webhook may be lost for good: asking finds what it told."""
    return str(event["type"]).startswith("refund.")


def _nth(items: list[Any], which: int) -> Any:
    return items[which % len(items)] if items else None


def _held(held: Moment, dies: bool) -> str:  # noqa: FBT001 - a word of the sentence
    return f"held {held}" + (" and dying there" if dies else "")


def _both(outcomes: Any) -> str:
    return " | ".join(outcomes)
