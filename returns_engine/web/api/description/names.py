"""What a call is named for programs that are generated: `list_returns`, `return_approve`."""

import re

_ROOT = "/api/v1"
_SINGULAR = {
    "choices": "choice",
    "order-lookups": "order_lookup",
    "health": "health",
    "metrics": "metrics",
    "scan": "scan",
    "webhooks": "webhook",
}


def operation_name(method: str, path: str) -> str:
    """Return the name of a call by its method, in small letters, and address."""
    parts = path.removeprefix(_ROOT).strip("/").split("/")
    words = [part for part in parts if not part.startswith("{")]
    thing, action = _singular(words[0]), "_".join(words[1:])
    if action:
        return _plain(
            f"{thing}_{action}" if method == "post" else f"{_verb(method)}_{thing}_{action}"
        )
    if method == "get" and len(parts) == 1 and words[0] not in _SINGULAR.keys() - {"choices"}:
        return _plain(f"list_{words[0]}")
    return _plain(f"{_verb(method)}_{thing}")


def _verb(method: str) -> str:
    return {"post": "create"}.get(method, method)


def _singular(word: str) -> str:
    return _SINGULAR.get(word, word.removesuffix("s"))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]+", "_", name.removesuffix(".pdf"))
