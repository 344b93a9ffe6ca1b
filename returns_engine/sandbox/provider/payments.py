"""Payments: a PaymentIntent and, once a card was charged, its charge."""

from returns_engine.sandbox.provider.books import Books, Resource, new_id
from returns_engine.sandbox.provider.currencies import MOST, step_of
from returns_engine.sandbox.provider.parameters import Nested, choice, integer, metadata, only, text
from returns_engine.sandbox.provider.refusals import Refusal, bad_parameter, missing, not_allowed

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
DECLINED_CARD = "pm_card_chargeDeclined"
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
    if card is not None and card not in CARDS:
        raise missing("payment_method", card, "payment_method")
    return card


def _must_be(intent: Resource, states: frozenset[str]) -> None:
    if intent["status"] not in states:
        raise not_allowed(
            f"The payment is {intent['status']}.", code="payment_intent_unexpected_state"
        )


def _take(intent: Resource, card: str | None) -> None:
    intent["payment_method"] = card
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
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('cs')}",
        "confirmation_method": "automatic",
        "created": books.unix(),
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": notes,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def _new_charge(books: Books, intent: Resource, card: str) -> Resource:
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": intent["receipt_email"],
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": books.unix(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": {
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": card,
        "payment_method_details": {
            "card": {"brand": "visa", "funding": "credit", "last4": CARDS.get(card, "4242")},
            "type": "card",
        },
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }
