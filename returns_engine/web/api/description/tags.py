"""Under which heading a call stands: by the file that its handler is in."""

from collections.abc import Mapping

_ORDERS = ("Orders", "What the shop sends in, and what is known of it.")
_RETURNS = ("Returns", "Asked for, decided, followed to the end.")
_REVIEW = ("Review", "What customer and reviewer do to a return.")
_DOCK = ("Warehouse", "Received, inspected, sent back; and parcels nobody announced.")
_MONEY = ("Refunds", "Money back, and what goes on top.")

TAGS: Mapping[str, tuple[str, str]] = {
    "orders": _ORDERS,
    "lookups": ("Finding an order", "How a customer gets a token: a code by mail."),
    "decisions": ("Decisions", "What would the policy say?"),
    "photos": ("Photos", "Pictures, named in later calls by their id."),
    "returns": _RETURNS,
    "return_actions": _REVIEW,
    "appeals": _REVIEW,
    "messages": ("Messages", "Mails, messages and notes of a return."),
    "warehouse": _DOCK,
    "parcels": _DOCK,
    "refunds": _MONEY,
    "refund_batch": _MONEY,
    "refunds_by_hand": _MONEY,
    "compensations": _MONEY,
    "promises": _RETURNS,
    "replacements": ("Replacements", "The same thing, sent again."),
    "choices": ("Choices", "Put to a customer when nothing can be delivered as promised."),
    "stripe": ("Webhooks", "What a payment provider tells us."),
    "health": ("Health", "Whether it runs, and what it counts."),
}


def tag_of(module: str) -> str:
    """Return the heading for a handler of a module, which may be spelled with its packages."""
    return TAGS[module.rpartition(".")[2]][0]


def tag_list() -> list[dict[str, str]]:
    """Return every heading once, in the order of a return's life, with its sentence."""
    known = dict(TAGS.values())
    return [{"name": name, "description": says} for name, says in known.items()]
