"""Read a policy from TOML text, whole or not at all."""

import re
import tomllib
from zoneinfo import ZoneInfo

from returns_engine.rules.approval_toml import read_approval
from returns_engine.rules.delivery_toml import read_delivery
from returns_engine.rules.later_clauses import LATER
from returns_engine.rules.policy import (
    CLAUSES,
    CONDITION_CHECKS,
    ChoiceTerms,
    Clause,
    CompensationTerms,
    Exclusion,
    KeepItemTerms,
    LabelTerms,
    Policy,
    PolicyError,
    PromisedDays,
    RefundTerms,
    WarrantyTerms,
)
from returns_engine.rules.toml_table import TomlTable
from returns_engine.rules.words import Cause, CompensationKind, ItemKind, Reason, ReturnKind

SOURCES = ("published", "statute", "reading")
_STATEMENT = re.compile(r"(B-)?[1-9]\d*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_LONGEST_WINDOW = 3650
_MOST_MINOR_UNITS = 10**12


def read_policy(text: str, name: str) -> Policy:
    """Return the policy that TOML `text` holds; `name` is the file's, for what is said of it.

    Raises PolicyError: with the line for a syntax error, else with the key and what was expected.
    """
    top = TomlTable(_parse(text, name), name)
    photos = top.table("photos")
    policy = Policy(
        policy_id=_identifier(top),
        version=top.whole("version", 1, 10**9),
        zone=_zone(top),
        home_country=_country(top),
        return_window_days=_only(top.table("return_window"), "days", 0, _LONGEST_WINDOW),
        condition_checks=_checks(top.table("condition")),
        exclusions=_exclusions(top.table("exclusions")),
        warranty=_warranty(top.table("warranty")),
        photo_reasons=photos.members("required_for_reasons", Reason),
        photos_for_warranty=photos.flag("required_for_warranty"),
        label=_label(top.table("label")),
        refund=_refund(top.table("refund")),
        promises=_promises(top.table("promises")),
        delivery=read_delivery(top),
        production_review_kinds=_production(top.table("cancellation")),
        keep_item=_keep_item(top.table("keep_item")),
        compensation=_compensation(top.table("compensation")),
        choices=_choices(top.table("choices")),
        approval=read_approval(top.table("approval")),
        prompt_report_days=_only(top.table("reporting"), "prompt_days", 0, _LONGEST_WINDOW),
        clauses=_clauses(top.table("clauses"), name),
    )
    photos.finish()
    top.finish()
    return policy


def _parse(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(name, *_syntax_error(str(error), text)) from None
    except (ValueError, RecursionError):
        # Numbers of thousands of digits, and tables nested as deep as Python's stack.
        raise PolicyError(
            name, "", "expected TOML, found numbers or tables beyond reason"
        ) from None


def _syntax_error(message: str, text: str) -> tuple[str, str]:
    found = re.search(r" \(at line (\d+), column \d+\)$", message)
    # What is missing at the end of the document is missing on its last line.
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    problem = re.sub(r" \(at [^)]*\)$", "", message)
    return f"line {line}", f"expected TOML: {problem}"


def _identifier(top: TomlTable) -> str:
    expected = "a short name of small letters, digits and hyphens"
    found = top.text("id", expected)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", found):
        raise top.refuse("id", expected, found)
    return found


def _zone(top: TomlTable) -> ZoneInfo:
    expected = "a time zone such as America/New_York"
    found = top.text("zone", expected)
    try:
        return ZoneInfo(found)
    except (ValueError, OSError, LookupError):
        # ZoneInfo names a file: absolute paths are a ValueError, folders an OSError.
        raise top.refuse("zone", expected, found) from None


def _country(top: TomlTable) -> str:
    expected = "a country as two capital letters, such as US"
    found = top.text("home_country", expected)
    if not re.fullmatch(r"[A-Z]{2}", found):
        raise top.refuse("home_country", expected, found)
    return found


def _only(table: TomlTable, key: str, low: int, high: int) -> int:
    found = table.whole(key, low, high)
    table.finish()
    return found


def _checks(table: TomlTable) -> tuple[str, ...]:
    found = table.words("checks", CONDITION_CHECKS)
    table.finish()
    return tuple(check for check in CONDITION_CHECKS if check in found)


def _exclusions(table: TomlTable) -> dict[ItemKind, Exclusion]:
    exclusions = {}
    # Stock has no code of its own to be refused with, so it cannot be excluded.
    kinds = [kind.value for kind in ItemKind if kind is not ItemKind.STOCK]
    for key in table.remaining():
        if key not in kinds:
            raise table.refuse(key, f"a kind of item ({', '.join(kinds)})", key)
        row = table.table(key)
        exclusion = Exclusion(
            blocked=row.members("blocked", Reason), review=row.members("review", Reason)
        )
        if both := sorted(exclusion.blocked & exclusion.review):
            raise row.refuse("review", "reasons that are not blocked too", ", ".join(both))
        exclusions[ItemKind(key)] = exclusion
        row.finish()
    return exclusions


def _warranty(table: TomlTable) -> WarrantyTerms:
    terms = WarrantyTerms(
        years=table.whole("years", 0, 100),
        covered_kinds=table.members("covered_kinds", ItemKind),
        covered_categories=frozenset(table.words("covered_categories")),
        review_kinds=table.members("review_kinds", ItemKind),
        human_damage=table.members("human_damage", Cause),
        review_causes=table.members("review_causes", Cause),
    )
    table.finish()
    return terms


def _label(table: TomlTable) -> LabelTerms:
    terms = LabelTerms(
        paid_by=table.choice("paid_by", ("merchant", "customer")),
        expires_days=table.whole("expires_days", 1, 365),
        remind_after_days=table.span("remind_after_days", 365),
        fee=table.whole("fee", 0, _MOST_MINOR_UNITS),
        reimbursed_up_to=table.whole("reimbursed_up_to", 0, _MOST_MINOR_UNITS),
    )
    table.finish()
    return terms


def _refund(table: TomlTable) -> RefundTerms:
    terms = RefundTerms(
        tenders=table.choice("tenders", ("in_order", "pro_rata")),
        restocking_bps=table.whole("restocking_bps", 0, 10_000),
        shipping_back_for_reasons=table.members("shipping_back_for_reasons", Reason),
        shipping_back_for_kinds=table.members("shipping_back_for_kinds", ReturnKind),
        promise_business_days=table.span("promise_business_days", 365),
        bank_business_days=table.span("bank_business_days", 365),
        outstanding_days=table.whole("outstanding_days", 1, 365),
    )
    table.finish()
    return terms


def _promises(table: TomlTable) -> PromisedDays:
    days = PromisedDays(
        answer_business_days=table.whole("answer_business_days", 1, 365),
        inspection_business_days=table.whole("inspection_business_days", 1, 365),
    )
    table.finish()
    return days


def _production(table: TomlTable) -> frozenset[ItemKind]:
    found = table.members("review_kinds", ItemKind)
    table.finish()
    return found


def _keep_item(table: TomlTable) -> KeepItemTerms:
    terms = KeepItemTerms(
        reasons=table.members("reasons", Reason),
        up_to=table.whole("up_to", 0, _MOST_MINOR_UNITS),
    )
    table.finish()
    return terms


def _compensation(table: TomlTable) -> CompensationTerms:
    terms = CompensationTerms(
        gift=table.text("gift"),
        gift_value=table.whole("gift_value", 0, _MOST_MINOR_UNITS),
        coupon=table.text("coupon"),
        coupon_value=table.whole("coupon_value", 0, _MOST_MINOR_UNITS),
        cap_per_order=table.whole("cap_per_order", 0, _MOST_MINOR_UNITS),
        cap_per_month=table.whole("cap_per_month", 0, _MOST_MINOR_UNITS),
        with_refund=_on_top(table.table("with_refund")),
        with_replacement=_on_top(table.table("with_replacement")),
    )
    table.finish()
    return terms


def _on_top(table: TomlTable) -> dict[Reason, CompensationKind]:
    """Return what goes on top, by cause; an unknown cause is refused."""
    reasons = list(Reason)
    given = {}
    for key in table.remaining():
        if key not in reasons:
            raise table.refuse(key, f"a reason ({', '.join(reasons)})", key)
        given[Reason(key)] = CompensationKind(table.choice(key, CompensationKind))
    return given


def _choices(table: TomlTable) -> ChoiceTerms:
    out_of_stock = table.whole("out_of_stock_days", 1, 365)
    undeliverable = table.whole("undeliverable_days", 1, 365)
    terms = ChoiceTerms(
        out_of_stock_days=out_of_stock,
        undeliverable_days=undeliverable,
        # A reminder that comes with the offer itself would be none.
        remind_days=table.whole("remind_days", 0, min(out_of_stock, undeliverable) - 1),
        wait_days=table.whole("wait_days", 0, 365),
    )
    table.finish()
    return terms


def _clauses(table: TomlTable, name: str) -> dict[str, Clause]:
    clauses = {key: _clause(key, table.table(key)) for key in table.remaining()}
    clauses = {**clauses, **{key: LATER[key] for key in LATER.keys() - clauses.keys()}}
    for missing in sorted(CLAUSES - clauses.keys()):
        raise PolicyError(name, f'clauses."{missing}"', "missing, expected a clause of this id")
    return clauses


def _in_languages(table: TomlTable) -> dict[str, str]:
    """Read `in.es = "…"`: the sentence in other languages, where the merchant has it."""
    if "in" not in table.remaining():
        return {}
    spoken = table.table("in")
    sentences = {}
    for language in spoken.remaining():
        sentence = spoken.text(language, "the sentence in this language")
        if not _LANGUAGE.fullmatch(language):
            raise spoken.refuse(language, 'a language such as "es" or "pt_BR"', language)
        sentences[language] = sentence
    spoken.finish()
    return sentences


def _clause(clause_id: str, table: TomlTable) -> Clause:
    clause = Clause(
        clause_id=clause_id,
        says=table.text("says", "the sentence the customer reads"),
        source=table.choice("source", SOURCES),
        statements=table.words("from"),
        in_languages=_in_languages(table),
    )
    for statement in clause.statements:
        if not _STATEMENT.fullmatch(statement):
            raise table.refuse("from", 'numbers such as "40" or "B-1"', statement)
    table.finish()
    return clause
