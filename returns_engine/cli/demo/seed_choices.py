"""Two choices for whoever tries the demo: their links lie in the mailbox at once."""

from datetime import datetime, timedelta

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import ChoiceKind, StockNews
from returns_engine.rules.policy import Policy
from returns_engine.tables.choices import Choice
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.refusals import Refusal

OUT_OF_STOCK, UNDELIVERABLE = "EKR-1017", "EKR-1018"


async def seed_choices(policy: Policy, now: datetime) -> None:
    """Put the two choices to the sample customers, each once in the life of the demo's data."""
    today = now.astimezone(policy.zone).date()
    offers = {
        OUT_OF_STOCK: Offer(
            kind=ChoiceKind.OUT_OF_STOCK,
            units=[("L1", 2)],
            news=StockNews(
                restock_on=today + timedelta(days=14), restock_until=today + timedelta(days=21)
            ),
            swap_skus=["EKR-F150-GRY"],
        ),
        UNDELIVERABLE: Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)]),
    }
    for number, offer in offers.items():
        if await Choice.exists().where(Choice.order.number == number):
            continue
        try:
            await offer_choice(number, offer, actor=SYSTEM, policy=policy, now=now)
        except Refusal:
            # Somebody cancelled or returned it in this folder before.
            continue
