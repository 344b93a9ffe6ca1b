"""Payments: a PaymentIntent and, once a card was charged, its charge."""

from returns_engine.sandbox.provider.books import Books, Resource, new_id
from returns_engine.sandbox.provider.currencies import MOST, step_of
from returns_engine.sandbox.provider.parameters import Nested, choice, integer, metadata, only, text
from returns_engine.sandbox.provider.refusals import Refusal, bad_parameter, missing, not_allowed
from returns_engine.sandbox.provider.shapes import CHARGE, PAYMENT_INTENT, new

CREATE = frozenset(
    {
        "amount",
        "automatic_payment_methods",
        "capture_method",
        "confirm",
        "currency",
        "customer",
        "description",
        "expand",
        "metadata",
        "off_session",
        "payment_method",
        "payment_method_types",
        "receipt_email",
        "return_url",
    }
)
CONFIRM = frozenset({"expand", "off_session", "payment_method", "receipt_email", "return_url"})
CAPTURE = frozenset({"amount_to_capture", "expand", "metadata"})
CANCEL = frozenset({"cancellation_reason", "expand"})
# Stripe's test payment methods; the last four digits of each test card beside it.
CARDS = {
    "pm_card_visa": "4242",
    "pm_card_pendingRefund": "7726",
    "pm_card_refundFail": "5126",
    "pm_card_chargeDeclined": "0002",
}
# Two methods that are no cards: one mails the customer before a refund, one only needs money there.
OTHERS = {"pm_konbini": "konbini", "pm_sepa_debit": "sepa_debit"}
METHODS = CARDS.keys() | OTHERS.keys()
DECLINED_CARD = "pm_card_chargeDeclined"
NOBODY = dict.fromkeys(("address", "email", "name", "phone", "tax_id"))
UNPAID = frozenset({"requires_payment_method", "requires_confirmation"})


def create_payment(books: Books, params: Nested) -> Resource:
    """Make a PaymentIntent, and charge its card at once when it is sent with `confirm`."""
    only(params, CREATE)
    amount, currency = _amount_of(params), text(params, "currency")
    if currency is None:
        raise bad_parameter("A payment has a currency.", "currency", "parameter_missing")
    if amount % step_of(currency.lower()):
        raise bad_parameter(f"Amounts in {currency} are multiples.", "amount")
    capture = choice(params, "capture_method", ("automatic", "automatic_async", "manual"))
    card = _card_of(params)
    confirm = choice(params, "confirm", ("true", "false")) == "true"
    intent = _new_intent(books, new_id("pi"), amount, currency.lower(), metadata(params))
    intent["capture_method"] = capture or "automatic_async"
    intent["description"] = text(params, "description")
    intent["customer"] = text(params, "customer")
    intent["receipt_email"] = text(params, "receipt_email")
    _take(intent, card)
    books.record("payment_intent.created", books.add(intent))
    return _charge_card(books, intent) if confirm else intent


def confirm_payment(books: Books, params: Nested, intent_id: str) -> Resource:
    """Charge the card of a PaymentIntent that waits for it."""
    only(params, CONFIRM)
    intent = books.get("payment_intent", intent_id, "intent")
    card = _card_of(params)
    _must_be(intent, UNPAID)
    _take(intent, card or intent["payment_method"])
    return _charge_card(books, intent)


def capture_payment(books: Books, params: Nested, intent_id: str) -> Resource:
    """Take the money that was only authorized; a part of it gives the rest free."""
    only(params, CAPTURE)
    intent = books.get("payment_intent", intent_id, "intent")
    asked = integer(params, "amount_to_capture", least=1)
    _must_be(intent, frozenset({"requires_capture"}))
    amount = intent["amount"] if asked is None else asked
    if amount > intent["amount_capturable"]:
        raise not_allowed("That is more than was authorized.", param="amount_to_capture")
    _capture(intent, books.get("charge", intent["latest_charge"]), amount)
    books.record("charge.captured", books.get("charge", intent["latest_charge"]))
    books.record("payment_intent.succeeded", intent)
    return intent


