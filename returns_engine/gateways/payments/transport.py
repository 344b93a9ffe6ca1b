"""How the SDK's requests travel: httpx, with one limit on the whole of a request.

The SDK's own httpx client limits each read, so a server that sends a byte now and then is never
given up; and it sends the body by an argument that httpx deprecates for text.
"""

import asyncio
from collections.abc import Mapping
from typing import NoReturn

import httpx
import stripe


class LimitedTransport(stripe.HTTPClient):
    """Sends one request within `timeout` seconds, from the first byte out to the last byte in."""

    name = "httpx"

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: str | bytes | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Return body, status and headers; raise APIConnectionError when no whole answer came."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.request(
                    method, url, headers=dict(headers), content=post_data or None
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            _say_unreachable(error)
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """Wait between two tries without holding up the loop."""
        await asyncio.sleep(secs)

    def close(self) -> None:
        """Refuse: the connections can only be closed from the loop; see `close_async`."""
        raise NotImplementedError("Use close_async.")

    async def close_async(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _say_unreachable(error: Exception) -> NoReturn:
    # The SDK asks this flag whether its own retries may try again under the same key.
    raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
        f"No whole answer from the provider: {type(error).__name__}.", should_retry=True
    ) from error
