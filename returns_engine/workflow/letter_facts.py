"""What a letter tells, read fresh when it is written: a message row holds ids and amounts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import loaded
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import InspectionVerdict, Postage, Resolution, ReturnKind
from returns_engine.settings import Settings
from returns_engine.tables.engine import connection
from returns_engine.texts.carriers import CARRIERS
from returns_engine.texts.localized import Texts
from returns_engine.texts.words import VERDICTS
from returns_engine.workflow.business_days import business_days_after
from returns_engine.workflow.choice_facts import choice_facts
from returns_engine.workflow.compensation_words import (
    compensation_facts,
    extras_of,
    gifts_of,
    with_gift,
)
from returns_engine.workflow.letter_goods import by_wish, in_hand, item, names_in_hand
from returns_engine.workflow.refund_in_sight import refund_in_sight

_CASE = """
SELECT r.number, r.kind, r.permission, r.appealed, r.decision, d.answer,
       l.carrier, l.postage, l.send_by, l.expires_at,
       (SELECT min(due) FROM promises p WHERE p.return_id = r.id AND p.what = 'answer'
        AND p.kept_at IS NULL AND p.released_at IS NULL) AS answer_by
FROM returns r JOIN decisions d ON d.id = r.decision LEFT JOIN labels l ON l.return_id = r.id
WHERE r.id = $1
"""
_LINES = """
SELECT o.line_id, o.title, r.requested, r.goods_expected, r.resolution, r.reason
FROM return_lines r JOIN order_lines o ON o.id = r.order_line
WHERE r.return_id = $1 ORDER BY r.position
"""
_REFUNDS = """
SELECT currency, sum(COALESCE(amount, proposed))::bigint AS amount FROM refunds
WHERE return_id = $1 AND state NOT IN ('refused', 'canceled') GROUP BY currency
"""
_REFUND = """
SELECT amount, proposed, currency, decided_at, note, clause FROM refunds WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a letter goes to, and about which order."""

    order_number: str
    name: str
    return_id: int | None


async def letter_facts(
    addressee: Addressee,
    context: Mapping[str, Any],
    *,
    settings: Settings,
    policy: Policy,
    texts: Texts,
    now: datetime,
) -> dict[str, object]:
    """Return what a letter's template may name; must run inside a transaction."""
    facts: dict[str, object] = {
        "shop_name": settings.shop_name,
        "contact": settings.mail_from,
        "portal_url": f"{settings.public_url}/",
        "policy_url": f"{settings.public_url}/policy",
        "accent": settings.accent,
        "phone": settings.contact_phone,
        "imprint_url": settings.imprint_url,
        "privacy_url": settings.privacy_url,
        "name": addressee.name,
        "order_number": addressee.order_number,
        "sentences": [
            policy.says_in(clause, texts.language) for clause in context.get("clauses", [])
        ],
        **context,
    }
    if addressee.return_id is not None:
        facts |= await _of_the_return(addressee.return_id, context, settings, policy, texts)
        facts["extras"] = await extras_of(addressee.return_id, texts)
    if "tracking_number" in context:
        facts["tracking_url"] = tracking_url(context["carrier"], context["tracking_number"])
    if "amount" in context:
        facts["amount_says"] = texts.money(context["amount"], context["currency"])
    if "compensation_id" in context:
        facts |= await compensation_facts(context, texts)
    if choice_id := context.get("choice_id"):
        facts |= await choice_facts(
            UUID(str(choice_id)), settings=settings, policy=policy, texts=texts
        )
    if refund_id := context.get("refund_id"):
        facts |= await _of_the_refund(UUID(str(refund_id)), policy, texts, now)
    return facts


async def _of_the_return(
    return_id: int, context: Mapping[str, Any], settings: Settings, policy: Policy, texts: Texts
) -> dict[str, object]:
    case = await connection().fetchrow(_CASE, return_id)
    lines = await connection().fetch(_LINES, return_id)
    titles = {line["line_id"]: line["title"] for line in lines}
    gifts = await gifts_of(return_id, texts)
    again = {line["line_id"] for line in lines if line["resolution"] == Resolution.REPLACEMENT}
    exchange = any(line["resolution"] == Resolution.EXCHANGE for line in lines)
    money = {line["line_id"] for line in lines if line["resolution"] != Resolution.REPLACEMENT}
    # Who gets the same thing again is promised no money for it.
    wishes = [line["resolution"] for line in lines]
    answer, permission = loaded(case["answer"]), case["permission"]
    estimate = await refund_in_sight(
        case["decision"], answer, wishes, policy, permission=permission
    )
    return {
        "return_url": f"{settings.public_url}/returns/{case['number']}",
        "case_kind": case["kind"],
        "items": [in_hand(line, texts) for line in lines],
        "answer_by": case["answer_by"],
        "may_appeal": not case["appealed"],
        "to_send": [in_hand(line, texts) for line in lines if line["goods_expected"]],
        # What never came is not kept either.
        "kept": [
            in_hand(line, texts)
            for line in lines
            if not line["goods_expected"] and case["kind"] == ReturnKind.RETURN
        ],
        **by_wish(lines, policy, texts),
        "sent_again": [
            with_gift(
                item(line["quantity"], titles[line["line_id"]]), gifts.get(line["line_id"]), texts
            )
            for line in context.get("lines", [])
        ],
        "refund_says": await _refund_says(return_id, texts),
        "estimate": texts.money(estimate["total"], estimate["currency"]) if estimate else None,
        "discount_says": _discount_sentence(estimate, texts),
        **_of_the_label(case, settings, texts, policy),
        **_of_the_bench(context.get("lines", []), names_in_hand(lines, texts), texts, policy),
        "order_again_url": settings.shop_url if exchange else None,
        "refund_next": money & _accepted(context),
        "replacement_next": again & _accepted(context),
    }


