"""The number by which banks find a refund to a card (ARN): it comes days after the money went.

Stripe gives it within seven business days, with a `refund.updated`; a payment that was undone
before it was booked (a reversal) never has one (payments.md 2.2).
"""

import secrets

from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.provider.books import Books, Resource
from returns_engine.sandbox.provider.refusals import not_allowed

AFTER_SECONDS = 3 * 24 * 3600
DIGITS = 23


class TraceNumbers:
    """Hears of every refund that was sent, and gives it its number three days later."""

    def __init__(self, books: Books, agenda: Agenda) -> None:
        self._books = books
        self._agenda = agenda

    def hear(self, event: Resource) -> None:
        """Note down when a refund that succeeded gets its number."""
        refund = event["data"]["object"]
        if refund["object"] == "refund" and _waits(refund):
            self._agenda.add(AFTER_SECONDS, lambda: self._give(refund["id"]))

    def _give(self, refund_id: str) -> None:
        if not self._books.has("refund", refund_id):
            return
        refund = self._books.get("refund", refund_id)
        if _waits(refund):
            card = refund["destination_details"]["card"]
            card["reference"] = f"74{secrets.randbelow(10 ** (DIGITS - 2)):0{DIGITS - 2}}"
            card["reference_status"] = "available"
            self._books.record("refund.updated", refund)


def make_reversal(books: Books, refund_id: str) -> Resource:
    """Let a refund turn out as a reversal: the bank undoes the payment instead."""
    refund = books.get("refund", refund_id, "refund")
    card = refund["destination_details"]["card"]
    if card["reference_status"] == "available":
        raise not_allowed("The refund has its trace number already.", param="refund")
    card.update(type="reversal", reference_status="unavailable")
    books.record("refund.updated", refund)
    return refund


def _waits(refund: Resource) -> bool:
    card = refund.get("destination_details", {}).get("card", {})
    return bool(refund["status"] == "succeeded" and card.get("reference_status") == "pending")
