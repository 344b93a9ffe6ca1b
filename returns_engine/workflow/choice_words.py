"""What each option of a choice means, in words: dates, and money to the cent."""

from dataclasses import dataclass

from returns_engine.rules.choice import ChoiceKind, ChoiceOption, StockNews
from returns_engine.rules.policy import Policy
from returns_engine.texts.localized import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What a choice is about: `amount` is all that would go back, written out for people."""

    kind: ChoiceKind
    news: StockNews
    amount: str
    swap_items: tuple[str, ...]


def news_sentence(stake: Stake, *, policy: Policy, texts: Texts) -> str:
    """Say when the goods are expected; empty where the choice is about a parcel."""
    if stake.kind is ChoiceKind.UNDELIVERABLE:
        return ""
    news = stake.news
    first, last = (
        texts.day(day, policy.zone) if day else "" for day in (news.restock_on, news.restock_until)
    )
    if first and last and first != last:
        return texts.gettext("We expect it between %(first)s and %(last)s.", first=first, last=last)
    if last:
        return texts.gettext("We expect it by %(day)s.", day=last)
    if first:
        return texts.gettext("We expect it on %(day)s.", day=first)
    return texts.gettext(
        "We do not know yet when it will be there; it usually takes one to two months."
    )


def option_sentence(option: ChoiceOption, stake: Stake, *, policy: Policy, texts: Texts) -> str:
    """Say what choosing `option` means for the customer."""
    match option:
        case ChoiceOption.WAIT:
            rest = texts.gettext(
                "We send it as soon as it is there. Until it is shipped you can still cancel it."
            )
            return f"{news_sentence(stake, policy=policy, texts=texts)} {rest}"
        case ChoiceOption.SWAP:
            return _swap(stake, texts)
        case ChoiceOption.CANCEL | ChoiceOption.REFUND:
            return texts.gettext(
                "You get %(amount)s back: the whole price, with its tax and what you paid for"
                " shipping it. It goes back by the way you paid.",
                amount=stake.amount,
            )
        case ChoiceOption.RESHIP:
            return texts.gettext(
                "We send the same items once more, free of charge, with a %(gift)s on top.",
                gift=texts.gettext(policy.compensation.gift),
            )


def _swap(stake: Stake, texts: Texts) -> str:
    if stake.swap_items:
        return texts.gettext(
            "You can take %(items)s instead. Where the price differs, we write to you before"
            " anything else happens.",
            items=texts.sequence(list(stake.swap_items)),
        )
    return texts.gettext(
        "We suggest other colors or styles to you. Where the price differs, we write to you before"
        " anything else happens."
    )


def default_sentence(option: ChoiceOption, stake: Stake, *, texts: Texts) -> str:
    """Say what happens if nothing is chosen: the second half of a sentence that names the day."""
    match option:
        case ChoiceOption.WAIT:
            return texts.gettext("we take it that you want to wait, and send it when it is there.")
        case ChoiceOption.CANCEL:
            return texts.gettext("we cancel it and give you %(amount)s back.", amount=stake.amount)
        case _:
            return texts.gettext("we give you %(amount)s back.", amount=stake.amount)


def made_sentence(
    option: ChoiceOption, stake: Stake, *, sku: str | None, policy: Policy, texts: Texts
) -> str:
    """Say what happens now that `option` holds."""
    match option:
        case ChoiceOption.WAIT:
            return option_sentence(option, stake, policy=policy, texts=texts)
        case ChoiceOption.SWAP if sku:
            return texts.gettext(
                "You take %(item)s instead. We see to it, and write to you first where the price"
                " differs.",
                item=sku,
            )
        case ChoiceOption.SWAP:
            return texts.gettext("We write to you with what we can offer instead.")
        case ChoiceOption.CANCEL:
            return texts.gettext(
                "It is canceled. %(amount)s goes back to you by the way you paid.",
                amount=stake.amount,
            )
        case ChoiceOption.REFUND:
            return texts.gettext(
                "%(amount)s goes back to you by the way you paid.", amount=stake.amount
            )
        case ChoiceOption.RESHIP:
            return texts.gettext(
                "We send the same items once more, free of charge, with a %(gift)s on top."
                " You get its tracking number by mail.",
                gift=texts.gettext(policy.compensation.gift),
            )
