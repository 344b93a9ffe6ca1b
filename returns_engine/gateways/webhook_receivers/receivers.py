"""What is sent to a receiver of webhooks, and the ways in which it may answer, or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """Why no answer came."""

    NO_ADDRESS = "no_address"
    NOT_PUBLIC = "not_public"
    NO_CONNECTION = "no_connection"
    NOT_SECURE = "not_secure"
    TIMED_OUT = "timed_out"
    NO_HTTP = "no_http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The receiver's status of HTTP, and how long it asked us to wait, where it did."""

    status: int
    wait: timedelta | None = None

    @property
    def took_it(self) -> bool:
        """Say whether it took the webhook: any 2xx; a redirect is not followed."""
        return 200 <= self.status <= 299  # noqa: PLR2004 - the statuses of success


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """No answer came; it may have taken the webhook all the same."""

    trouble: Trouble


class Receivers(Protocol):
    """A way to the programs that are told of events."""

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered | NotReached:
        """Post `body` once, and return what came of it; raises nothing."""
