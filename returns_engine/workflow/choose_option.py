"""The customer chooses, once; what was chosen is done in the same transaction."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import OPTIONS, ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceEvent
from returns_engine.rules.policy import Policy
from returns_engine.tables.choices import Choice
from returns_engine.tables.engine import transaction
from returns_engine.workflow.choice_file import ChoiceFile, load_choice, save_choice
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import NotFound, refuse_field
from returns_engine.workflow.settle_choice import settle_choice


async def choose_option(
    choice_id: UUID,
    *,
    option: ChoiceOption,
    sku: str | None,
    actor: Actor,
    policy: Policy,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take the customer's choice and carry it out.

    After the deadline it still counts, as long as the default was not taken: what somebody says is
    better than what their silence would mean. Raises NotFound for a choice that is not there or
    not of the customer's order, TransitionNotAllowed for one that was settled, Conflict
    `choice_overtaken`, Unprocessable `option_not_offered` and `unknown_sku`.
    """
    async with transaction():
        choice = await load_choice(choice_id, expected_version=expected_version)
        if actor.order is not None and actor.order != choice.order.number:
            raise NotFound("choice")
        data = {"option": str(option)} | ({"sku": sku} if sku else {})
        choice.move(ChoiceEvent.CHOOSE, NewEvent(type="choice.chosen", data=data), now=now)
        _refuse_unfit(choice, option, sku)
        choice.values |= {
            Choice.chosen_option: str(option),
            Choice.chosen_sku: sku,
            Choice.chosen_by: str(actor.kind),
        }
        await settle_choice(choice, option, policy=policy, now=now)
        choice.tell("choice_made", now)
        await save_choice(choice, actor=actor, now=now)


def _refuse_unfit(choice: ChoiceFile, option: ChoiceOption, sku: str | None) -> None:
    if option not in OPTIONS[choice.kind]:
        offered = ", ".join(OPTIONS[choice.kind])
        raise refuse_field("option_not_offered", f"Choose one of {offered}.", "/option")
    suggested = choice.swap_skus if option is ChoiceOption.SWAP else ()
    if suggested and sku not in suggested:
        raise refuse_field("unknown_sku", f"Choose one of {', '.join(suggested)}.", "/sku")
    if sku is not None and not suggested:
        raise refuse_field("unknown_sku", "No item can be named with this choice.", "/sku")