def cancel_payment(books: Books, params: Nested, intent_id: str) -> Resource:
    """Give up a payment that took no money."""
    only(params, CANCEL)
    intent = books.get("payment_intent", intent_id, "intent")
    _must_be(intent, UNPAID | {"requires_capture"})
    intent.update(
        status="canceled",
        canceled_at=books.unix(),
        amount_capturable=0,
        cancellation_reason=text(params, "cancellation_reason"),
    )
    books.record("payment_intent.canceled", intent)
    return intent


def seed_payment(
    books: Books, reference: str, amount: int, currency: str, method: str = "pm_card_visa"
) -> Resource:
    """Put a captured payment on the books under an id of the caller's choice.

    The same payment again changes nothing; another one under that id is refused.
    """
    if books.has("payment_intent", reference):
        known = books.get("payment_intent", reference)
        if (known["amount"], known["currency"]) != (amount, currency.lower()):
            raise not_allowed(f"{reference} is another payment.", param="reference")
        return known
    intent = _new_intent(books, reference, amount, currency.lower(), {})
    _take(intent, method)
    return _charge_card(books, books.add(intent))


def _amount_of(params: Nested) -> int:
    amount = integer(params, "amount", least=1, most=MOST)
    if amount is None:
        raise bad_parameter("A payment has an amount.", "amount", "parameter_missing")
    return amount


def _card_of(params: Nested) -> str | None:
    card = text(params, "payment_method")
    if card is not None and card not in METHODS:
        raise missing("payment_method", card, "payment_method")
    return card


def _must_be(intent: Resource, states: frozenset[str]) -> None:
    if intent["status"] not in states:
        raise not_allowed(
            f"The payment is {intent['status']}.", code="payment_intent_unexpected_state"
        )


def _take(intent: Resource, card: str | None) -> None:
    intent["payment_method"] = card
    intent["payment_method_types"] = [OTHERS.get(card or "", "card")]
    intent["status"] = "requires_confirmation" if card else "requires_payment_method"


def _charge_card(books: Books, intent: Resource) -> Resource:
    card = intent["payment_method"]
    if card is None:
        raise not_allowed("The payment has no card.", code="payment_intent_unexpected_state")
    if card == DECLINED_CARD:
        intent["status"] = "requires_payment_method"
        raise Refusal(402, "The card was declined.", kind="card_error", code="card_declined")
    charge = books.add(_new_charge(books, intent, card))
    intent["latest_charge"] = charge["id"]
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        books.record("charge.succeeded", charge)
        books.record("payment_intent.amount_capturable_updated", intent)
        return intent
    _capture(intent, charge, intent["amount"])
    books.record("charge.succeeded", charge)
    books.record("payment_intent.succeeded", intent)
    return intent


def _capture(intent: Resource, charge: Resource, amount: int) -> None:
    charge.update(captured=True, amount_captured=amount, balance_transaction=new_id("txn"))
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)


def _new_intent(
    books: Books, intent_id: str, amount: int, currency: str, notes: dict[str, str]
) -> Resource:
    return new(
        PAYMENT_INTENT,
        id=intent_id,
        amount=amount,
        client_secret=f"{intent_id}_secret_{new_id('cs')}",
        created=books.unix(),
        currency=currency,
        metadata=notes,
    )


def _method_details(method: str) -> Resource:
    if method in OTHERS:
        return {OTHERS[method]: {}, "type": OTHERS[method]}
    shown = {"brand": "visa", "funding": "credit", "last4": CARDS[method]}
    return {"card": shown, "type": "card"}


def _new_charge(books: Books, intent: Resource, card: str) -> Resource:
    return new(
        CHARGE,
        id=new_id("ch"),
        amount=intent["amount"],
        billing_details={**NOBODY, "email": intent["receipt_email"]},
        created=books.unix(),
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=card,
        payment_method_details=_method_details(card),
        receipt_email=intent["receipt_email"],
    )
