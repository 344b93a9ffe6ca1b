"""What a customer reads for what is wished: a wrong item is not sent once more (67, 76, B-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.rules.policy import Policy
from returns_engine.rules.words import CompensationKind, Reason, Resolution
from returns_engine.texts.words import RESOLUTIONS, mark
from returns_engine.workflow.refund_in_sight import refund_in_sight

_SENT_AGAIN: Mapping[str | None, tuple[str, str]] = {
    Reason.WRONG_ITEM: (mark("The right item"), mark("The right item, with a gift")),
    Reason.UNDELIVERABLE: (RESOLUTIONS["replacement"], mark("The same item again, with a gift")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish that can be chosen: its names, one for most requests, and the lines without it."""

    word: str
    says: tuple[str, ...]
    rest: tuple[str, ...]


def wish_says(wish: str, why: str | None, policy: Policy) -> str:
    """Return what an item gets that came back for `why`, as a text of the catalogue."""
    if wish != Resolution.REPLACEMENT or why not in _SENT_AGAIN:
        return RESOLUTIONS[wish]
    alone, with_gift = _SENT_AGAIN[why]
    return with_gift if _gives_gift(why, policy) else alone


def _gives_gift(why: str | None, policy: Policy) -> bool:
    on_top = policy.compensation.with_replacement
    return why is not None and on_top.get(Reason(why)) is CompensationKind.GIFT


def wishes_of(decision: Mapping[str, Any], policy: Policy) -> list[Wish]:
    """Return what the lines of a decision offer, the usual wish first."""
    lines = decision["lines"]
    words = dict.fromkeys(word for line in lines for word in line["resolutions"])
    return [
        Wish(
            word=word,
            says=tuple(
                dict.fromkeys(
                    wish_says(word, line.get("reason"), policy)
                    for line in lines
                    if word in line["resolutions"]
                )
            ),
            rest=tuple(line["line_id"] for line in lines if word not in line["resolutions"]),
        )
        for word in words
    ]


async def wishes_of_case(case: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """Return what the page of a return says of what each item gets, and of the money in sight."""
    wishes = [line["resolution"] for line in case["lines"]]
    decision_id = UUID(case["decision_id"])
    return {
        "again": Resolution.REPLACEMENT in wishes,
        "gets": [
            wish_says(line["resolution"], line.get("reason"), policy) for line in case["lines"]
        ],
        "estimate": await refund_in_sight(
            decision_id, case["decision"], wishes, policy, permission=case["permission"]
        ),
    }
