"""Where to go from an answer: which of its fields stands in which address."""

from collections.abc import Mapping
from typing import Any

_FROM: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "create_return": (
        ("get_return", "number", "/number"),
        ("get_return_events", "number", "/number"),
        ("get_return_messages", "number", "/number"),
        ("get_return_label", "number", "/number"),
        ("return_withdraw", "number", "/number"),
        ("return_messages", "number", "/number"),
        ("return_approve", "number", "/number"),
        ("return_receipts", "number", "/number"),
        ("get_order", "order_number", "/order_number"),
    ),
    "list_returns": (
        ("get_return", "number", "/items/0/number"),
        ("return_decline", "number", "/items/0/number"),
        ("return_override", "number", "/items/0/number"),
        ("return_request_info", "number", "/items/0/number"),
        ("return_inspections", "number", "/items/0/number"),
        ("return_close_outstanding", "number", "/items/0/number"),
        ("return_notes", "number", "/items/0/number"),
    ),
    "get_return_messages": (("return_messages_resend", "message_id", "/items/0/id"),),
    "list_refunds": (
        ("get_refund", "refund_id", "/items/0/id"),
        ("refund_approve", "refund_id", "/items/0/id"),
        ("refund_refuse", "refund_id", "/items/0/id"),
        ("refund_hold", "refund_id", "/items/0/id"),
        ("refund_release", "refund_id", "/items/0/id"),
        ("refund_back_to_bench", "refund_id", "/items/0/id"),
    ),
    "list_compensations": (("get_compensation", "compensation_id", "/items/0/id"),),
    "list_replacements": (
        ("get_replacement", "replacement_id", "/items/0/id"),
        ("replacement_await_stock", "replacement_id", "/items/0/id"),
        ("replacement_order", "replacement_id", "/items/0/id"),
        ("replacement_ship", "replacement_id", "/items/0/id"),
    ),
    "create_parcel": (
        ("get_parcel", "parcel_id", "/id"),
        ("get_parcel_label", "parcel_id", "/id"),
        ("parcel_match", "parcel_id", "/id"),
        ("parcel_send_back", "parcel_id", "/id"),
        ("parcel_ask", "parcel_id", "/id"),
    ),
    "put_order": (
        ("get_order", "order_number", "/order_number"),
        ("order_delivery_evidence", "order_number", "/order_number"),
        ("order_choices", "order_number", "/order_number"),
    ),
    "order_choices": (
        ("get_choice", "choice_id", "/id"),
        ("choice_withdraw", "choice_id", "/id"),
        ("choice_done", "choice_id", "/id"),
    ),
    "list_choices": (
        ("get_choice", "choice_id", "/items/0/id"),
        ("choice_choose", "choice_id", "/items/0/id"),
    ),
}


def add_links(name: str, responses: Mapping[str, dict[str, Any]]) -> None:
    """Add to the good answers of a call where their fields lead."""
    links = {
        target: {"operationId": target, "parameters": {parameter: f"$response.body#{pointer}"}}
        for target, parameter, pointer in _FROM.get(name, ())
    }
    if links:
        for status in responses:
            if status.startswith("2"):
                responses[status]["links"] = links
