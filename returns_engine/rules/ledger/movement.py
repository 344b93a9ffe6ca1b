"""From one standing to the next: the entries of a movement, whose debits equal its credits."""

from collections.abc import Iterable
from dataclasses import dataclass

from returns_engine.rules.ledger.accounts import Account
from returns_engine.rules.ledger.standing import Standing


class Unbalanced(ValueError):  # noqa: N818 - named for what is the matter
    """A movement would make value out of nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a movement: a debit or a credit, in minor units, the other being 0."""

    account: Account
    debit: int
    credit: int


def movement(before: Standing, after: Standing) -> tuple[Entry, ...]:
    """Return the entries that lead from `before` to `after`; none where they are the same.

    In the order of the accounts' own list, debits first. Raises Unbalanced.
    """
    changes = {one: after.get(one, 0) - before.get(one, 0) for one in Account}
    if sum(changes.values()):
        raise Unbalanced(f"debits less credits are {sum(changes.values())}, not 0")
    entries = [_entry(account, change) for account, change in changes.items() if change]
    return tuple(sorted(entries, key=lambda entry: entry.debit == 0))


def balances(entries: Iterable[Entry]) -> Standing:
    """Return what entries come to by account, those at zero left out."""
    sums: dict[Account, int] = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, 0) + entry.debit - entry.credit
    return {account: balance for account, balance in sums.items() if balance}


def _entry(account: Account, change: int) -> Entry:
    return Entry(account=account, debit=max(change, 0), credit=max(-change, 0))
