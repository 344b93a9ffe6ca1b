"""Steps of who waits for a dispute: finance puts a refund on hold, and lets go what waits."""

from tests.faults.drawn import people
from tests.faults.drawn.chances import FEW, SELDOM
from tests.faults.drawn.dice import Dice
from tests.faults.drawn.history import History
from tests.faults.drawn.stage import Stage


class Holds:
    """The part of the machine that holds refunds, and lets them go."""

    stage: Stage

    @property
    def told(self) -> History:
        """Return the history that is played."""
        raise NotImplementedError

    async def hold(self, dice: Dice) -> None:
        able = [one for one in enumerate(await people.all_refunds()) if one[1]["contested"]]
        n, refund = able[dice.number() % len(able)]
        by_hand, dies, world = dice.pick(FEW), dice.pick(SELDOM), self.stage.world
        until = "until somebody lets it go" if by_hand else "until the dispute ends"
        await self.told.decide(
            lambda: people.hold(refund["id"], not by_hand, world),
            f"hold refund {n} {until}",
            dies,
        )

    async def release(self, dice: Dice) -> None:
        """Let go what somebody holds, or what was kept since a dispute was lost."""
        number, dies, world = dice.number(), dice.pick(SELDOM), self.stage.world
        able = [one for one in enumerate(await people.all_refunds()) if one[1]["waits"]]
        n, refund = able[number % len(able)]
        await self.told.decide(
            lambda: people.release(refund["id"], world), f"let go of refund {n}", dies
        )
