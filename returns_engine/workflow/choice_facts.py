"""What a letter or a page tells of a choice, read fresh: the same words in both places."""

from typing import Any
from uuid import UUID

from returns_engine.rules.choice import CLAUSES, OPTIONS, ChoiceKind, ChoiceOption
from returns_engine.rules.lifecycle.choice_states import MADE, ChoiceState
from returns_engine.rules.money.refund_amount import ReturnedUnits, refund_amount
from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.tables.engine import connection
from returns_engine.texts.localized import Texts
from returns_engine.texts.words import CHOICE_OPTIONS
from returns_engine.workflow.choice_file import ChoiceFile, ChoiceUnits, read_choice_file
from returns_engine.workflow.choice_links import choice_path
from returns_engine.workflow.choice_words import (
    Stake,
    default_sentence,
    made_sentence,
    news_sentence,
    option_sentence,
)

_GIVEN = "SELECT COALESCE(sum(proposed), 0)::bigint FROM refunds WHERE return_id = $1"
_TITLES = (
    "SELECT DISTINCT ON (sku) sku, title FROM order_lines WHERE sku = ANY($1) ORDER BY sku, id"
)


async def choice_facts(
    choice_id: UUID, *, settings: Settings, policy: Policy, texts: Texts
) -> dict[str, Any]:
    """Return what can be said of a choice; must run inside a transaction, locks nothing.

    `options` are (word, name, sentence); `left` says whether anything is left to choose about.
    Raises NotFound.
    """
    choice = await read_choice_file(choice_id)
    swap_items = await _titled(choice.swap_skus)
    stake = Stake(
        kind=choice.kind,
        news=choice.news,
        amount=texts.money(await _amount(choice, policy), choice.order.facts.currency),
        swap_items=tuple(swap_items.values()),
    )
    units = choice.left if choice.state is ChoiceState.OPEN and choice.left else choice.lines
    return {
        "choice_url": settings.public_url + choice_path(choice.id, secret_key=settings.secret_key),
        "kind": str(choice.kind),
        "state": str(choice.state),
        "left": bool(choice.left),
        "items": [_item(line) for line in units],
        "news": news_sentence(stake, policy=policy, texts=texts),
        "options": [
            {
                "word": str(option),
                "name": texts.gettext(CHOICE_OPTIONS[option]),
                "says": option_sentence(option, stake, policy=policy, texts=texts),
            }
            for option in OPTIONS[choice.kind]
        ],
        "swap_items": swap_items,
        "deadline": choice.deadline,
        "default": str(choice.default),
        "otherwise": default_sentence(choice.default, stake, texts=texts),
        "clause_says": policy.says_in(CLAUSES[choice.kind], texts.language),
        "time_says": policy.says_in("refund.time", texts.language),
        "return_number": choice.return_number,
        "order_number": choice.order.number,
        **_made(choice, stake, policy, texts),
    }


def _made(choice: ChoiceFile, stake: Stake, policy: Policy, texts: Texts) -> dict[str, Any]:
    option = choice.chosen_option
    if option is None or choice.state not in MADE:
        return {"chosen": None, "chosen_sku": None, "chosen_name": "", "made": "", "pays": False}
    return {
        "chosen": str(option),
        "chosen_sku": choice.chosen_sku,
        "chosen_name": texts.gettext(CHOICE_OPTIONS[option]),
        "made": made_sentence(option, stake, sku=choice.chosen_sku, policy=policy, texts=texts),
        "pays": option in {ChoiceOption.CANCEL, ChoiceOption.REFUND},
    }


async def _amount(choice: ChoiceFile, policy: Policy) -> int:
    """Return what goes back, in minor units: as it was proposed, else as it would be now."""
    if choice.state in MADE and choice.return_id is not None:
        given: int = await connection().fetchval(_GIVEN, choice.return_id)
        return given
    kind = "cancellation" if choice.kind is ChoiceKind.OUT_OF_STOCK else "delivery_problem"
    units = [
        ReturnedUnits(
            line_id=line.line_id,
            quantity=line.quantity,
            shipping=kind in policy.refund.shipping_back_for_kinds,
        )
        for line in choice.left
    ]
    return refund_amount(choice.order.facts, units, choice.order.settled).total


async def _titled(skus: tuple[str, ...]) -> dict[str, str]:
    """Return what is suggested by SKU, each with its title where we sold it before."""
    if not skus:
        return {}
    rows = await connection().fetch(_TITLES, list(skus))
    titles = {row["sku"]: row["title"] for row in rows}
    return {sku: f"{titles[sku]} ({sku})" if sku in titles else sku for sku in skus}


def _item(line: ChoiceUnits) -> str:
    return f"{line.quantity} × {line.title}"
