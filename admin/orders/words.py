"""What the staff reads for the words of an order; the ids are the English texts."""

from collections.abc import Mapping

from admin.words import WORDS
from returns_engine.texts.words import mark

EVIDENCE: Mapping[str, str] = {
    "carrier_scan": mark("Carrier scan"),
    "customer_statement": mark("Customer's word"),
    "estimate": mark("Estimate"),
}
ORDER_STATES: Mapping[str, str] = {
    "pending": mark("Not paid yet"),
    "processing": mark("Being prepared"),
    "completed": mark("Shipped"),
    "canceled": mark("Canceled"),
}
ITEM_KINDS: Mapping[str, str] = {
    "stock": mark("Stock"),
    "custom": mark("Custom"),
    "personalized": mark("Personalized"),
    "special_order": mark("Special order"),
    "gift_card": mark("Gift card"),
}
RESOLUTIONS: Mapping[str, str] = {
    "refund": mark("Money back"),
    "replacement": mark("The same again"),
    "exchange": mark("Money back, and something else"),
}

ORDER_WORDS: Mapping[str, Mapping[str, str]] = {
    **WORDS,
    "evidence": EVIDENCE,
    "order_states": ORDER_STATES,
    "item_kinds": ITEM_KINDS,
    "resolutions": RESOLUTIONS,
}