def _discount_sentence(estimate: Mapping[str, Any] | None, texts: Texts) -> str | None:
    """Say that the order's own discount is in the sum, so that nobody takes it for a deduction."""
    if not estimate or not estimate["discount"]:
        return None
    return texts.gettext(
        "It holds the price of %(price)s less the discount of %(discount)s that you had on it.",
        price=texts.money(estimate["price"], estimate["currency"]),
        discount=texts.money(estimate["discount"], estimate["currency"]),
    )


async def _refund_says(return_id: int, texts: Texts) -> str | None:
    row = await connection().fetchrow(_REFUNDS, return_id)
    return texts.money(row["amount"], row["currency"]) if row else None


def _of_the_label(
    case: Mapping[str, Any], settings: Settings, texts: Texts, policy: Policy
) -> dict[str, object]:
    if case["postage"] is None:
        return {}
    expires = case["expires_at"].astimezone(policy.zone).date()
    return {
        "send_by": case["send_by"] or expires,
        "postage_says": postage_sentence(
            Postage(case["postage"]), case["carrier"], settings.shop_name, texts
        ),
    }


def postage_sentence(postage: Postage, carrier: str, shop_name: str, texts: Texts) -> str:
    """Say what is true of the postage: nothing is called paid that is not (B-13)."""
    by = CARRIERS.get(carrier, carrier)
    match postage:
        case Postage.BILLED_TO_ACCOUNT:
            return texts.gettext(
                "The way back is charged to the return account of %(shop)s at %(carrier)s:"
                " you pay nothing at the counter.",
                shop=shop_name,
                carrier=by,
            )
        case Postage.PREPAID:
            return texts.gettext(
                "The way back with %(carrier)s is paid for: you pay nothing at the counter.",
                carrier=by,
            )
        case Postage.REIMBURSED:
            return texts.gettext(
                "The label is no postage: please pay at the counter and keep the receipt."
                " We refund your postage up to the amount printed on the label's instructions."
            )


def _of_the_bench(
    lines: list[dict[str, Any]], titles: Mapping[str, str], texts: Texts, policy: Policy
) -> dict[str, object]:
    verdicts = [line.get("verdict") for line in lines]
    return {
        "moved": [item(line["quantity"], titles[line["line_id"]]) for line in lines],
        "inspected": [
            {
                "item": item(line["quantity"], titles[line["line_id"]]),
                "verdict": texts.gettext(VERDICTS[line["verdict"]]),
                "note": line.get("note"),
                "clause_says": _sentence(line.get("clause"), texts, policy),
            }
            for line in lines
            if line.get("verdict")
        ],
        "any_rejected": "rejected" in verdicts,
    }


def _sentence(clause: str | None, texts: Texts, policy: Policy) -> str | None:
    """Return what a clause says; None where there is none, or the policy has dropped it since."""
    known = policy.clauses.get(clause) if clause else None
    return texts.gettext(known.says) if known else None


def _accepted(context: Mapping[str, Any]) -> set[str]:
    """Return the lines of which the bench accepted units."""
    return {
        line["line_id"]
        for line in context.get("lines", [])
        if line.get("verdict") == InspectionVerdict.ACCEPTED
    }


async def _of_the_refund(
    refund_id: UUID, policy: Policy, texts: Texts, now: datetime
) -> dict[str, object]:
    refund = await connection().fetchrow(_REFUND, refund_id)
    amount = refund["amount"] if refund["amount"] is not None else refund["proposed"]
    decided_on = (refund["decided_at"] or now).astimezone(policy.zone).date()
    send_by = business_days_after(
        decided_on, policy.refund.promise_business_days[1], policy.home_country
    )
    return {
        "amount_says": texts.money(amount, refund["currency"]),
        "send_by": send_by,
        "bank_by": business_days_after(
            send_by, policy.refund.bank_business_days[1], policy.home_country
        ),
        "lowered": amount < refund["proposed"],
        "note": refund["note"] or "",
        "sentences": [policy.says_in(refund["clause"], texts.language)] if refund["clause"] else [],
    }
