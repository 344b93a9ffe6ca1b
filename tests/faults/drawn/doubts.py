"""Steps of who doubts a verdict: finance has units looked at again, the bench takes it back."""

from typing import Any

from tests.faults.drawn import people
from tests.faults.drawn.chances import COIN, DECISIONS, SELDOM
from tests.faults.drawn.dice import Dice
from tests.faults.drawn.history import History
from tests.faults.drawn.stage import Stage


class Doubts:
    """The part of the machine that looks at units again."""

    stage: Stage

    @property
    def told(self) -> History:
        """Return the history that is played."""
        raise NotImplementedError

    async def refund_in(self, number: int, state: str) -> tuple[dict[str, Any], int]:
        """Return the nth refund in a state, and its place among all."""
        raise NotImplementedError

    async def back_to_bench(self, dice: Dice) -> None:
        refund, n = await self.refund_in(dice.number(), "proposed")
        dies, world = dice.pick(SELDOM), self.stage.world
        await self.told.decide(
            lambda: people.send_back_to_bench(refund["id"], world),
            f"send the units of refund {n} back to the bench",
            dies,
        )

    async def decide_and_doubt(self, dice: Dice) -> None:
        """Let one of finance approve what another sends back, or the bench takes back."""
        refund, n = await self.refund_in(dice.number(), "proposed")
        amount, world = refund["first_amount"] or refund["proposed"], self.stage.world
        first, second = people.FINANCE_TEAM
        who = second if refund["first_by"] == first.person else first
        doubts = (
            lambda: people.send_back_to_bench(refund["id"], world),
            lambda: people.take_verdict_back(refund["number"], world),
        )
        steps = [lambda: people.approve(refund["id"], amount, who, world), dice.pick(doubts)]
        if dice.pick(COIN):
            steps.reverse()
        await self.told.decide_at_once(
            *steps,
            f"approve refund {n} and look at its units again at once",
            dice.pick(DECISIONS),
            dies=dice.pick(COIN),
        )

    async def take_back(self, dice: Dice) -> None:
        refunds = list(enumerate(await people.all_refunds()))
        n, refund = refunds[dice.number() % len(refunds)]
        dies, world = dice.pick(SELDOM), self.stage.world
        await self.told.decide(
            lambda: people.take_verdict_back(refund["number"], world),
            f"take back the verdict behind refund {n}",
            dies,
        )

    async def inspect_again(self, dice: Dice) -> None:
        number, dies, world = dice.number(), dice.pick(SELDOM), self.stage.world
        waiting = await people.units_at_bench()
        at_bench = waiting[number % len(waiting)]
        await self.told.decide(
            lambda: people.inspect_again(at_bench["number"], at_bench["units"], world),
            f"{at_bench['units']} units are found good again",
            dies,
        )
