"""How a letter names goods: what the customer has in hand, and what is sent again."""

from collections.abc import Mapping, Sequence
from typing import Any

from returns_engine.rules.compensation import suggest
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import CompensationKind, Reason, Resolution
from returns_engine.texts.goods import goods_in_words
from returns_engine.texts.localized import Texts
from returns_engine.workflow.compensation_words import with_gift


def item(quantity: int, title: str) -> str:
    """Return units of a title."""
    return f"{quantity} × {title}"


def in_hand(line: Mapping[str, Any], texts: Texts) -> str:
    """Return what the customer has of a line, which is another thing where the wrong one came."""
    return item(line["requested"], goods_in_words(line["title"], line["reason"], texts))


def names_in_hand(lines: Sequence[Mapping[str, Any]], texts: Texts) -> dict[str, str]:
    """Return by line id what the customer has; the title where one line came in two ways."""
    reasons: dict[str, set[str | None]] = {}
    for line in lines:
        reasons.setdefault(line["line_id"], set()).add(line["reason"])
    return {
        line["line_id"]: goods_in_words(
            line["title"], line["reason"] if len(reasons[line["line_id"]]) == 1 else None, texts
        )
        for line in lines
    }


def by_wish(
    lines: Sequence[Mapping[str, Any]], policy: Policy, texts: Texts
) -> dict[str, list[str]]:
    """Return what is replaced, which of it comes back before and which not, and what is paid."""
    replaced = [line for line in lines if line["resolution"] == Resolution.REPLACEMENT]
    parts = {
        "again": replaced,
        "again_back": [line for line in replaced if line["goods_expected"]],
        "again_kept": [line for line in replaced if not line["goods_expected"]],
    }
    return {
        name: [_sent_again(line, policy, texts) for line in part] for name, part in parts.items()
    } | {"not_again": [in_hand(line, texts) for line in lines if line not in replaced]}


def _sent_again(line: Mapping[str, Any], policy: Policy, texts: Texts) -> str:
    """Return what the customer gets again, with the gift that the policy gives with it (67, 76)."""
    reason = Reason(line["reason"]) if line["reason"] else None
    on_top = suggest([reason], Resolution.REPLACEMENT, policy.compensation)
    gift = on_top.what if on_top and on_top.kind is CompensationKind.GIFT else None
    return with_gift(item(line["requested"], line["title"]), gift and texts.gettext(gift), texts)
