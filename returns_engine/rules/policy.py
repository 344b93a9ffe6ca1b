"""The merchant's policy as data: its numbers, its lists, and its clauses with their sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from returns_engine.rules.approval import ApprovalTerms
from returns_engine.rules.delivery_terms import DeliveryTerms
from returns_engine.rules.words import (
    Cause,
    CompensationKind,
    ItemKind,
    Reason,
    ReturnKind,
)

CLAUSES = frozenset(
    {
        "order.state",
        "order.quantity",
        "return.window",
        "return.window.unknown",
        "return.condition",
        "return.condition.unused",
        "return.condition.tags",
        "return.condition.packaging",
        "return.proof",
        "return.ask_first",
        "return.label",
        "return.label.reminder",
        "return.excluded.custom",
        "return.excluded.personalized",
        "return.excluded.special_order",
        "return.excluded.gift_card",
        "return.not_excluded",
        "fault.ours",
        "fault.keep_item",
        "fault.photos",
        "fault.wrong_item",
        "fault.compensation",
        "warranty.seat_cover",
        "warranty.causes",
        "warranty.unclear",
        "warranty.not_covered",
        "cancellation.before_shipping",
        "cancellation.production",
        "stock.choice",
        "delivery.choice",
        "delivery.missing",
        "destination.abroad",
        "exchange",
        "refund.notice",
        "refund.original_payment",
        "refund.time",
        "refund.shipping",
        "settlement",
    }
)
"""The clauses every policy must word; a policy may have more."""

CONDITION_CHECKS = ("as_received", "unused", "tags_attached", "original_packaging")
"""The checks of the bench, in its order (43); the last three can be declared by the customer."""


class PolicyError(Exception):
    """A policy could not be read; says which file, which key or line, and what was expected."""

    def __init__(self, name: str, place: str, problem: str) -> None:
        super().__init__(f"{name}: {place}: {problem}" if place else f"{name}: {problem}")
        self.name = name
        self.place = place
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One sentence the merchant stands by; `statements` are the numbers it rests on.

    `source` is `published`, `statute`, or `reading` for what the merchant never published.
    `in_languages` says the same in other languages, to be understood; `says` is what binds.
    """

    clause_id: str
    says: str
    source: str
    statements: tuple[str, ...]
    in_languages: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        """Tell whether a published sentence rests on a reading too: a statement `B-…`."""
        readings = any(one.startswith("B-") for one in self.statements)
        return self.source == "published" and readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """For which reasons a kind of item is refused, and for which a person looks."""

    blocked: frozenset[Reason] = frozenset()
    review: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantyTerms:
    """What the warranty covers, and for how many years from delivery (47, B-6, B-7)."""

    years: int
    covered_kinds: frozenset[ItemKind]
    covered_categories: frozenset[str]
    review_kinds: frozenset[ItemKind]
    human_damage: frozenset[Cause]
    review_causes: frozenset[Cause]

    def covers(self, kind: ItemKind, category: str) -> bool:
        """Tell whether an item of this kind and category is under warranty at all."""
        return kind in self.covered_kinds and category in self.covered_categories


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTerms:
    """Who pays for the way back, when we remind of an unused label, and amounts in minor units.

    `remind_after_days` counts from the day the label was issued, for the first and the last
    reminder. `reimbursed_up_to` caps the customer's own postage where we have no account with a
    carrier.
    """

    paid_by: str
    expires_days: int
    remind_after_days: tuple[int, int]
    fee: int
    reimbursed_up_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTerms:
    """What goes back beside the goods, what is kept, and what is promised (56, 62, B-9, B-20).

    Both spans are (from, to) in business days; `restocking_bps` in basis points. `tenders` says
    how several payments of one order are used: `in_order` or `pro_rata` (R7).
    """

    tenders: str
    restocking_bps: int
    shipping_back_for_reasons: frozenset[Reason]
    shipping_back_for_kinds: frozenset[ReturnKind]
    promise_business_days: tuple[int, int]
    bank_business_days: tuple[int, int]
    outstanding_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedDays:
    """In how many business days a person answers, and the bench has a verdict (48, 53, 94)."""

    answer_business_days: int
    inspection_business_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepItemTerms:
    """For which reasons, and up to what worth in minor units, an item is not sent back (B-12)."""

    reasons: frozenset[Reason]
    up_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationTerms:
    """What is given on top for our fault, by cause, and how much without asking finance.

    `with_refund` and `with_replacement` say what goes with the money, and what with the same thing
    again (63, 67, 76). Values and caps are in minor units of the order's currency (B-11, B-30).
    """

    gift: str
    gift_value: int
    coupon: str
    coupon_value: int
    cap_per_order: int
    cap_per_month: int
    with_refund: Mapping[Reason, CompensationKind]
    with_replacement: Mapping[Reason, CompensationKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceTerms:
    """How long a customer may take to choose, and when silence means waiting (B-31); all in days.

    `remind_days` is how long before the deadline we remind; 0 for not at all.
    """

    out_of_stock_days: int
    undeliverable_days: int
    remind_days: int
    wait_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The version before, and the moment (aware) at which the next one took its place."""

    policy: "Policy"
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a merchant's policy, with the one that it replaced."""

    policy_id: str
    version: int
    zone: ZoneInfo
    home_country: str
    return_window_days: int
    condition_checks: tuple[str, ...]
    exclusions: Mapping[ItemKind, Exclusion]
    warranty: WarrantyTerms
    photo_reasons: frozenset[Reason]
    photos_for_warranty: bool
    label: LabelTerms
    refund: RefundTerms
    promises: PromisedDays
    delivery: DeliveryTerms
    production_review_kinds: frozenset[ItemKind]
    keep_item: KeepItemTerms
    compensation: CompensationTerms
    choices: ChoiceTerms
    approval: ApprovalTerms
    prompt_report_days: int
    clauses: Mapping[str, Clause]
    replaces: Replaced | None = None

    def in_force_at(self, moment: datetime) -> "Policy":
        """Return the version in force at a moment (aware): for an order, when it was placed (B-2).

        The first version holds for all that came before it.
        """
        if self.replaces is None or moment >= self.replaces.since:
            return self
        return self.replaces.policy.in_force_at(moment)

    def versions(self) -> Iterator["Policy"]:
        """Give this version and those that it replaced, the latest first."""
        yield self
        if self.replaces is not None:
            yield from self.replaces.policy.versions()

    def says(self, clause_id: str) -> str:
        """Return the clause's sentence, as the customer reads it."""
        return self.clauses[clause_id].says

    def says_in(self, clause_id: str, language: str) -> str:
        """Return the clause's sentence in a language, or as it binds where it has no other."""
        clause = self.clauses[clause_id]
        return clause.in_languages.get(language, clause.says)
