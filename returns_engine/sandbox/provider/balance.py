"""What the account holds: refunds are paid from it, and wait or fail when it is too little.

Unlimited until the control API says otherwise; payments do not add to it (payments.md 2.2).
"""

from returns_engine.sandbox.provider.books import Books, Resource

TOO_LITTLE = "insufficient_funds"


def pay_from_balance(books: Books, currency: str, amount: int) -> bool:
    """Take a refund's money out of the account; False, and nothing taken, when it is too little."""
    available = books.balances.get(currency)
    if available is None:
        return True
    if amount > available:
        return False
    books.balances[currency] = available - amount
    return True


def give_back(books: Books, refund: Resource) -> None:
    """Put the money of a refund that failed or was canceled into the account again."""
    if refund["currency"] in books.balances and not waits_for_money(refund):
        books.balances[refund["currency"]] += refund["amount"]


def waits_for_money(refund: Resource) -> bool:
    """Say whether a refund is pending because the account held too little."""
    return refund["status"] == "pending" and refund.get("pending_reason") == TOO_LITTLE


def payable(books: Books, currency: str) -> list[Resource]:
    """Take out the money of the refunds that waited for it, oldest first, and return them."""
    refunds = reversed(books.newest_first("refund"))
    waiting = [r for r in refunds if r["currency"] == currency and waits_for_money(r)]
    return [r for r in waiting if pay_from_balance(books, currency, r["amount"])]
