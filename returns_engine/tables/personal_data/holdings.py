"""What each table holds about the person behind an order, and what becomes of it when they go.

The one list that export, erasure, their tests and docs/privacy.md rest on. A table that is not
named here, or a column of it that could hold words, fails a test.
"""

from collections.abc import Mapping

from returns_engine.tables.personal_data.holding import Holding
from returns_engine.tables.personal_data.of_money import MONEY_BACK
from returns_engine.tables.personal_data.of_orders import ORDERS
from returns_engine.tables.personal_data.of_returns import RETURNED
from returns_engine.tables.personal_data.of_words import MAILS, WORDS

HOLDINGS: tuple[Holding, ...] = (*MAILS, *ORDERS, *RETURNED, *MONEY_BACK, *WORDS)
"""In the order they are erased: stray mails are found by the address that goes with the contact,
and photos go before the lists of their ids."""

OF_NO_ORDER: Mapping[str, str] = {
    "api_keys": "programs and colleagues",
    "staff_roles": "colleagues",
    "staff_sessions": "colleagues: when, from which address and browser; gone a day after its end",
    "staff_totp": "colleagues",
    "staff_recovery_codes": "colleagues",
    "warehouses": "our own places",
    "reply_templates": "our own words",
    "policies": "the shop's own words, and what would have been decided by them: numbers",
    "reconciliations": "sums of the bank's account, and what it answered",
    "chain_heads": "where chains stand: numbers and digests",
    "credit_note_counter": "the last number of a series",
    "rate_limits": "digests of who tried, for a day",
    "webhook_endpoints": "addresses of programs that are told of returns and refunds",
    "webhook_deliveries": "ids, states and amounts of returns and refunds, for 30 days, no names",
    "webhook_inbox": "ids of payments and refunds at the bank, no names",
    "idempotent_answers": "whole answers, kept two days; those that name the order go at once",
}
"""Tables that hold nothing of one order, and what they hold instead."""
