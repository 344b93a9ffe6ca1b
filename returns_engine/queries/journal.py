"""The journal: every line of the books in a period, oldest first, a page at a time."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from returns_engine.documents.spreadsheet import csv_text
from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import rows
from returns_engine.rules.ledger.accounts import ACCOUNTS, Account
from returns_engine.rules.money.money import decimal_text

COLUMNS = (
    "sequence",
    "at",
    "movement",
    "kind",
    "account",
    "account_kind",
    "debit",
    "credit",
    "currency",
    "order_number",
    "return_number",
    "payment_reference",
    "refund_id",
    "reference",
    "credit_note",
    "day",
)
"""The header of the export; docs/finance.md says what each holds."""

_PAGE = 1000
_MONEY = [str(Account.PROVIDER_BALANCE), str(Account.PAID_ELSEWHERE)]
# Money that went has the credit note that was issued after it, and before the money moved again;
# money that came back has the note that reverses that.
_LINES = """
SELECT e.id, e.at, e.subject, e.movement, e.kind, e.account, e.debit, e.credit, e.currency,
       o.number AS order_number, e.return_number, p.reference AS payment_reference, e.refund,
       e.reference,
       (SELECT n.number FROM credit_notes n
        WHERE n.refund = e.refund AND n.issued_at >= e.at
          AND (n.amount > 0) = (SELECT sum(m.credit) > sum(m.debit) FROM ledger_entries m
                                WHERE m.subject = e.subject AND m.movement = e.movement
                                  AND m.account = ANY({}))
          AND NOT EXISTS (SELECT FROM ledger_entries m
                          WHERE m.subject = e.subject AND m.movement > e.movement
                            AND m.account = ANY({}) AND m.at <= n.issued_at)
        ORDER BY n.turn LIMIT 1) AS credit_note
FROM ledger_entries e JOIN orders o ON o.id = e."order" LEFT JOIN payments p ON p.id = e.payment
WHERE e.at < {} AND (e.at, e.id) > ({}, {}) ORDER BY e.at, e.id LIMIT {}
"""
_BALANCES = """
SELECT account, currency, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
FROM ledger_entries WHERE at < COALESCE({}::timestamptz, 'infinity')
GROUP BY account, currency ORDER BY currency, account
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """What was debited and credited to an account in a currency, in minor units."""

    account: Account
    currency: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Return debits less credits."""
        return self.debit - self.credit


async def journal_csv(since: datetime, before: datetime, *, zone: ZoneInfo) -> AsyncIterator[str]:
    """Give the journal of `since` <= moment < `before` as CSV, header first, in pieces.

    The day of a line is its day in `zone`. A page of lines is held at a time, and no transaction is
    open between two.
    """
    yield csv_text([COLUMNS])
    place = (since, 0)
    while page := await rows(_LINES, _MONEY, _MONEY, before, *place, _PAGE):
        yield csv_text(_cells(row, zone) for row in page)
        place = (page[-1]["at"], page[-1]["id"])


async def trial_balance(before: datetime | None = None) -> list[AccountBalance]:
    """Return every account that was used `before` a moment, or ever, by currency."""
    return [
        AccountBalance(
            account=Account(row["account"]),
            currency=row["currency"],
            debit=row["debit"],
            credit=row["credit"],
        )
        for row in await rows(_BALANCES, before)
    ]


def _cells(row: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    return [
        str(row["id"]),
        utc_text(row["at"]) or "",
        f"{row['subject']}/{row['movement']}",
        row["kind"],
        row["account"],
        str(ACCOUNTS[Account(row["account"])].kind),
        _amount(row["debit"], row["currency"]),
        _amount(row["credit"], row["currency"]),
        row["currency"],
        row["order_number"],
        row["return_number"] or "",
        row["payment_reference"] or "",
        str(row["refund"] or ""),
        row["reference"] or "",
        row["credit_note"] or "",
        row["at"].astimezone(zone).date().isoformat(),
    ]


def _amount(amount: int, currency: str) -> str:
    return decimal_text(amount, currency) if amount else ""
