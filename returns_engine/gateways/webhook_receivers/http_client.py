"""Post webhooks over HTTP: within a time, to a public address alone, and nowhere else.

The name of a receiver is looked up here, its addresses judged, and the connection made to one of
those: looked up again by somebody else it could mean another, inside our own network.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

import httpx

from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.webhook_receivers.receivers import Answered, NotReached, Trouble
from returns_engine.rules.webhooks.receiver_address import is_public

TIMEOUT_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_HEARD_OUT_SECONDS = 2.0
MOST_HEARD = 4096
_MOST_ADDRESSES = 3
_LOOK_UPS = 20
_LONGEST_NUMBER = 9


class WebhookClient:
    """Posts to receivers; with `public_only` never to an address that is not of the internet."""

    def __init__(self, *, public_only: bool, timeout: float = TIMEOUT_SECONDS) -> None:
        self._public_only, self._timeout = public_only, timeout
        # Read once: the certificates take longer to load than a webhook to be sent.
        self._tls = httpx.create_ssl_context()
        # A look-up that hangs takes one of these threads, not one of those that labels are made in.
        self._look_ups = ThreadPoolExecutor(_LOOK_UPS, thread_name_prefix="webhook-look-up")

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered | NotReached:
        """Post `body` once, within the time; what happens to it is told, never raised."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(httpx.URL(url), headers, body)
        except (TimeoutError, httpx.TimeoutException):
            return NotReached(trouble=Trouble.TIMED_OUT)
        except (httpx.ConnectError, OSError) as error:
            insecure = _is_of_tls(error)
            return NotReached(trouble=Trouble.NOT_SECURE if insecure else Trouble.NO_CONNECTION)
        except (httpx.HTTPError, httpx.InvalidURL):
            return NotReached(trouble=Trouble.NO_HTTP)

    async def _post(
        self, url: httpx.URL, headers: Mapping[str, str], body: bytes
    ) -> Answered | NotReached:
        addresses = await self._addresses(url)
        if not addresses:
            return NotReached(trouble=Trouble.NO_ADDRESS)
        allowed = [one for one in addresses if is_public(one) or not self._public_only]
        if not allowed:
            return NotReached(trouble=Trouble.NOT_PUBLIC)
        *others, last = allowed[:_MOST_ADDRESSES]
        for address in others:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._post_to(address, url, headers, body)
        return await self._post_to(last, url, headers, body)

    async def _addresses(self, url: httpx.URL) -> list[str]:
        """Return the IP addresses that the host of `url` has, the preferred first."""
        port = url.port or (443 if url.scheme == "https" else 80)
        look_up = partial(
            socket.getaddrinfo, url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
        )
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._look_ups, look_up)
        except (socket.gaierror, UnicodeError):
            return []
        return list(dict.fromkeys(str(place[0]) for *_, place in found))

    async def _post_to(
        self, address: str, url: httpx.URL, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        """Post to one address, as the host of `url`: its name is asked for, and must be proved."""
        async with httpx.AsyncClient(
            verify=self._tls,
            timeout=httpx.Timeout(self._timeout, connect=_CONNECT_SECONDS),
            # A proxy would look the name up anew; and a connection is never used for another name.
            trust_env=False,
            follow_redirects=False,
        ) as client:
            request = client.build_request(
                "POST",
                url.copy_with(host=address),
                headers={**headers, "host": url.netloc.decode("ascii")},
                content=body,
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            answer = await client.send(request, stream=True)
            try:
                await _hear_out(answer)
            finally:
                await answer.aclose()
        return Answered(
            status=answer.status_code,
            wait=_wait(answer.headers.get("retry-after"), system_clock()),
        )


async def _hear_out(answer: httpx.Response) -> None:
    """Read some of what follows the headers, and never all of it: only the status counts."""
    heard = 0
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_HEARD_OUT_SECONDS):
            async for piece in answer.aiter_raw():
                heard += len(piece)
                if heard >= MOST_HEARD:
                    return


def _wait(text: str | None, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for, in seconds or as a date; None for what is neither."""
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - now, timedelta())


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
