"""One answer for one key, as Stripe keeps it (docs.stripe.com/api/idempotent_requests)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from returns_engine.sandbox.provider.refusals import Refusal, bad_parameter

KEPT_FOR = int(timedelta(hours=24).total_seconds())
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What a request was answered, word for word."""

    status: int
    body: dict[str, Any]
    request_id: str


@dataclass(slots=True, kw_only=True)
class _Entry:
    request: str
    since: int
    answer: StoredAnswer | None = None


class KeptAnswers:
    """Remembers, by key, what was asked and answered, for 24 hours of the sandbox's clock."""

    def __init__(self, unix: Callable[[], int]) -> None:
        self._unix = unix
        self._entries: dict[str, _Entry] = {}

    def begin(self, key: str, call: str, params: dict[str, Any]) -> StoredAnswer | None:
        """Return the stored answer, or hold the key for this request and return None.

        `call` is its method and path.

        Refusal: the key is too long, still in use by a request that runs, or was used before
        for another request.
        """
        if not 1 <= len(key) <= LONGEST_KEY:
            raise bad_parameter(f"A key has 1 to {LONGEST_KEY} characters.", "idempotency_key")
        asked = json.dumps([call, params], sort_keys=True)
        entry = self._entries.get(key)
        if entry is None or self._unix() - entry.since >= KEPT_FOR:
            self._entries[key] = _Entry(request=asked, since=self._unix())
            return None
        if entry.request != asked:
            raise _other_request()
        if entry.answer is None:
            raise in_use()
        return entry.answer

    def store(self, key: str, answer: StoredAnswer) -> None:
        """Keep the answer, whatever it says."""
        self._entries[key].answer = answer

    def release(self, key: str) -> None:
        """Let go of a key whose request did not get as far as the work."""
        del self._entries[key]


def in_use() -> Refusal:
    """Say that another request with the same key is being worked on."""
    message = "Another request with this key is being worked on."
    return Refusal(409, message, code="idempotency_key_in_use", kept=False)


def _other_request() -> Refusal:
    message = "This key was used before, for another request."
    return Refusal(400, message, kind="idempotency_error", kept=False)
